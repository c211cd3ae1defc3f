"""What someone typed into a search field."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from django.db.models import Q
from django.http import QueryDict

from portal.masking import holds_number

AT_MOST: Final = 100


def searched(query: Mapping[str, str]) -> str:
    """What is sought (`q`), fit to be looked up: no database stores a NUL, and nobody types more than a line."""
    return query.get("q", "").replace("\0", "").strip()[:AT_MOST]


def as_sought(text: str) -> str:
    """A text as it is compared with another: in small letters, without accents, one space between words."""
    plain = unicodedata.normalize("NFKD", text.replace("\0", ""))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().split())


def within(field: str, sought: str) -> Q:
    """Rows that hold what is sought in this field, which people see masked.

    Digits are found whole or not at all: or whoever sees the end of a BSN/FI finds the rest of it, one by one.
    """
    edge, found = "(^|[^0-9]|$)", Q(**{f"{field}__icontains": sought})
    before, behind = (edge if is_digit(letter) else "" for letter in (sought[:1], sought[-1:]))
    return found & Q(**{f"{field}__iregex": before + re.escape(sought) + behind}) if before or behind else found


def is_digit(letter: str) -> bool:
    return letter in set("0123456789")


def tells_number(query: QueryDict) -> bool:
    """Does this address hold what may be a BSN/FI, typed there by hand? Then the page goes on without it."""
    return any(holds_number(part) for name, values in query.lists() for part in (name, *values))
