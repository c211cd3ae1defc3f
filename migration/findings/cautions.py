"""The warnings of records, and how many of each a run has.

What a document or a write says is stored with the record (`Record.warnings`). What today's date says of a term is
not: it changes by itself, at midnight, so it is worked out where it is shown.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format

from migration.models import WRITABLE, Outcome, Record, RecordQuerySet, Run
from migration.models.counters import PAST, UNKNOWN, running
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
    imported = brought(run)
    if code == run.importer.term_runs.code:
        return with_open_terms(run)
    if code == run.importer.term_ended.code:
        return imported.filter(until__lt=timezone.localdate())
    told = imported.carrying_warnings().annotate(told=Cast("warnings", TextField()))
    return told.filter(told__contains=f'"{code}"')


def brought(run: Run) -> RecordQuerySet:
    """What was imported, or may still be."""
    return run.records.filter(outcome__in=(*WRITABLE, Outcome.UNPROCESSED))


def failing(run: Run) -> RecordQuerySet:
    """What fails and should not; whether somebody ignored it makes no difference to its term."""
    return run.records.filter(failed=True, expected=False)


def with_open_terms(run: Run) -> RecordQuerySet:
    return brought(run).with_open_terms(run.importer)


def failing_with_open_terms(run: Run) -> RecordQuerySet:
    """The most urgent ones: this migration brings them into no dossier, so nobody else watches over their term."""
    return failing(run).with_open_terms(run.importer)


# --- How many: counted once, when a part of the road is done ---------------------------------------------------------


def take_stock(run: Run) -> None:
    """At the end of a part of the road; the run's counters must be fresh."""
    Run.objects.filter(pk=run.pk).update(**stock_of(run))


def stock_of(run: Run) -> dict[str, Any]:
    """What the pages tell of all records together."""
    terms = terms_of(brought(run), run)
    counted = {
        "tax": spread(run, "tax"),
        "year": spread(run, "year"),
        "warnings": warnings_of(brought(run)),
        "terms": terms,
        "failing_terms": terms_of(failing(run), run),
    }
    return {"open_terms": running(terms), "breakdown": {**run.breakdown, **counted}}


def spread(run: Run, name: str) -> dict[str, int]:
    """All documents of the upload by one column; UNKNOWN for those that could not be read.

    Files of another kind have no value either: they are counted along, for the index alone tells that, and taken off.
    """
    counted = run.records.order_by(name).values_list(name).annotate(Count("position"))
    found = Counter({str(value or UNKNOWN): count for value, count in counted})
    found[UNKNOWN] -= run.others
    return dict(+found)


def warnings_of(records: RecordQuerySet) -> dict[str, int]:
    codes = records.carrying_warnings().values_list("warnings", flat=True)
    return dict(Counter(code for some in codes.iterator() for code in some))


def terms_of(records: RecordQuerySet, run: Run) -> dict[str, int]:
    """Counts that stay true on later days: by the last day to object (a few weeks of days)."""
    today = timezone.localdate()
    days: Counter[str] = Counter()
    for until, count in records.exclude(until=None).order_by("until").values_list("until").annotate(Count("pk")):
        days[until.isoformat() if until >= today else PAST] += count
    days[UNKNOWN] = records.with_open_terms(run.importer).filter(until=None).count()
    return dict(+days)


def warned_in(run: Run) -> list[Warned]:
    """Per caution how many records it is about today; no record is counted for it."""
    counts = Counter(run.breakdown.get("warnings", {}))
    terms = run.breakdown.get("terms", {})
    counts[run.importer.term_runs.code] = running(terms)
    counts[run.importer.term_ended.code] = sum(terms.values()) - running(terms)
    found = ((find_caution(code), count) for code, count in sorted(counts.items()) if count)
    return [Warned(caution, count) for caution, count in found if caution]
