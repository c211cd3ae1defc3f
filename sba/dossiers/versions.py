"""What one version of an SBA says, in words, to lay beside another version of it."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format

from migration import bulk
from migration.findings.versions import SAYS_NOTHING
from migration.kinds.registry import chosen_target
from migration.models import Record
from portal.masking import mask, mask_within
from sba.models import Sba
from sba.templatetags.sba import euros

NOT_YET: Final = "nog niet"


def told(records: Sequence[Record]) -> list[dict[str, str]]:
    """What each of these records brought; they know their run and client."""
    return [{**content(record), **place(dossier_of(record), status_of(record), NOT_YET)} for record in records]


def told_standing(records: Sequence[Record]) -> list[dict[str, str]]:
    """What stands in the place of each, in one query; empty where nothing does. The records are of one office."""
    keys, offices = {record.key for record in records if record.key}, {record.run.office_id for record in records}
    stands = Sba.objects.filter(bulk.among("key", keys), office__in=offices).select_related("client", "record__run")
    by_key = {sba.key: standing(sba) for sba in stands}
    return [by_key.get(record.key, {}) if record.key else {} for record in records]


def standing(sba: Sba) -> dict[str, str]:
    return {**content(sba), **place(sba.client.name, sba.get_status_display(), imported(sba))}


def dossier_of(record: Record) -> str:
    return record.client.name if record.client else ""


def status_of(record: Record) -> str:
    target = chosen_target(record.run)
    return target.label if target else SAYS_NOTHING


def content(version: Sba | Record) -> dict[str, str]:
    """What the message itself says."""
    facts = version.facts
    texts = {
        "Bedrag": euros(facts.get("amount")),
        "Saldo (zoals aangeleverd)": euros(facts.get("balance")),
        "Bezwaar mogelijk t/m": day(version.until),
        "Belasting": word(Sba.Tax, version.tax),
        "Soort aanslag": word(Sba.Kind, version.kind),
        "Code van de soort": facts.get("kind_code"),
        "Belastingjaar": str(version.year),
        "Tijdvak": mask_within(facts.get("period") or ""),
        "Dagtekening": day(version.dated_on),
        "Aanslagnummer": mask_within(version.number),
        "BSN/FI": mask(version.tax_id),
        "Naam in het bericht": mask_within(facts.get("name") or ""),
        "Taxonomie": facts.get("taxonomy"),
    }
    return {label: text or SAYS_NOTHING for label, text in texts.items()}


def place(dossier: str, status: str, imported: str) -> dict[str, str]:
    """What the office made of it."""
    return {"Dossier": mask_within(dossier) or SAYS_NOTHING, "Status": status, "Geïmporteerd": imported}


def imported(sba: Sba) -> str:
    """'21-08-2026, MIG-2026-0042/0001'."""
    on = date_format(timezone.localtime(sba.imported_at), "SHORT_DATE_FORMAT")
    return f"{on}, {sba.record.reference}" if sba.record else on


def day(value: date | None) -> str:
    return str(date_format(value, "SHORT_DATE_FORMAT")) if value else SAYS_NOTHING


def word(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label) if value in choices.values else value
