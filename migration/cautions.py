"""The warnings of records, and how many of each a run has.

What a document or a write says is stored with the record (`Record.warnings`). What today's date says of a term is
not: it changes by itself, at midnight, so it is worked out where it is shown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format

from migration.models import WRITABLE, Outcome, Record, RecordQuerySet, Run
from migration.problems import Caution, find_caution

PAST: Final = "past"
UNKNOWN: Final = "unknown"
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
    """What today says of the term to object; nothing of what was not imported, or has no term."""
    if record.outcome not in (*WRITABLE, Outcome.UNPROCESSED):
        return None
    importer = record.run.importer
    if importer.term_is_open(record.kind, record.until):
        return importer.term_runs
    return importer.term_ended if record.until else None


def is_marked(record: Record) -> bool:
    """Whether a list marks this record: not for what holds for nearly all of them."""
    return any(not caution.everyday for caution in cautions_of(record))


def meaning_of(caution: Caution, record: Record) -> str:
    until = date_format(record.until, "SHORT_DATE_FORMAT") if record.until else UNKNOWN_DAY
    return caution.meaning.format(until=until)


def carrying(code: str, run: Run) -> RecordQuerySet:
    """The records of a run that this warning is about."""
    imported = run.records.filter(outcome__in=(*WRITABLE, Outcome.UNPROCESSED))
    if code == run.importer.term_runs.code:
        return imported.filter(run.importer.open_terms())
    if code == run.importer.term_ended.code:
        return imported.filter(until__lt=timezone.localdate())
    told = imported.annotate(told=Cast("warnings", TextField()))
    return told.filter(told__contains=f'"{code}"')


# --- How many: counted once, when a part of the road is done ---------------------------------------------------------


def stock_of(run: Run, records: RecordQuerySet) -> dict[str, Any]:
    """Counts that stay true on later days: stored codes, and the terms by their last day (a few weeks of days)."""
    codes = records.exclude(warnings=[]).values_list("warnings", flat=True)
    today = timezone.localdate()
    days: Counter[str] = Counter()
    for until, count in records.exclude(until=None).order_by("until").values_list("until").annotate(Count("pk")):
        days[until.isoformat() if until >= today else PAST] += count
    days[UNKNOWN] = records.filter(run.importer.open_terms(), until=None).count()
    return {"warnings": dict(Counter(code for some in codes.iterator() for code in some)), "terms": dict(+days)}


def take_stock(run: Run) -> None:
    """At the end of the road: what was imported, and the warnings about it."""
    imported = run.records.filter(outcome__in=WRITABLE)
    Run.objects.filter(pk=run.pk).update(breakdown={**run.breakdown, **stock_of(run, imported)})


def warned_in(run: Run) -> list[Warned]:
    """Per caution how many records it is about today; no record is counted for it."""
    counts = Counter(run.breakdown.get("warnings", {}))
    terms = run.breakdown.get("terms", {})
    counts[run.importer.term_runs.code] = running(terms)
    counts[run.importer.term_ended.code] = sum(terms.values()) - running(terms)
    found = ((find_caution(code), count) for code, count in sorted(counts.items()) if count)
    return [Warned(caution, count) for caution, count in found if caution]


def running(terms: Mapping[str, int]) -> int:
    today = timezone.localdate().isoformat()
    return sum(count for day, count in terms.items() if day == UNKNOWN or (day != PAST and day >= today))
