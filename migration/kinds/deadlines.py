"""What has a last day (abilities.py: Deadlines): which records of a run, how many, and what a status would hide.

Of a kind that knows no deadlines there are none: every list is empty, every number 0.
"""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils import timezone

from migration.kinds.abilities import Deadlines
from migration.kinds.protocol import Facts
from migration.kinds.registry import ability_of, chosen_target
from migration.models import WRITABLE, Outcome, RecordQuerySet, Run
from migration.models.counters import PAST, UNKNOWN, running

# --- Which -----------------------------------------------------------------------------------------------------------


def runs_for(facts: Facts, deadlines: Deadlines | None) -> bool:
    """Whether something can be done about it today: noted when it is read, for one that runs later runs then, too."""
    return deadlines is not None and deadlines.is_open(facts.kind, facts.until)


def brought(run: Run) -> RecordQuerySet:
    """What was imported, or may still be."""
    return run.records.filter(outcome__in=(*WRITABLE, Outcome.UNPROCESSED))


def failing(run: Run) -> RecordQuerySet:
    """What fails and should not; whether somebody ignored it makes no difference to its deadline.

    What another run came to since is watched there.
    """
    return run.records.filter(failed=True, expected=False, superseded_by=None)


def with_running(run: Run) -> RecordQuerySet:
    return that_run(brought(run), run)


def failing_with_running(run: Run) -> RecordQuerySet:
    """The most urgent ones: this migration brings them into no dossier, so nobody else watches over their deadline."""
    return that_run(failing(run), run)


def that_run(records: RecordQuerySet, run: Run) -> RecordQuerySet:
    """Those whose deadline runs today: a few of those whose did when they were read."""
    deadlines = ability_of(run, Deadlines)
    return records.filter(deadlines.open(), term_ran=True) if deadlines else records.none()


# --- How many --------------------------------------------------------------------------------------------------------


def stock(run: Run) -> dict[str, Any]:
    """What the pages tell of all deadlines of a run, as parts of its breakdown."""
    if not ability_of(run, Deadlines):
        return {}
    return {"terms": by_last_day(brought(run), run), **stock_of_failing(run)}


def stock_of_failing(run: Run) -> dict[str, Any]:
    return {"failing_terms": by_last_day(failing(run), run)} if ability_of(run, Deadlines) else {}


def by_last_day(records: RecordQuerySet, run: Run) -> dict[str, int]:
    """Counts that stay true on later days: by the last day (a few weeks of days)."""
    today = timezone.localdate()
    days: Counter[str] = Counter()
    for until, count in records.exclude(until=None).order_by("until").values_list("until").annotate(Count("pk")):
        days[day(until, today)] += count
    days[UNKNOWN] = that_run(records, run).filter(until=None).count()
    return dict(+days)


def day(until: date, today: date) -> str:
    return until.isoformat() if until >= today else PAST


def ended(run: Run) -> int:
    """How many that were imported are past their last day."""
    terms: dict[str, int] = run.breakdown.get("terms", {})
    return sum(terms.values()) - running(terms)


# --- What a closing status would hide --------------------------------------------------------------------------------


def to_close(run: Run) -> int:
    """How many that still run the chosen status would take off the list.

    What stands in a dossier already keeps its status, unless the user asked otherwise.
    """
    target = chosen_target(run)
    if not target or not target.closes:
        return 0
    return run.running_terms if run.overwrite_status else run.new_terms


def asks(run: Run) -> bool:
    """Somebody has to say what happens with those, or see that clients stand twice: nothing is written before."""
    return bool(run.doubles) or (bool(to_close(run)) and run.keeps_open is None)


def kept_open(run: Run, status: str) -> bool:
    """Whether this status, given to a record, spared it from the one that the user chose."""
    target, deadlines = chosen_target(run), ability_of(run, Deadlines)
    return bool(target and target.closes and deadlines and status == deadlines.open_target.slug)
