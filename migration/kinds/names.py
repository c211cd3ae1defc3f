"""By what name a record stands in a list, and is found."""

from migration.kinds.abilities import Dossiers
from migration.kinds.protocol import Facts, Kind
from migration.kinds.registry import ability_of
from migration.models import Run
from portal.models import Client
from portal.models.sort_name import is_initials, sort_name


def name_in(facts: Facts) -> str:
    return str(facts.extra.get("name") or "")


def sorted_by(name: str, tax: str, of: Kind | Run | None) -> str:
    """As clients are (portal.models.sort_name), whether a client or not: people by their surname."""
    dossiers = ability_of(of, Dossiers) if of else None
    kind = dossiers.client_kind(tax) if dossiers else ""
    return sort_name(name, is_company=kind == Client.Kind.COMPANY or (not kind and not begins_with_initials(name)))


def begins_with_initials(name: str) -> bool:
    first, *others = name.split() or [""]
    return bool(others) and is_initials(first)
