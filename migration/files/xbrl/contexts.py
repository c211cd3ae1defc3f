"""What facts refer to: the context that says whom and what they are about, and the unit of an amount. No Django."""

from typing import NamedTuple

from lxml import etree

from migration.files.xbrl.dialect import Dialect
from migration.files.xbrl.elements import (
    BLANKS,
    CURRENCIES,
    EXPLICIT_MEMBER,
    IDENTIFIER,
    PERIOD_ENDS,
    TYPED_MEMBER,
    trimmed,
)


class Context(NamedTuple):
    """Whom and what a fact is about. `tax_id` is the identifier as a number of a taxpayer, None where it is none.

    `scheme` says whose register the identifier is of: the same digits in another one are somebody else's.

    `until` is the last day of the period as text; `dimensions` leaves out what only says "this message's own".
    """

    scheme: str
    identifier: str
    tax_id: str | None
    until: str
    dimensions: frozenset[tuple[str, str]]

    def is_about_same(self, other: "Context") -> bool:
        """Whether facts of both are about one party, year and row; the period may differ, as that of a balance does."""
        is_same_number = self.tax_id is not None and self.tax_id == other.tax_id
        is_same_party = is_same_number or (self.scheme, self.identifier) == (other.scheme, other.identifier)
        return is_same_party and self.dimensions == other.dimensions


def context_of(element: etree._Element, dialect: Dialect) -> Context:
    """Read one context; Rejected where it says two things at once."""
    schemes, identifiers, ends, dimensions = [], [], [], set()
    for part in element.iter(IDENTIFIER, *PERIOD_ENDS, EXPLICIT_MEMBER, TYPED_MEMBER):
        tag = part.tag
        if tag == IDENTIFIER:
            schemes.append(part.get("scheme", ""))
            identifiers.append(trimmed(part, dialect))
        elif tag in PERIOD_ENDS:
            ends.append(trimmed(part, dialect))
        elif tag == EXPLICIT_MEMBER:
            dimensions.add((_unprefixed(part.get("dimension", "")), _unprefixed(trimmed(part, dialect))))
        else:
            dimensions.add((_unprefixed(part.get("dimension", "")), _typed(part, dialect)))
    if len(identifiers) > 1 or len(ends) > 1:
        raise dialect.unreadable("een context noemt twee partijen of twee perioden")
    scheme, identifier = "".join(schemes), "".join(identifiers)
    others = frozenset(dimensions - dialect.own_members)
    return Context(scheme, identifier, dialect.tax_id(scheme, identifier), "".join(ends), others)


def _typed(element: etree._Element, dialect: Dialect) -> str:
    if element.find(f".//{TYPED_MEMBER}") is not None:
        raise dialect.unreadable("een context staat niet zoals het hoort in het bericht")
    return "".join(map(str, element.itertext())).strip(BLANKS)


def _unprefixed(name: str) -> str:
    return name.rpartition(":")[2]


def is_euro(unit: etree._Element, dialect: Dialect) -> bool:
    """Whether a unit is the euro and nothing else: one measure, no ratio, and no EUR of anybody else's."""
    if len(unit) != 1 or len(unit[0]):
        return False
    prefix, _, name = trimmed(unit[0], dialect).rpartition(":")
    return name == "EUR" and unit[0].nsmap.get(prefix or None, CURRENCIES) == CURRENCIES
