"""The outbox: what has to be told by e-mail, to whom, and whether it was."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from migration.models.chores import from_now
from migration.models.run import Run
from portal.models import User


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self) -> Self:
        return self.filter(due__lte=Now())

    def owe(self, run: Run, about: str = "ended", after: timedelta = timedelta()) -> None:
        """In the transaction in which it happened: mails are due, and whoever gets to one first sends it (mail.py).

        About one moment of the run everybody gets one, however often this is called.
        """
        run.refresh_from_db(fields=["moved_at", "mails"])
        told = {"run": run, "about": about, "happened_at": run.moved_at, "due": from_now(after)}
        self.bulk_create([self.model(recipient_id=pk, **told) for pk in readers_of(run)], ignore_conflicts=True)


def readers_of(run: Run) -> set[int]:
    """Who wants to hear of a run: whoever started it, where they asked for that, and others of the office."""
    others = run.also_mailed.filter(office=run.office_id).values_list("pk", flat=True)
    return {*others, *([run.started_by_id] if run.mails else [])}


class Mail(models.Model):
    """One e-mail, to one person, about one moment of a run: due from then on, until it was sent (mail.py)."""

    class About(models.TextChoices):
        ENDED = "ended", "Afgelopen"
        ASKS = "asks", "Wacht op uw keuze"
        SILENT = "silent", "Geen antwoord"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="outbox", db_index=False)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=10, choices=About)
    happened_at = models.DateTimeField(help_text="when the run last moved: what it tells holds as long as that is so")
    due = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "recipient", "about", "happened_at"], name="mail_once"),)
        indexes = (models.Index(fields=["due"], name="mail_due", condition=Q(due__isnull=False)),)

    def __str__(self) -> str:
        return f"{self.about} {self.run_id}"
