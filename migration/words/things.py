"""What a run is about, in the words of its kind."""

from typing import Final

from migration.kinds.protocol import Accepts
from migration.kinds.registry import kind_of
from migration.models import Run
from migration.words.numbers import number


def label(run: Run) -> str:
    """What the kind itself is called."""
    return kind_of(run).words.label


def accepts_of(run: Run) -> Accepts:
    return kind_of(run).accepts


def many(run: Run) -> str:
    return kind_of(run).words.many


def things(run: Run, count: int) -> str:
    """Their number, and what they are called."""
    return f"{number(count)} {kind_of(run).words.one if count == 1 else many(run)}"


def these(run: Run, count: int) -> str:
    """'deze 38 …', or of a single one 'deze …', 'dit …'."""
    words = kind_of(run).words
    return f"{THIS[words.article]} {words.one}" if count == 1 else f"deze {things(run, count)}"


def this(run: Run) -> str:
    return these(run, 1)


def all_of(run: Run, count: int) -> str:
    """'alle 38 …', 'de ene …'."""
    words = kind_of(run).words
    return f"{words.article} ene {words.one}" if count == 1 else f"alle {things(run, count)}"


def new_ones(run: Run, count: int) -> str:
    """'de 30 nieuwe …', 'de nieuwe …'."""
    words = kind_of(run).words
    return f"{words.article} nieuwe {words.one}" if count == 1 else f"de {number(count)} nieuwe {words.many}"


def which(run: Run, count: int) -> str:
    """The word that begins what is said of them: 'die', 'dat'."""
    return "dat" if count == 1 and kind_of(run).words.article == "het" else "die"


THIS: Final = {"de": "deze", "het": "dit"}
