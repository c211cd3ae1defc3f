"""What someone typed into a search field."""

from collections.abc import Mapping
from typing import Final

AT_MOST: Final = 100


def searched(query: Mapping[str, str]) -> str:
    """The term `q`, fit to be looked up: no database stores a NUL, and nobody types more than a line."""
    return query.get("q", "").replace("\0", "").strip()[:AT_MOST]
