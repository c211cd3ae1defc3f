"""What somebody reads who has to choose: which dossier is meant, or which client."""

from collections.abc import Mapping

from migration.words.numbers import number, others
from portal.masking import mask
from portal.models import Client


def also_for(by_tax: Mapping[str, int]) -> str:
    """'Ook voor de 3 andere records van deze klant (1 × OB, 2 × VPB)': by tax, for that may make the difference."""
    taxes = ", ".join(f"{number(count)} × {tax}" for tax, count in by_tax.items())
    return f"Ook voor {others(sum(by_tax.values()))} van deze klant in deze migratie ({taxes})"


def about_dossier(client: Client, held: int, what: str) -> str:
    """'Klantnummer 1042 · bedrijf · 12 … · actief'."""
    numbered = [f"Klantnummer {client.client_number}"] if client.client_number else []
    state = "voormalig" if client.former else "actief"
    return " · ".join([*numbered, client.get_kind_display().lower(), f"{number(held)} {what}", state])


def about_candidate(client: Client) -> str:
    """'Klantnummer 1042 · bedrijf · BSN/FI nu •••••6782'."""
    numbered = [f"Klantnummer {client.client_number}"] if client.client_number else []
    return " · ".join([*numbered, client.get_kind_display().lower(), f"BSN/FI nu {mask(client.tax_id)}"])
