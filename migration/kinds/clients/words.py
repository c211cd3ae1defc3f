"""The columns of a list of clients and what stands in them, and how a Dutch spreadsheet calls them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from migration.files.csv.flaws import BadFile
from migration.kinds.clients.flaws import ListFlaw

REQUIRED: Final = ("tax_id", "name", "kind", "former")
OPTIONAL: Final = ("client_number",)

PERSON: Final = "person"
COMPANY: Final = "company"
KINDS: Final = {PERSON: PERSON, COMPANY: COMPANY}
YES_NO: Final = {"yes": True, "no": False}

MEANT: Final[Mapping[str, Sequence[str]]] = {
    "tax_id": ["bsn", "rsin", "bsnfi", "bsnrsin", "sofi", "sofinummer", "fiscaalnummer", "burgerservicenummer"],
    "name": ["naam", "klantnaam", "bedrijfsnaam", "achternaam"],
    "kind": ["soort", "type", "soortklant", "rechtsvorm"],
    "former": ["voormalig", "voormaligeklant", "oudklant", "vertrokken"],
    "client_number": ["klantnummer", "klantnr", "relatienummer", "clientnummer"],
    PERSON: ["persoon", "particulier", "natuurlijkpersoon"],
    COMPANY: ["bedrijf", "onderneming", "rechtspersoon"],
    "yes": ["ja", "j", "y", "true", "waar", "1"],
    "no": ["nee", "neen", "n", "false", "onwaar", "0"],
}
"""Words that mean a column or a choice. What the list is called is a fixed interface, so they are told, not read."""


def check_header(columns: Sequence[str]) -> None:
    """BadFile unless each required column is there, and each one once."""
    known = (*REQUIRED, *OPTIONAL)
    absent = [name for name in known if name not in columns]
    renames = {name: meant for name in columns if (meant := meaning(name, absent))}
    if missing := [name for name in REQUIRED if name in absent]:
        raise BadFile(ListFlaw.MISSING_COLUMNS, missing=missing, renames=renames)
    if len(set(columns)) < len(columns) or not set(columns) <= set(known):
        raise BadFile(ListFlaw.OTHER_COLUMNS, renames=renames)


def meaning(word: str, choices: Sequence[str] | Mapping[str, Any]) -> str:
    """Which of the choices it is another word for, or nothing."""
    bare = re.sub(r"[\s_/.-]", "", word.lower())
    return next((choice for choice in choices if bare in MEANT.get(choice, ())), "")
