"""Under which names the records of an office tell of a number, so that a search need not read the records."""

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models

from migration import bulk
from portal.lists.search_field import as_sought
from portal.masking import mask_within
from portal.models import Office, User


class AliasQuerySet(models.QuerySet["Alias"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)

    def note(self, office_id: int, named: Iterable[tuple[str, str]]) -> None:
        """(tax_id, name) as records tell them; what is known already stays as it is."""
        found = {(as_sought(mask_within(name))[:200], tax_id) for tax_id, name in named if tax_id}
        rows = [(office_id, name, tax_id) for name, tax_id in sorted(found) if name]
        bulk.insert_unknown(self.model, ("office_id", "name", "tax_id"), rows)

    def named(self, sought: str) -> Self:
        """Those whose name holds this, however it is spelled."""
        name = as_sought(sought)
        return self.filter(name__contains=name).order_by("name", "tax_id") if name else self.none()


class Alias(models.Model):
    """One name of one number, as a search compares it; the records of both may be many, or gone since last night."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+", db_index=False)
    tax_id = models.CharField(max_length=9)
    name = models.CharField(max_length=200)

    objects: ClassVar[AliasQuerySet] = AliasQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "name", "tax_id"], name="alias_once"),)

    def __str__(self) -> str:
        return f"alias {self.pk}"
