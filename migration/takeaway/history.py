"""What happened to a run, and who did it: the log of the run and the audit trail, as one list of sentences."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db.models import Q, QuerySet

from migration.models import LogLine, Run
from migration.words import logs
from portal.models import AuditEvent

OF_RECORDS: Final = ("attempt", "undo_failed")
"""Events of single records: they stand in the log of the record."""
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history; what somebody did several times in a row is told once, with its last time."""

    at: datetime
    sentence: str
    times: int = 1


def history_of(run: Run) -> list[Event]:
    """The last 200 events, the newest first; of one moment, what came later stands higher."""
    told = [Event(line.at, logs.happened(line)) for line in lines_of(run)[:MOST]]
    done = [Event(deed.at, logs.deed(deed)) for deed in deeds_on(run)[:MOST]]
    events = sorted([*done, *told], key=lambda event: event.at, reverse=True)[:MOST]
    repeated = (list(same) for _, same in groupby(events, key=lambda event: event.sentence))
    return [replace(same[0], times=len(same)) for same in repeated]


def lines_of(run: Run) -> QuerySet[LogLine]:
    return run.log_lines.exclude(event__in=OF_RECORDS).order_by("-pk")


def deeds_on(run: Run) -> QuerySet[AuditEvent]:
    """On the run itself, and on records of it."""
    about = Q(subject=run.reference) | Q(subject__startswith=f"{run.reference}/")
    events = AuditEvent.objects.filter(about, office=run.office_id, action__in=logs.DEEDS)
    return events.select_related("actor").order_by("-pk")
