"""What a run is called on every page: the desktop's migration manager used the same words, so users know them."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings

from migration import problems
from migration.kinds.abilities import Statuses
from migration.kinds.registry import ability_of
from migration.models import Outcome, Record, Run


@dataclass(frozen=True, slots=True)
class Status:
    """A state in words, and the tone of its badge (templates/portal/badge.html)."""

    label: str
    tone: str


WAITING: Final = Status(f"Migratiebestand geüpload, wacht op {settings.PRODUCT}", "busy")
BUSY: Final = Status(f"{settings.PRODUCT} is bezig met migratie", "busy")
SILENT: Final = Status(f"Geen antwoord van {settings.PRODUCT}", "attention")
NO_ROOM: Final = Status(problems.NO_ROOM.title, "attention")
ASKS: Final = Status("Wacht op uw keuze", "attention")
SUCCEEDED: Final = Status("Migratie succesvol", "good")
PARTLY: Final = Status("Deels geslaagd", "attention")
FAILED: Final = Status("Fout bij migratie", "stop")
STOPPED: Final = Status("Gestopt", "quiet")
UNDONE: Final = Status("Teruggedraaid", "quiet")

BY_STATE: Final = {
    Run.State.RECEIVED: WAITING,
    Run.State.CHECKING: BUSY,
    Run.State.READY: ASKS,
    Run.State.WRITING: BUSY,
    Run.State.REFUSED: FAILED,
    Run.State.STOPPED: STOPPED,
    Run.State.RETRYING: BUSY,
    Run.State.UNDOING: BUSY,
    Run.State.UNDONE: UNDONE,
}


def status_of(run: Run) -> Status:
    if run.waits_for_room:
        return NO_ROOM
    if run.is_silent:
        return SILENT
    if run.state == Run.State.STOPPED and run.problem_code:
        return FAILED
    if run.state == Run.State.FINISHED:
        return ending_of(run)
    return BY_STATE[Run.State(run.state)]


def ending_of(run: Run) -> Status:
    """A run whose sum is wrong is never a success (design.md §3)."""
    if run.problem_code:
        return FAILED
    if not run.needs_action:
        return SUCCEEDED
    return PARTLY if run.imported else FAILED


# --- Records -------------------------------------------------------------------------------------------------------

WILL_FAIL: Final = Status("Zal waarschijnlijk mislukken", "quiet")
TO_DO: Final = Status("Nog te doen", "quiet")
BY_OUTCOME: Final = {
    Outcome.NEW: "good",
    Outcome.OVERWRITTEN: "good",
    Outcome.UNCHANGED: "quiet",
    Outcome.UNPROCESSED: "attention",
    Outcome.UNDONE: "quiet",
    Outcome.OTHER: "quiet",
}


def import_status_of(record: Record) -> Status:
    """'Import status' of one record. Red is for what asks for action alone."""
    outcome = Outcome(record.outcome)
    if outcome == Outcome.FAILED and record.run.is_forecast:
        return WILL_FAIL
    if outcome == Outcome.FAILED:
        return Status(outcome.label, "stop" if record.needs_action else "quiet")
    if outcome == Outcome.UNPROCESSED and not record.run.has_ended:
        return TO_DO
    return Status(outcome.label, BY_OUTCOME[outcome])


def status_label(record: Record) -> str:
    """The status that this import left in the dossier; "" where it left none."""
    statuses = ability_of(record.run, Statuses)
    return next((target.label for target in statuses.targets if target.slug == record.status), "") if statuses else ""
