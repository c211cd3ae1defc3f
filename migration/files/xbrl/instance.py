"""One XBRL instance: its contexts, and which of its facts are about the assessment of the message. No Django."""

from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from migration.files.xbrl.values import Names, conflict, illegible, missing, parsed, shown, unreadable, whole
from migration.problems import Rejected
from sba import problems
from sba.reading import concepts, numbers

INSTANCE: Final = "{http://www.xbrl.org/2003/instance}"
IDENTIFIER: Final = INSTANCE + "identifier"
PERIOD_ENDS: Final = (INSTANCE + "endDate", INSTANCE + "instant")
EXPLICIT_MEMBER: Final = "{http://xbrl.org/2006/xbrldi}explicitMember"
TYPED_MEMBER: Final = "{http://xbrl.org/2006/xbrldi}typedMember"
CONTEXT: Final = INSTANCE + "context"
UNIT: Final = INSTANCE + "unit"
SCHEMA_REF: Final = "{http://www.xbrl.org/2003/linkbase}schemaRef"
HREF: Final = "{http://www.w3.org/1999/xlink}href"
CURRENCIES: Final = "http://www.xbrl.org/2003/iso4217"
ADDRESS_LENGTH: Final = 1000  # no address in a message is longer; what is remembered of one stays small
NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
LOOKED_AT: Final = (SCHEMA_REF, CONTEXT, UNIT, *("{*}" + name for name in concepts.NAMES))
BLANKS: Final = " \t\r\n"  # what XML calls white space
TRUE: Final = ("true", "1")

# The dimensions of what the message is about; leaving them out says the same (domain.md §1.4: the cube of an SBA).
OWN_MEMBERS: Final = frozenset({
    ("PartyDimension", "Declarant"), ("PartyDimension", "Company"), ("TimeDimension", "Current"),
})  # fmt: skip


class Context(NamedTuple):
    """Whom and what a fact is about. `tax_id` is the identifier as a BSN/RSIN, None where it is none.

    `until` is the last day of the period as text; `dimensions` leaves out what only says "this message's own".
    """

    scheme: str
    identifier: str
    tax_id: str | None
    until: str
    dimensions: frozenset[tuple[str, str]]

    def is_about_same(self, other: "Context") -> bool:
        """Whether facts of both are about one party, year and row; the period may differ, as that of a balance does."""
        is_same_party = self.identifier == other.identifier or (self.tax_id is not None and self.tax_id == other.tax_id)
        return is_same_party and self.dimensions == other.dimensions


class Entrypoint(NamedTuple):
    """What schemaRef points to: the tax of an SBA, or which other message it is, and the NT; "" and 0 where unknown."""

    tax: str
    other: str
    taxonomy: int


