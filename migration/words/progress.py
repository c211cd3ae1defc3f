"""How far a run is, and how long it will take: said only when it can be trusted (ux.md §4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from django.utils import timezone

from migration.models import Run
from migration.words.numbers import counted, number

TRUSTED_AFTER: Final = timedelta(seconds=5)
TRUSTED_FROM: Final = 0.02


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total`, counted since `began`."""

    done: int
    total: int
    began: datetime | None
    one: str
    many: str

    @property
    def percentage(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def label(self) -> str:
        """'1.240 van 4.100 records (30%)'."""
        return f"{number(self.done)} van {counted(self.total, self.one, self.many)} ({self.percentage}%)"

    @property
    def remaining(self) -> str:
        """'nog ongeveer 2 minuten', or nothing while that would be a guess."""
        elapsed = timezone.now() - self.began if self.began else timedelta()
        fraction = self.done / self.total if self.total else 0
        if elapsed < TRUSTED_AFTER or fraction < TRUSTED_FROM:
            return ""
        return in_words(elapsed.total_seconds() * (1 - fraction) / fraction, fraction)

    @property
    def and_remaining(self) -> str:
        """Behind the percentage: '42% – nog ongeveer 2 minuten'."""
        return f" – {self.remaining}" if self.remaining else ""


def progress_of(run: Run) -> Progress:
    """The check goes through files, the import through records: each has a count and a clock of its own.

    What failed was never written, nor is to be: it is no part of how far the import is.
    """
    if run.state == Run.State.WRITING:
        return Progress(run.imported, run.imported + run.to_do, clock(run), "record", "records")
    return Progress(run.cursor, run.members or 0, clock(run), "bestand", "bestanden")


def announcements_of(run: Run) -> list[str]:
    """What is read aloud, each sentence once (polling.js): the start, each quarter of the import, the first failure."""
    quarter = progress_of(run).percentage // 25 * 25
    is_told = run.state != Run.State.RECEIVED and run.state != Run.State.CHECKING and 0 < quarter < 100
    quarters = [f"{quarter}% gedaan."] if is_told else []
    return ["De verwerking is bezig.", *quarters, *(["Er zijn mislukte records."] if run.failures else [])]


def clock(run: Run) -> datetime | None:
    """Since when this part of the road has been under way; None where that says nothing about the rest of it.

    A run that ended before was stopped and goes on: how long it rested tells nothing.
    """
    if run.is_silent or run.state in AFTERWARDS or run.ended_at:
        return None
    return max(moment for moment in (run.confirmed_at, run.checked_at, run.created_at) if moment)


ALMOST: Final = 5
"""Seconds that are left; or a part of all that is done, with less than a minute to go."""
ALMOST_ALL: Final = 0.9


def in_words(seconds: float, fraction: float = 0) -> str:
    if seconds <= ALMOST or (seconds < 60 and fraction >= ALMOST_ALL):
        return "bijna klaar"
    if seconds < 55:
        step = 5 if seconds <= 20 else 10
        return f"nog ongeveer {step * ceil(seconds / step)} seconden"
    if seconds < 90:
        return "nog ongeveer een minuut"
    if seconds < 5400:
        return f"nog ongeveer {round(seconds / 60)} minuten"
    return f"nog ongeveer {round(seconds / 3600)} uur"


# --- Phases ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phase:
    """One step of the road: 'Controleren – klaar'."""

    name: str
    word: str = ""
    tone: str = ""

    @property
    def is_current(self) -> bool:
        return self.tone in ("busy", "attention")


NAMES: Final = ("Uploaden", "Controleren", "Importeren", "Afronden")
CURRENT: Final = {
    Run.State.RECEIVED: 1,
    Run.State.CHECKING: 1,
    Run.State.READY: 2,
    Run.State.WRITING: 2,
}
WORDS: Final = {
    Run.State.RECEIVED: ("wacht", "busy"),
    Run.State.READY: ("wacht op uw keuze", "attention"),
}


AFTERWARDS: Final = {Run.State.RETRYING: "Opnieuw proberen", Run.State.UNDOING: "Terugdraaien"}


def phases_of(run: Run) -> list[Phase]:
    """What is done, what is going on and what is to come; only for a run that has not ended."""
    state = Run.State(run.state)
    if state in AFTERWARDS:
        return [*(Phase(name, "klaar", "good") for name in NAMES), Phase(AFTERWARDS[state], "bezig", "busy")]
    current = CURRENT[state]
    done = [Phase(name, "klaar", "good") for name in NAMES[:current]]
    return [*done, Phase(NAMES[current], *WORDS.get(state, ("bezig", "busy"))), *map(Phase, NAMES[current + 1 :])]
