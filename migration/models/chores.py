"""What the workers do by themselves, now and then, and when it was last done."""

from datetime import datetime, timedelta
from typing import Final, Self

from django.db import models
from django.db.models import ExpressionWrapper, Q, Value
from django.db.models.functions import Now

HOLD: Final = timedelta(seconds=60)


class Chore(models.Model):
    """One row per chore. Any number of workers may want to do it; the row says who did, and until when one holds it."""

    SWEEP: Final = "sweep"
    PURGE: Final = "purge"

    name = models.CharField(max_length=20, primary_key=True)
    done_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def named(cls, name: str) -> Self:
        """The chore; one that was never done counts from now on."""
        cls.objects.get_or_create(pk=name, defaults={"done_at": Now()})
        return cls.objects.get(pk=name)

    @classmethod
    def last_done(cls, name: str) -> datetime | None:
        return cls.objects.filter(pk=name).values_list("done_at", flat=True).first()

    @classmethod
    def done(cls, name: str) -> None:
        if not cls.objects.filter(pk=name).update(done_at=Now(), held_until=None):
            cls.named(name)

    def hold(self) -> bool:
        """True for the one caller that may do it now; who dies over it loses it after a minute."""
        free = Q(held_until=None) | Q(held_until__lt=Now())
        return bool(Chore.objects.filter(free, pk=self.pk).update(held_until=from_now(HOLD)))

    def give_back(self) -> None:
        Chore.objects.filter(pk=self.pk).update(held_until=None)


def from_now(duration: timedelta) -> models.Expression:
    """A moment by the clock of the database."""
    return ExpressionWrapper(Now() + Value(duration), output_field=models.DateTimeField())
