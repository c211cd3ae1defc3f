"""What someone typed into a search field."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from django.http import QueryDict

from portal.masking import holds_number
from portal.text.hidden import without_hidden

AT_MOST: Final = 100


def searched(query: Mapping[str, str]) -> str:
    """What is sought (`q`), fit to be looked up: nothing is hidden in it, and nobody types more than a line."""
    return without_hidden(query.get("q", "")).strip()[:AT_MOST]


def as_sought(text: str) -> str:
    """A text as it is compared with another: in small letters, without accents, one space between words."""
    plain = unicodedata.normalize("NFKD", without_hidden(text))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().split())


def tells_number(query: QueryDict) -> bool:
    """Does this address hold what may be a BSN/FI, typed there by hand? Then the page goes on without it."""
    return any(holds_number(part) for name, values in query.lists() for part in (name, *values))
