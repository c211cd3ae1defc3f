"""Which question a failed record puts to the user before it can be tried again; and what can be laid side by side."""

from enum import StrEnum

from migration.kinds.abilities import Comparable, Dossiers, Doubts
from migration.kinds.registry import ability_of, kind_of
from migration.models import Record, Run


class Question(StrEnum):
    CLIENT = "client"  # whose is it: make a client, link one, or say that it is a former one
    DOSSIER = "dossier"  # which of several is meant
    VERSION = "version"  # which of several holds


def question_of(record: Record) -> Question | None:
    """None where it asks nothing, or nothing that its kind can be told."""
    problem = record.problem
    if problem is None:
        return None
    dossiers, doubts = ability_of(record.run, Dossiers), ability_of(record.run, Doubts)
    if dossiers and problem is dossiers.unknown:
        return Question.CLIENT
    if doubts and problem is doubts.ambiguous:
        return Question.DOSSIER
    return Question.VERSION if doubts and problem is kind_of(record.run).problems.twice else None


def doubled(run: Run) -> str:
    """The code of what fails because a client stands twice; "" where its kind knows no such doubt."""
    doubts = ability_of(run, Doubts)
    return doubts.ambiguous.code if doubts else ""


def has_newer(record: Record) -> bool:
    """A later upload brought another version of this: both can be laid side by side."""
    comparable = ability_of(record.run, Comparable)
    return comparable is not None and record.problem is comparable.newer
