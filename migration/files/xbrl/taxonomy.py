"""The Belastingdienst's part of the Nederlandse Taxonomie (NT): whose a name is, and of which NT. No Django."""

import re
from functools import lru_cache
from typing import Final

# Items and tuples of the Belastingdienst: NT7-NT10 (7.0/basis/bd/…) and NT11 on (nt12/bd/20171213/…).
NAMESPACE: Final = re.compile(
    r"https?://www\.nltaxonomie\.nl/(?:nt(?P<new>[0-9]{2})/bd/[0-9]{8}(?:\.[a-z])?/|(?P<old>[0-9]{1,2})\.[0-9]/(?:basis|domein|report)/bd/)"
)


def taxonomy_of(address: str) -> int:
    """The number of the taxonomy ("NT") in a tag or an entrypoint of the Belastingdienst, 0 for anything else."""
    match = NAMESPACE.match(address.removeprefix("{"))
    return int(match["new"] or match["old"]) if match else 0


@lru_cache(maxsize=1024)
def taxonomy_of_fact(tag: str) -> int:
    """The same, remembered: a fact has one of a few short tags."""
    return taxonomy_of(tag)


@lru_cache(maxsize=1024)
def fact_name(tag: str) -> str:
    """The local name of a fact of the Belastingdienst, "" for any other element."""
    return tag.rpartition("}")[2] if taxonomy_of(tag) else ""
