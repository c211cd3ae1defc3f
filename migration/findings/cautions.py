"""The warnings of records, and how many of each a run has.

What a document or a write says is stored with the record (`Record.warnings`). What today's date says of a term is
not: it changes by itself, at midnight, so it is worked out where it is shown. That a term has ended is no warning about
a record, for most of what comes in is from the past: it is told of a whole run, as a number.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format

from migration.kinds.abilities import Deadlines
from migration.kinds.deadlines import brought, ended, with_running
from migration.kinds.registry import ability_of
from migration.models import WRITABLE, Outcome, Record, RecordQuerySet, Run
from migration.problems import Caution, find_caution

UNKNOWN_DAY: Final = "een dag die niet bekend is"


@dataclass(frozen=True, slots=True)
class Warned:
    """One caution, and how many records of a run it is about."""

    caution: Caution
    count: int


def codes_of(record: Record) -> list[str]:
    """The codes of a record's warnings, that of its term among them."""
    term = term_of(record)
    return sorted([*record.warnings, *([term.code] if term else [])])


def cautions_of(record: Record) -> list[Caution]:
    """The same as cautions; a code of a later version is left out."""
    return [caution for code in codes_of(record) if (caution := find_caution(code))]


def term_of(record: Record) -> Caution | None:
    """That its term runs today; nothing of what was not imported, or has no term."""
    if record.outcome not in (*WRITABLE, Outcome.UNPROCESSED):
        return None
    deadlines = ability_of(record.run, Deadlines)
    return deadlines.running if deadlines and deadlines.is_open(record.kind, record.until) else None


def is_marked(record: Record) -> bool:
    """Whether a list marks this record: not for what holds for nearly all of them."""
    return any(not caution.everyday for caution in cautions_of(record))


def meaning_of(caution: Caution, record: Record) -> str:
    until = date_format(record.until, "SHORT_DATE_FORMAT") if record.until else UNKNOWN_DAY
    return caution.meaning.format(until=until)


def carrying(code: str, run: Run) -> RecordQuerySet:
    """The records of a run that this warning is about."""
    imported, deadlines = brought(run), ability_of(run, Deadlines)
    if deadlines and code == deadlines.running.code:
        return with_running(run)
    if deadlines and code == deadlines.ended.code:
        return imported.filter(until__lt=timezone.localdate())
    told = imported.carrying_warnings().annotate(told=Cast("warnings", TextField()))
    return told.filter(told__contains=f'"{code}"')


# --- How many --------------------------------------------------------------------------------------------------------


def warned_in(run: Run) -> list[Warned]:
    """Per caution how many records it is about today; no record is counted for it."""
    counts = Counter(run.breakdown.get("warnings", {}))
    if deadlines := ability_of(run, Deadlines):
        counts[deadlines.running.code] = run.running_terms
    found = ((find_caution(code), count) for code, count in sorted(counts.items()) if count)
    return [Warned(caution, count) for caution, count in found if caution]


def ended_in(run: Run) -> list[Warned]:
    """Of how many the term has ended, under the code by which they can be listed; empty where there are none."""
    deadlines, count = ability_of(run, Deadlines), ended(run)
    return [Warned(deadlines.ended, count)] if deadlines and count else []
