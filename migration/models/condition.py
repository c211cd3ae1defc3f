"""How a run is: its state, since when, and what may be done with it now."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils import timezone

from migration import problems, retention, states
from migration.models.counters import Counters
from migration.problems import Problem
from migration.states import Verb
from portal.running import disk

STANDSTILL: Final = timedelta(seconds=10)
"""Longer than a chunk takes; a run that waits for room has not moved since."""
SILENCE: Final = timedelta(seconds=60)
"""A run that should move and has not for this long gets 'Geen antwoord'."""


class Condition(Counters):
    """Changed by `Run.advance` and by the lease alone, as the table in states.py allows."""

    State = states.State
    MOVING: ClassVar = states.MOVING
    RESTING: ClassVar = states.RESTING
    UNCONFIRMED: ClassVar = states.UNCONFIRMED
    ACTED_ON: ClassVar = states.ACTED_ON

    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    problem_code = models.CharField(max_length=10, blank=True)
    problem_facts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    file_removed_at = models.DateTimeField(null=True)
    records_removed_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    token = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True

    @property
    def problem(self) -> Problem | None:
        return problems.find(self.problem_code)

    @property
    def explanation(self) -> str:
        return self.problem.explain(self.problem_facts) if self.problem else ""

    @property
    def is_moving(self) -> bool:
        return self.state in self.MOVING

    @property
    def is_silent(self) -> bool:
        """It should move and does not."""
        waits_for_worker = self.state == self.State.RECEIVED and not self.token
        return self.is_moving and not waits_for_worker and timezone.now() - self.moved_at > SILENCE

    @property
    def waits_for_room(self) -> bool:
        """It stands still because the disk is full; also where that could not even be noted."""
        stands_still = timezone.now() - self.moved_at > STANDSTILL
        return self.is_moving and (self.problem_code == problems.NO_ROOM.code or (stands_still and disk.is_scarce()))

    @property
    def has_ended(self) -> bool:
        return self.state in self.RESTING

    @property
    def gave_up(self) -> bool:
        """A fault of ours ended it, or its last try."""
        return self.has_ended and self.problem_code == problems.GAVE_UP.code

    @property
    def keeps_records(self) -> bool:
        return self.records_removed_at is None

    @property
    def is_forecast(self) -> bool:
        """Nothing is written yet: what its records are to become is foreseen, and nothing of it has failed."""
        return self.state in states.FORESEEN

    @property
    def failures(self) -> int:
        """How many records failed: none as long as that is only foreseen."""
        return 0 if self.is_forecast else self.failed

    @property
    def open_actions(self) -> int:
        """How many records somebody has to look at: none where they did not fail yet, were undone, or are not kept."""
        asks_nothing = self.is_forecast or self.state == self.State.UNDONE or not self.keeps_records
        return 0 if asks_nothing else self.needs_action

    # --- What may be done with it -----------------------------------------------------------------------------------

    @property
    def can_be_confirmed(self) -> bool:
        """Nobody did yet; it may be before the check is done."""
        return states.allows(self.state, Verb.CONFIRM) and self.confirmed_at is None

    @property
    def can_be_discarded(self) -> bool:
        """Nobody confirmed it, and it may still be: a check that gave up can go on."""
        is_open = self.state in self.UNCONFIRMED or self.gave_up
        return states.allows(self.state, Verb.DISCARD) and is_open and self.confirmed_at is None

    @property
    def can_be_stopped(self) -> bool:
        return states.allows(self.state, Verb.STOP)

    @property
    def can_be_resumed(self) -> bool:
        """The rest of the file can still be imported; or what a fault of ours ended can go on."""
        if not states.allows(self.state, Verb.RESUME) or not self.keeps_records:
            return False
        if self.state == self.State.FINISHED:
            return self.gave_up and self.problem_facts.get("during") == self.State.RETRYING
        return not self.file_removed_at and (self.state == self.State.STOPPED or self.gave_up)

    @property
    def can_be_retried(self) -> bool:
        return states.allows(self.state, Verb.RETRY) and self.keeps_records

    @property
    def can_be_ignored(self) -> bool:
        """Its failures can."""
        return states.allows(self.state, Verb.IGNORE)

    @property
    def can_be_undone(self) -> bool:
        """It brought something, not too long ago, and rests; also where an undo was cut off, be it at its very end."""
        brought_something = bool(self.imported or (self.gave_up and self.undone)) and self.keeps_records
        return states.allows(self.state, Verb.UNDO) and brought_something and timezone.now() < self.undo_until

    @property
    def can_be_repeated(self) -> bool:
        """Its file was of use, and is still kept."""
        return states.allows(self.state, Verb.REPEAT) and not self.file_removed_at

    @property
    def file_can_be_removed(self) -> bool:
        """Nobody needs it to go on."""
        return states.allows(self.state, Verb.REMOVE_FILE) and not self.file_removed_at

    @property
    def can_be_renamed(self) -> bool:
        return states.allows(self.state, Verb.RENAME)

    # --- Until when -------------------------------------------------------------------------------------------------

    @property
    def undo_until(self) -> datetime:
        return (self.ended_at or timezone.now()) + retention.UNDO

    @property
    def records_kept_until(self) -> datetime | None:
        """None as long as it has not ended."""
        return self.ended_at and retention.months_after(self.ended_at, settings.LOGS_KEPT_MONTHS)
