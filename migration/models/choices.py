"""What a person decided about one thing of an upload, where no rule can."""

from collections.abc import Collection
from typing import ClassVar
from uuid import UUID

from django.db import models

from migration import bulk
from migration.models.run import Run
from portal.models import Client


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def note(self, run: Run, keys: Collection[UUID], **what: int | str) -> None:
        """This holds from now on for these things of a run: `client_id`, or `digest`; the other one stays."""
        rows = [self.model(run=run, key=key, **what) for key in sorted(keys)]
        self.bulk_create(rows, update_conflicts=True, unique_fields=["run", "key"], update_fields=list(what))

    def dossiers(self, keys: Collection[UUID]) -> dict[UUID, int]:
        """The client who was chosen, by key."""
        chosen = self.filter(bulk.among("key", keys)).exclude(client=None)
        return dict(chosen.values_list("key", "client_id"))

    def versions(self, keys: Collection[UUID]) -> dict[UUID, str]:
        """The digest of the version that was chosen, by key."""
        chosen = self.filter(bulk.among("key", keys)).exclude(digest="")
        return dict(chosen.values_list("key", "digest"))


class Choice(models.Model):
    """Of several dossiers with one number the one that is meant, of several contents in one upload the one that holds.

    It is about one run: a later upload asks again, because nothing says that the answer would be the same.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="choices", db_index=False)
    key = models.UUIDField(help_text="of the records that it is about")
    client = models.ForeignKey(Client, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, blank=True)

    objects: ClassVar[ChoiceQuerySet] = ChoiceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "key"], name="choice_once"),)

    def __str__(self) -> str:
        return f"choice {self.pk}"
