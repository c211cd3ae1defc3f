"""What stands in a client's dossier: SBA's."""

from datetime import date
from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from migration.models import Document, Record
from portal.models import Client, Office, User

SLUG: Final = "sba"
"""Of this kind of import."""


def terms_that_run() -> Q:
    """Of SBA's and of records: one can object today. Where kind and date are unknown, the term counts as running."""
    unknown = Q(kind="onbekend", until=None)
    return Q(until__gte=timezone.localdate()) | unknown


def term_runs(kind: str, until: date | None) -> bool:
    """The same of one SBA or record."""
    return until >= timezone.localdate() if until else kind == Sba.Kind.UNKNOWN


def no_term(kind: str) -> str:
    """Why one SBA or record has no last day to object: a provisional assessment is revised on request instead."""
    return "Herziening aanvragen mogelijk" if kind == Sba.Kind.PROVISIONAL else "Termijn onbekend"


class SbaQuerySet(models.QuerySet["Sba"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)


class Sba(models.Model):
    """A Servicebericht Aanslag in a client's dossier: the electronic copy of one tax assessment."""

    class Status(models.TextChoices):
        """How far the office is with it (domain.md §6)."""

        TO_ASSESS = "te-beoordelen", "Te beoordelen"
        IN_PROGRESS = "in-behandeling", "In behandeling"
        AGREED = "akkoord", "Akkoord"
        DISPUTED = "niet-akkoord", "Niet akkoord"
        OBJECTED = "bezwaar-ingediend", "Bezwaar ingediend"
        CLOSED = "afgehandeld", "Afgehandeld"

    class Tax(models.TextChoices):
        IB = "IB", "Inkomstenbelasting"
        ZVW = "ZVW", "Zorgverzekeringswet"
        VPB = "VPB", "Vennootschapsbelasting"
        OB = "OB", "Omzetbelasting"

    class Kind(models.TextChoices):
        PROVISIONAL = "voorlopig", "Voorlopige aanslag"
        FINAL = "definitief", "Definitieve aanslag"
        ADDITIONAL = "navordering", "Navorderingsaanslag"
        RETROSPECTIVE = "naheffing", "Naheffingsaanslag"
        REDUCTION = "vermindering", "Vermindering"
        REFUND = "teruggaaf", "Teruggaaf"
        UNKNOWN = "onbekend", "Onbekend"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="sbas", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="sbas")
    key = models.UUIDField(help_text="identifier, tax, year, kind, assessment number and dagtekening, hashed")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", db_index=False)
    record = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="+")

    tax_id = models.CharField("BSN/FI", max_length=9)
    tax = models.CharField("middel", max_length=3, choices=Tax)
    year = models.SmallIntegerField("belastingjaar")
    kind = models.CharField("soort aanslag", max_length=20, choices=Kind)
    number = models.CharField("aanslagnummer", max_length=23)
    dated_on = models.DateField("dagtekening")
    until = models.DateField("bezwaar mogelijk t/m", null=True)
    amount = models.BigIntegerField("bedrag", null=True, help_text="whole euros")
    balance = models.BigIntegerField("saldo", null=True, help_text="whole euros, sign as delivered")
    facts = models.JSONField(default=dict)

    status = models.CharField(max_length=20, choices=Status)
    imported_at = models.DateTimeField()

    objects: ClassVar[SbaQuerySet] = SbaQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key", "office"], name="sba_once"),)
        # A document that goes is looked for here, by the database too. (An index of the field itself would be two.)
        indexes = (models.Index(fields=["document"], name="sba_by_document"),)

    def __str__(self) -> str:
        return f"{self.tax} {self.year}"

    @property
    def term_runs(self) -> bool:
        """One can still object to it today, or nobody knows until when."""
        return term_runs(self.kind, self.until)

    @property
    def no_term(self) -> str:
        return no_term(self.kind)