class Message:
    """The contexts and facts of one instance, and which of the facts are about the assessment of the message."""

    def __init__(self, root: etree._Element) -> None:
        self._contexts: dict[str, etree._Element] = {}
        self._units: dict[str, etree._Element] = {}
        self._facts: dict[str, list[etree._Element]] = {}
        self._hrefs: list[str] = []
        self._foreign = ""  # the namespace of an assessment number that is not the Belastingdienst's
        self._are_own: dict[str, bool] = {}  # id of a context → whether it is about our assessment
        self._euros_known: set[str] | None = None
        self.taxonomy = 0  # of the assessment number; of the entrypoint as long as that is not found
        self.own: Context
        self.warnings: list[str] = []
        self._root = root
        self.take_in(LOOKED_AT)

    def take_in(self, tags: Names) -> None:
        """Look through the document, once, for elements with these tags."""
        for element in self._root.iter(*tags):
            tag = element.tag
            name = _fact_name(tag) if len(tag) < ADDRESS_LENGTH else ""
            if name:
                self._facts.setdefault(name, []).append(element)
            else:
                self._sort(element)

    def _sort(self, element: etree._Element) -> None:
        """Keep what is no fact of the Belastingdienst."""
        tag = element.tag
        if tag == CONTEXT:
            self._keep_once(self._contexts, element)
        elif tag == UNIT:
            self._keep_once(self._units, element)
        elif tag == SCHEMA_REF:
            self._hrefs.append(element.get(HREF, "")[:ADDRESS_LENGTH])
        elif tag.endswith("}" + concepts.ASSESSMENT_NUMBER[0]):
            self._foreign = tag[1:].partition("}")[0]

    def _keep_once(self, kept: dict[str, etree._Element], element: etree._Element) -> None:
        name = element.get("id", "")
        if name in kept:
            raise unreadable("een context of eenheid staat er twee keer in")
        if element.getparent() is not self._root:  # of a message inside the message: whose facts are whose?
            raise unreadable("een context of eenheid staat niet op zijn plaats")
        kept[name] = element

    def refuse_other_messages(self) -> str | None:
        """The tax by the entrypoint, None where it is no known SBA; Rejected where it is another known message."""
        found = [entrypoint_of(href) for href in self._hrefs]
        others = [entrypoint.other for entrypoint in found if entrypoint.other]
        if others:
            raise Rejected(problems.NOT_AN_SBA, found=others[0])
        self.taxonomy = max((entrypoint.taxonomy for entrypoint in found), default=0)
        taxes = {entrypoint.tax for entrypoint in found if entrypoint.tax}
        return taxes.pop() if len(taxes) == 1 else None

    def choose_assessment(self) -> None:
        """Find the one assessment number, and by its context whom the message is about.

        The header of an SBA has no BSN/RSIN of its own: identity is the identifier of this context (domain.md §1.4).
        """
        facts = [fact for fact in self._facts.get(concepts.ASSESSMENT_NUMBER[0], ()) if fact.get(NIL) not in TRUE]
        if not facts:
            raise self._no_assessment()
        self.taxonomy = taxonomy_of(facts[0].tag)
        by_reference = {fact.get("contextRef", ""): fact for fact in facts}  # a context is read once, whatever refers
        contexts = {name: self._context_of(one, concepts.ASSESSMENT_NUMBER[0]) for name, one in by_reference.items()}
        self.own, *others = [one for one in contexts.values() if not one.dimensions] or contexts.values()
        if not all(self.own.is_about_same(other) for other in others):
            raise conflict(concepts.ASSESSMENT_NUMBER)
        self._are_own = {reference: self.own.is_about_same(context) for reference, context in contexts.items()}

    def _no_assessment(self) -> Rejected:
        if self._foreign:
            return Rejected(problems.TAXONOMY_UNKNOWN, taxonomy=shown(self._foreign))
        if not any(entrypoint_of(href).tax for href in self._hrefs):
            return Rejected(problems.NOT_AN_SBA, found="een ander XBRL-bericht, zonder aanslagnummer")
        return missing(concepts.ASSESSMENT_NUMBER)

    def _context_of(self, fact: etree._Element, name: str) -> Context:
        element = self._contexts.get(fact.get("contextRef", ""))
        if element is None:
            raise Rejected(problems.FIELD_MISSING, field=f"de context van '{concepts.LABEL_OF[name]}'")
        return _context(element)

    def _is_own(self, fact: etree._Element, name: str) -> bool:
        """Whether a fact has a value, and is not a partner's, nor another year's or row's."""
        reference = fact.get("contextRef", "")
        is_own = self._are_own.get(reference)
        if is_own is None:
            is_own = self._are_own[reference] = self._context_of(fact, name).is_about_same(self.own)
        return is_own and fact.get(NIL) not in TRUE

    def _own_facts(self, name: str) -> list[etree._Element]:
        return [fact for fact in self._facts[name] if self._is_own(fact, name)]

    def texts(self, name: str) -> list[str]:
        """The different values of a fact, trimmed."""
        if name not in self._facts:
            return []
        found = [_text(fact, name) for fact in self._own_facts(name)]
        return found if len(found) < 2 else list(dict.fromkeys(found))

    def text(self, field: Names) -> str | None:
        """The value of a field by the first of its names that has one; Rejected where that one has two values."""
        for name in field:
            found = self.texts(name)
            if len(found) > 1:
                raise conflict(field)
            if found:
                return found[0]
        return None

    def whole_euros(self, field: Names) -> int | None:
        """The amount of a field; Rejected where it is not in euros or not a whole number."""
        for name in field:
            if name not in self._facts:
                continue
            found = {self._euros(fact, name, field) for fact in self._own_facts(name)}
            if len(found) > 1:
                raise conflict(field)
            if found:
                return found.pop()
        return None

    def _euros(self, fact: etree._Element, name: str, field: Names) -> int:
        value = _text(fact, name)
        if not self._is_in_euros(fact):
            raise illegible(field, f"{value} (niet in euro's)")
        return parsed(field, value, whole)

    def _is_in_euros(self, fact: etree._Element) -> bool:
        """By its unit; without one by its type, monetaryNoDecimals. A unit that the document lacks is no euro."""
        reference = fact.get("unitRef")
        return reference is None or reference in self._euro_units()

    def _euro_units(self) -> set[str]:
        if self._euros_known is None:
            self._euros_known = {name for name, unit in self._units.items() if _is_euro(unit)}
        return self._euros_known


