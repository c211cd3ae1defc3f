"""What was done, by whom and when: only ever added to."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

from django.db import models

from portal.models.offices import Office
from portal.models.people import User

SUBJECT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ActionGroup:
    """Actions that belong together: a choice of the filter in the 'Logboek'."""

    slug: str
    label: str


class Action(Enum):
    """What can be written down, and nothing else can be: an enum per app, whose members are made of these four.

    Their slug is what stands in the database, so it never changes; their words say what was done ('BSN/FI bekeken');
    and `deed` says it in the history of a migration ('{actor} bekeek het BSN/FI van {record}.'), where it is told.
    """

    group: ActionGroup
    words: str
    deed: str

    def __new__(cls, slug: str, group: ActionGroup, words: str, deed: str = "") -> Self:
        action = object.__new__(cls)
        action._value_ = slug
        action.group, action.words, action.deed = group, words, deed
        return action

    @property
    def slug(self) -> str:
        return str(self.value)


class OnlyAddedTo(Exception):
    """Somebody tried to change or to remove a line of the audit trail."""


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)

    def note(self, actor: User, action: Action, subject: str) -> "AuditEvent":
        """Write down that this user did this, now. `subject` names what it was done to, never a BSN."""
        return self.create(office_id=actor.office_id, actor=actor, action=action.slug, subject=subject[:SUBJECT_LENGTH])

    def note_by_itself(self, office_id: int, action: Action, subject: str) -> "AuditEvent":
        """The same for what the portal does without anybody asking, such as the nightly purge."""
        return self.create(office_id=office_id, actor=None, action=action.slug, subject=subject)

    def update(self, **fields: Any) -> int:
        raise OnlyAddedTo

    def bulk_update(self, *args: Any, **options: Any) -> int:
        raise OnlyAddedTo

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OnlyAddedTo


class AuditEvent(models.Model):
    """Who did what, when. Only ever added to: the model refuses anything else, and so does the database.

    There triggers stand against UPDATE, DELETE and TRUNCATE (0006, 0012). A migration that alters this table on SQLite
    makes it anew, without them, and sets them again (a test tells).
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="audit_events")
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # null: the portal itself
    action = models.CharField(max_length=50)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    at = models.DateTimeField(auto_now_add=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["office", "-id"], name="audit_newest_first"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise OnlyAddedTo
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise OnlyAddedTo

    @property
    def actor_name(self) -> str:
        """Who did it, in words; the portal itself where nobody asked for it."""
        return self.actor.name if self.actor else "De portal"
