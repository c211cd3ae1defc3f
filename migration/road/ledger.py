"""What a part of the road leaves in the books of a run: the stock of its records, and whether the sum is right."""

import logging
from collections import Counter
from typing import Any, Final

from django.db.models import Count

from migration.kinds import deadlines
from migration.kinds.deadlines import brought
from migration.kinds.registry import kind_of, tells
from migration.models import RecordQuerySet, Run
from migration.models.counters import UNKNOWN, running
from migration.problems import SUMS_DIFFER
from migration.road.lease import Lease
from portal.models import Office

logger = logging.getLogger(__name__)


SPREAD: Final = ("tax", "year")
"""The facts by which all records of a run are counted, where its kind tells them."""


def lock_office(run: Run) -> None:
    """Hold the office until the end of the transaction: nobody else changes its dossiers meanwhile.

    Not its key: whoever only refers to the office (an upload, a line of the audit trail) need not wait.
    """
    Office.objects.select_for_update(no_key=True).get(pk=run.office_id)


def take_stock(run: Run) -> None:
    """At the end of a part of the road; the run's counters must be fresh."""
    Run.objects.filter(pk=run.pk).update(**stock_of(run))


def stock_of(run: Run) -> dict[str, Any]:
    """What the pages tell of all records together: counted once, here, and never by a page."""
    terms = deadlines.stock(run)
    counted = {
        **{name: spread(run, name) for name in SPREAD if tells(kind_of(run), name)},
        "warnings": warnings_of(brought(run)),
        **terms,
    }
    return {"open_terms": running(terms.get("terms", {})), "breakdown": {**run.breakdown, **counted}}


def recount_failing(run: Run) -> None:
    """The part of that which another run changes: whose deadlines this run leaves unwatched."""
    breakdown = {**run.breakdown, **deadlines.stock_of_failing(run)}
    Run.objects.filter(pk=run.pk).update(breakdown=breakdown)


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


def check_sums(run: Run, ours: Lease) -> None:
    """The sum rule, wherever a run comes to rest: a sum that is wrong is never called a success."""
    if not run.sums_up:
        logger.error("Run %s: the sums differ", run.pk)
        ours.fence(problem_code=SUMS_DIFFER.code)