def _context(element: etree._Element) -> Context:
    schemes, identifiers, ends, dimensions = [], [], [], set()
    for part in element.iter(IDENTIFIER, *PERIOD_ENDS, EXPLICIT_MEMBER, TYPED_MEMBER):
        tag = part.tag
        if tag == IDENTIFIER:
            schemes.append(part.get("scheme", ""))
            identifiers.append(_trimmed(part))
        elif tag in PERIOD_ENDS:
            ends.append(_trimmed(part))
        elif tag == EXPLICIT_MEMBER:
            dimensions.add((_unprefixed(part.get("dimension", "")), _unprefixed(_trimmed(part))))
        else:
            dimensions.add((_unprefixed(part.get("dimension", "")), _typed(part)))
    if len(identifiers) > 1 or len(ends) > 1:
        raise unreadable("een context noemt twee partijen of twee perioden")
    identifier = "".join(identifiers)
    own = frozenset(dimensions - OWN_MEMBERS)
    return Context("".join(schemes), identifier, numbers.tax_id(identifier), "".join(ends), own)


def _typed(element: etree._Element) -> str:
    if element.find(f".//{TYPED_MEMBER}") is not None:
        raise unreadable("een context staat niet zoals het hoort in het bericht")
    return "".join(map(str, element.itertext())).strip(BLANKS)


def _trimmed(element: etree._Element) -> str:
    """The text of a part of a context or unit; what stands around an element in it is no text that one can trust."""
    if len(element):
        raise unreadable("een context of eenheid bevat elementen waar tekst hoort")
    return (element.text or "").strip(BLANKS)


def _unprefixed(name: str) -> str:
    return name.rpartition(":")[2]


def _is_euro(unit: etree._Element) -> bool:
    """Whether a unit is the euro and nothing else: one measure, no ratio, and no EUR of anybody else's."""
    if len(unit) != 1 or len(unit[0]):
        return False
    prefix, _, name = _trimmed(unit[0]).rpartition(":")
    return name == "EUR" and unit[0].nsmap.get(prefix or None, CURRENCIES) == CURRENCIES


def _text(fact: etree._Element, name: str) -> str:
    if len(fact):
        raise illegible((name,), "er staan elementen in de waarde")
    return (fact.text or "").strip(BLANKS)


@lru_cache(maxsize=1024)
def _fact_name(tag: str) -> str:
    """The local name of a fact of the Belastingdienst, "" for any other element."""
    return tag.rpartition("}")[2] if taxonomy_of(tag) else ""


def taxonomy_of(address: str) -> int:
    """The number of the taxonomy ("NT") in a tag or an entrypoint of the Belastingdienst, 0 for anything else."""
    match = concepts.NAMESPACE.match(address.removeprefix("{"))
    return int(match["new"] or match["old"]) if match else 0


@lru_cache(maxsize=256)
def entrypoint_of(href: str) -> Entrypoint:
    file = href.rpartition("/")[2].lower()
    sba = concepts.SBA_ENTRYPOINT.fullmatch(file)
    if sba:
        return Entrypoint(concepts.TAX_BY_ENTRYPOINT[sba["tax"]], "", taxonomy_of(href))
    return Entrypoint("", next((what for part, what in concepts.OTHER_MESSAGES if part in file), ""), taxonomy_of(href))
