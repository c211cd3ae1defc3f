"""The outbox: what has to be told by e-mail, to whom, and whether it was."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from migration.models.run import Run
from portal.models import User


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self) -> Self:
        return self.filter(due__lte=Now())


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
