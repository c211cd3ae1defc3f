"""The clients of an office, and the numbers of those who are clients no more."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.urls import reverse

from portal.models.offices import Office
from portal.models.people import User
from portal.models.shown import Shown, seen_in
from portal.models.sort_name import LENGTH, folded, sort_name
from portal.tax_id import digits_of
from portal.text.validators import shows_all


def holds(sought: str) -> Q:
    plain, as_written = folded(sought), seen_in("name", sought)
    return as_written | Q(sort_name__contains=plain) if plain else as_written


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)

    def called(self, sought: str) -> Self:
        """Those whose name holds this, with or without its accents."""
        return self.filter(holds(sought))

    def named(self, sought: str) -> Self:
        """Those whose name holds what is sought, or whose client number begins with it; all where nothing is."""
        return self.filter(holds(sought) | Q(client_number__istartswith=sought)) if sought else self

    def by_surname(self) -> Self:
        return self.order_by("sort_name", "pk")

    def numbered(self, number: str) -> Self:
        """Those with exactly this BSN/FI or client number, never a part of it."""
        return self.filter(Q(tax_id=digits_of(number)) | Q(client_number__iexact=number))


class ByBytes(models.CharField):  # type: ignore[type-arg]
    """Put in order in the same way by every database: byte by byte."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        return {**parameters, "collation": "C"} if connection.vendor == "postgresql" else parameters


class SortName(ByBytes):
    """Filled in from `name` and `kind` whenever a row is saved, one or many at once."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        client: Any = model_instance
        value = sort_name(client.name, client.kind == "company")
        setattr(client, self.attname, value)
        return value


class Client(models.Model):
    """A client of one office, known by a BSN or RSIN ('BSN/FI')."""

    class Kind(models.TextChoices):
        PERSON = "person", "Persoon"
        COMPANY = "company", "Bedrijf"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="clients")
    tax_id = models.CharField("BSN/FI", max_length=9, help_text="nine digits; two dossiers may share one (SBA-203)")
    name = models.CharField("naam", max_length=200, validators=[shows_all])
    shown_name = Shown()
    sort_name = SortName(max_length=LENGTH, editable=False, default="", db_default="")
    kind = models.CharField("soort", max_length=10, choices=Kind, default=Kind.PERSON)
    former = models.BooleanField("voormalig", default=False)
    client_number = models.CharField("klantnummer", max_length=30, blank=True, validators=[shows_all])
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["office", "tax_id"], name="client_by_tax_id"),
            models.Index(fields=["office", "sort_name", "id"], name="client_by_sort_name"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("client", args=[self.pk])


class FormerNumberQuerySet(models.QuerySet["FormerNumber"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)


class FormerNumber(models.Model):
    """A colleague's word that this BSN/FI is of a former client who has no dossier here; it holds for later imports."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="former_numbers")
    tax_id = models.CharField("BSN/FI", max_length=9)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[FormerNumberQuerySet] = FormerNumberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "tax_id"], name="former_number_once"),)

    def __str__(self) -> str:
        return f"former number {self.pk}"
