"""XBRL instance → Notice: what one Servicebericht Aanslag says. No Django, no network, no entities.

Every fact is judged by the context it stands in, and what cannot be read with certainty fails with its own problem:
a value is never guessed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from lxml import etree

from migration.problems import Rejected
from sba import concepts, numbers, problems
from sba.numbers import AssessmentNumber

T = TypeVar("T")
Names = tuple[str, ...]

INSTANCE: Final = "{http://www.xbrl.org/2003/instance}"
IDENTIFIER: Final = INSTANCE + "identifier"
PERIOD_ENDS: Final = (INSTANCE + "endDate", INSTANCE + "instant")
EXPLICIT_MEMBER: Final = "{http://xbrl.org/2006/xbrldi}explicitMember"
TYPED_MEMBER: Final = "{http://xbrl.org/2006/xbrldi}typedMember"
ROOT: Final = INSTANCE + "xbrl"
CONTEXT: Final = INSTANCE + "context"
UNIT: Final = INSTANCE + "unit"
SCHEMA_REF: Final = "{http://www.xbrl.org/2003/linkbase}schemaRef"
HREF: Final = "{http://www.w3.org/1999/xlink}href"
NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
LOOKED_AT: Final = (SCHEMA_REF, CONTEXT, UNIT, *("{*}" + name for name in concepts.NAMES))
FLAGS: Final = tuple("{*}" + name for name in concepts.KIND_FLAGS)  # looked at only where no code tells the kind

# One parser for all documents. Comments are removed because lxml reads "12<!-- x -->34" as 12 otherwise.
PARSER: Final = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    attribute_defaults=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)
DOCTYPE: Final = b"<!DOCTYPE"
ENCODINGS: Final = frozenset({"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1", "LATIN1",
                              "ISO-8859-15", "WINDOWS-1252", "CP1252"})  # fmt: skip

NUMBER: Final = re.compile(r"-?[0-9]{1,15}")
ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FOUR_DIGITS: Final = re.compile(r"[0-9]{4}")
YEARS: Final = range(2000, 2101)
BLANKS: Final = " \t\r\n"  # what XML calls white space
TRUE: Final = ("true", "1")
SHOWN: Final = 40  # marks of a value that a message to the user repeats
NUMBER_LENGTH: Final = 23  # anstring23V, domain.md §1.4
PERIOD_LENGTH: Final = 9
NAME_LENGTH: Final = 200

# The dimensions of what the message is about; leaving them out says the same (domain.md §1.4: the cube of an SBA).
OWN_MEMBERS: Final = frozenset({
    ("PartyDimension", "Declarant"), ("PartyDimension", "Company"), ("TimeDimension", "Current"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """What one SBA says. Amounts in whole euros, signs as delivered; None or "" where the message is silent.

    `kind_code` is the code as delivered, `assessment_number` without spaces and dots, `taxonomy` the era ("NT7" …).
    `warnings`: number-differs, year-differs, tax-differs, kind-differs, name-differs.
    """

    tax_id: str
    tax: str
    year: int
    kind: str
    kind_code: str
    assessment_number: str
    dated_on: date
    period: str
    amount: int | None
    balance: int | None
    objection_deadline: date | None
    name: str
    taxonomy: str
    warnings: tuple[str, ...]


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


def read(content: bytes) -> Notice:
    """Read one XBRL instance.

    Raises Rejected: SBA-204 for a BSN/FI that is none, SBA-301 … 306 for what cannot be read, or is no SBA.
    """
    message = Message(_parse(content))
    entrypoint_tax = message.refuse_other_messages()
    try:
        message.choose_assessment()
        return _notice(message, entrypoint_tax)
    except Rejected as rejected:
        if message.taxonomy <= concepts.LAST_TAXONOMY or rejected.problem is not problems.FIELD_MISSING:
            raise
        # A later taxonomy may name the field differently: that is news for us, not a fault of the message.
        raise Rejected(problems.TAXONOMY_UNKNOWN, taxonomy=f"NT{message.taxonomy}") from rejected


def _parse(content: bytes) -> etree._Element:
    if _has_doctype(content):
        raise _unreadable("het bevat een DOCTYPE; dat is niet toegestaan")
    try:
        root = etree.fromstring(content, PARSER)
    except etree.XMLSyntaxError as error:
        raise _unreadable(_where(error)) from None
    document = root.getroottree().docinfo
    if document.internalDTD is not None:  # in an encoding that the first look does not know
        raise _unreadable("het bevat een DOCTYPE; dat is niet toegestaan")
    if (document.encoding or "UTF-8").upper() not in ENCODINGS:
        raise _unreadable("de tekencodering wordt niet ondersteund")
    if root.tag != ROOT:
        raise Rejected(problems.NOT_AN_SBA, found="een XML-bestand dat geen XBRL-bericht is")
    return root


def _has_doctype(content: bytes) -> bool:
    """Whether a DOCTYPE stands anywhere, in UTF-16 too: its letters are ASCII, so the zeros between them can go."""
    return DOCTYPE in (content.replace(b"\0", b"") if b"\0" in content[:64] else content)


def _where(error: etree.XMLSyntaxError) -> str:
    """Where the XML breaks; never the parser's own text, which may repeat what the document says."""
    line, column = getattr(error, "position", (0, 0)) or (0, 0)
    return f"de XML is niet goed gevormd (regel {line}, positie {column})"


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
            name = _fact_name(element.tag)
            if name:
                self._facts.setdefault(name, []).append(element)
            else:
                self._sort(element)

    def _sort(self, element: etree._Element) -> None:
        """Keep what is no fact of the Belastingdienst."""
        tag = element.tag
        if tag == CONTEXT:
            _keep_once(self._contexts, element)
        elif tag == UNIT:
            _keep_once(self._units, element)
        elif tag == SCHEMA_REF:
            self._hrefs.append(element.get(HREF, ""))
        elif tag.endswith("}" + concepts.ASSESSMENT_NUMBER[0]):
            self._foreign = tag[1:].partition("}")[0]

    def refuse_other_messages(self) -> str | None:
        """The tax by the entrypoint, None where it is no known SBA; Rejected where it is another known message."""
        found = [_entrypoint(href) for href in self._hrefs]
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
        self.taxonomy = _taxonomy(facts[0].tag)
        contexts = {fact.get("contextRef", ""): self._context_of(fact, concepts.ASSESSMENT_NUMBER[0]) for fact in facts}
        self.own, *others = [one for one in contexts.values() if not one.dimensions] or contexts.values()
        if not all(self.own.is_about_same(other) for other in others):
            raise _conflict(concepts.ASSESSMENT_NUMBER)
        self._are_own = {reference: self.own.is_about_same(context) for reference, context in contexts.items()}

    def _no_assessment(self) -> Rejected:
        if self._foreign:
            return Rejected(problems.TAXONOMY_UNKNOWN, taxonomy=_shown(self._foreign))
        if not any(_entrypoint(href).tax for href in self._hrefs):
            return Rejected(problems.NOT_AN_SBA, found="een ander XBRL-bericht, zonder aanslagnummer")
        return _missing(concepts.ASSESSMENT_NUMBER)

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

    def texts(self, name: str) -> list[str]:
        """The different values of a fact, trimmed."""
        facts = self._facts.get(name)
        if not facts:
            return []
        found = [_text(fact, name) for fact in facts if self._is_own(fact, name)]
        return found if len(found) < 2 else list(dict.fromkeys(found))

    def text(self, field: Names) -> str | None:
        """The value of a field by the first of its names that has one; Rejected where that one has two values."""
        for name in field:
            found = self.texts(name)
            if len(found) > 1:
                raise _conflict(field)
            if found:
                return found[0]
        return None

    def whole_euros(self, field: Names) -> int | None:
        """The amount of a field; Rejected where it is not in euros or not a whole number."""
        for name in field:
            found = {self._euros(fact, name, field) for fact in self._facts.get(name, ()) if self._is_own(fact, name)}
            if len(found) > 1:
                raise _conflict(field)
            if found:
                return found.pop()
        return None

    def _euros(self, fact: etree._Element, name: str, field: Names) -> int:
        value = _text(fact, name)
        if not self._is_in_euros(fact):
            raise _illegible(field, f"{value} (niet in euro's)")
        return parsed(field, value, _whole)

    def _is_in_euros(self, fact: etree._Element) -> bool:
        """By its unit; without one by its type, monetaryNoDecimals. A unit that the document lacks is no euro."""
        reference = fact.get("unitRef")
        return reference is None or reference in self._euro_units()

    def _euro_units(self) -> set[str]:
        if self._euros_known is None:
            self._euros_known = {name for name, unit in self._units.items() if _is_euro(unit)}
        return self._euros_known


def _notice(message: Message, entrypoint_tax: str | None) -> Notice:
    tax_id = _tax_id(message.own)
    number = _assessment_number(message)
    if number.tax_id and number.tax_id != tax_id:
        message.warnings.append("number-differs")
    dated_on = required(message, concepts.DATED_ON, _day)
    kind, kind_code = _kind(message, number)
    return Notice(
        tax_id=tax_id,
        tax=_tax(message, number, entrypoint_tax),
        year=_year(message, number, dated_on),
        kind=kind,
        kind_code=kind_code,
        assessment_number=number.text,
        dated_on=dated_on,
        period=optional(message, concepts.PERIOD, _period) or "",
        amount=message.whole_euros(concepts.AMOUNT),
        balance=message.whole_euros(concepts.BALANCE),
        objection_deadline=optional(message, concepts.OBJECTION_DEADLINE, _day),
        name=_name(message),
        taxonomy=f"NT{message.taxonomy}",
        warnings=tuple(message.warnings),
    )


def _tax_id(context: Context) -> str:
    """The identifier as BSN/RSIN. Eight digits count in the Belastingdienst's scheme only: a KvK number has eight."""
    is_padded = len(context.identifier) == 8 and "belastingdienst.nl/" not in context.scheme
    if is_padded or not context.tax_id:
        raise Rejected(problems.TAX_ID_INVALID, value=numbers.masked(_shown(context.identifier)))
    return context.tax_id


def _assessment_number(message: Message) -> AssessmentNumber:
    number = numbers.assessment_number(message.text(concepts.ASSESSMENT_NUMBER) or "")
    if not 1 <= len(number.text) <= NUMBER_LENGTH:
        raise _illegible(concepts.ASSESSMENT_NUMBER, numbers.masked(_shown(number.text)))
    return number


def _tax(message: Message, number: AssessmentNumber, entrypoint_tax: str | None) -> str:
    """IB, ZVW, VPB or OB: by the letter of the message, else by its entrypoint, else by the assessment number."""
    letter = message.text(concepts.TAX)
    tax = concepts.TAX_BY_LETTER.get(letter or "")
    if tax and entrypoint_tax and tax != entrypoint_tax:
        message.warnings.append("tax-differs")
    tax = tax or entrypoint_tax or concepts.TAX_BY_LETTER.get(number.letter)
    if tax:
        return tax
    raise _illegible(concepts.TAX, letter) if letter else _missing(concepts.TAX)


def _year(message: Message, number: AssessmentNumber, dated_on: date) -> int:
    """The tax year: as stated, else the year in which the period ends, else by the digit in the assessment number."""
    digit_year = number.year(dated_on.year)
    year = optional(message, concepts.YEAR, _plausible_year)
    if year is None and message.own.until:
        year = parsed(concepts.YEAR, message.own.until[:4], _plausible_year)
    if year is None:
        year = digit_year
    if year is None:
        raise _missing(concepts.YEAR)
    if digit_year is not None and digit_year % 10 != year % 10:
        message.warnings.append("year-differs")
    return year


def _kind(message: Message, number: AssessmentNumber) -> tuple[str, str]:
    """The kind of assessment and its code as delivered: by code, else by flag, else by the assessment number."""
    codes = [(name, code) for name in concepts.KIND_CODES for code in message.texts(name) if code]
    delivered = "/".join(dict.fromkeys(code for _, code in codes))
    keys = [(name, code.lstrip("0")) for name, code in codes]
    kinds = {concepts.KINDS[key] for key in keys if key in concepts.KINDS}
    if len(kinds) > 1:
        message.warnings.append("kind-differs")
        return concepts.UNKNOWN_KIND, delivered
    return kinds.pop() if kinds else _kind_without_code(message, number), delivered


def _kind_without_code(message: Message, number: AssessmentNumber) -> str:
    message.take_in(FLAGS)
    flags = {kind for name, kind in concepts.KIND_FLAGS.items() if _is_set(message, name)}
    if len(flags) == 1:
        return flags.pop()
    if number.letter in concepts.LETTERS_WITH_STATUS:
        return number.status or concepts.UNKNOWN_KIND
    return concepts.KIND_BY_LETTER.get(number.letter, concepts.UNKNOWN_KIND)


def _is_set(message: Message, flag: str) -> bool:
    return any(value in TRUE for value in message.texts(flag))


def _name(message: Message) -> str:
    """The first line of the block with name and address; "" where two blocks differ, for it is only shown."""
    for name in concepts.NAME:
        found = message.texts(name)
        if len(found) > 1:
            message.warnings.append("name-differs")
            return ""
        if found and found[0]:
            return " ".join(found[0].splitlines()[0].split())[:NAME_LENGTH]
    return ""


def required(message: Message, field: Names, parse: Callable[[str], T | None]) -> T:
    """The parsed value of a field that every SBA has."""
    value = optional(message, field, parse)
    if value is None:
        raise _missing(field)
    return value


def optional(message: Message, field: Names, parse: Callable[[str], T | None]) -> T | None:
    """The parsed value of a field, None where the message has none; Rejected where it has one that is illegible."""
    value = message.text(field)
    return None if value is None else parsed(field, value, parse)


def parsed(field: Names, value: str, parse: Callable[[str], T | None]) -> T:
    """What `parse` makes of the value; Rejected, naming field and value, where it makes nothing of it."""
    result = parse(value)
    if result is None:
        raise _illegible(field, value)
    return result


def _whole(value: str) -> int | None:
    return int(value) if NUMBER.fullmatch(value) else None


def _day(value: str) -> date | None:
    if not ISO_DATE.fullmatch(value):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _plausible_year(value: str) -> int | None:
    return int(value) if FOUR_DIGITS.fullmatch(value) and int(value) in YEARS else None


def _period(value: str) -> str | None:
    return value if len(value) <= PERIOD_LENGTH else None


def _context(element: etree._Element) -> Context:
    scheme = identifier = until = ""
    dimensions = set()
    for part in element.iter():
        tag = part.tag
        if tag == IDENTIFIER:
            scheme, identifier = part.get("scheme", ""), _trimmed(part)
        elif tag in PERIOD_ENDS:
            until = _trimmed(part)
        elif tag == EXPLICIT_MEMBER:
            dimensions.add((_unprefixed(part.get("dimension", "")), _unprefixed(_trimmed(part))))
        elif tag == TYPED_MEMBER:
            dimensions.add((_unprefixed(part.get("dimension", "")), "".join(map(str, part.itertext())).strip(BLANKS)))
    return Context(scheme, identifier, numbers.tax_id(identifier), until, frozenset(dimensions - OWN_MEMBERS))


def _trimmed(element: etree._Element) -> str:
    return (element.text or "").strip(BLANKS)


def _unprefixed(name: str) -> str:
    return name.rpartition(":")[2]


def _is_euro(unit: etree._Element) -> bool:
    """Whether a unit is the euro and nothing else: one measure, no ratio."""
    return len(unit) == 1 and _unprefixed(_trimmed(unit[0])) == "EUR"


def _keep_once(kept: dict[str, etree._Element], element: etree._Element) -> None:
    name = element.get("id", "")
    if name in kept:
        raise _unreadable("een context of eenheid staat er twee keer in")
    kept[name] = element


def _text(fact: etree._Element, name: str) -> str:
    if len(fact):
        raise _illegible((name,), "er staan elementen in de waarde")
    return (fact.text or "").strip(BLANKS)


@lru_cache(maxsize=1024)
def _fact_name(tag: str) -> str:
    """The local name of a fact of the Belastingdienst, "" for any other element."""
    return tag.rpartition("}")[2] if _taxonomy(tag) else ""


@lru_cache(maxsize=1024)
def _taxonomy(address: str) -> int:
    """The number of the taxonomy ("NT") in a tag or an entrypoint of the Belastingdienst, 0 for anything else."""
    match = concepts.NAMESPACE.match(address.removeprefix("{"))
    return int(match["new"] or match["old"]) if match else 0


@lru_cache(maxsize=256)
def _entrypoint(href: str) -> Entrypoint:
    file = href.rpartition("/")[2].lower()
    sba = concepts.SBA_ENTRYPOINT.fullmatch(file)
    if sba:
        return Entrypoint(concepts.TAX_BY_ENTRYPOINT[sba["tax"]], "", _taxonomy(href))
    return Entrypoint("", next((what for part, what in concepts.OTHER_MESSAGES if part in file), ""), _taxonomy(href))


def _shown(value: str) -> str:
    """A value fit for a message to the user: no controls or bidi marks, and not long."""
    text = "".join(letter for letter in value[: 4 * SHOWN] if letter.isprintable())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _unreadable(detail: str) -> Rejected:
    return Rejected(problems.XBRL_UNREADABLE, detail=detail)


def _missing(field: Names) -> Rejected:
    return Rejected(problems.FIELD_MISSING, field=concepts.LABEL_OF[field[0]])


def _illegible(field: Names, value: str) -> Rejected:
    return Rejected(problems.FIELD_UNREADABLE, field=concepts.LABEL_OF[field[0]], value=_shown(value) or "(leeg)")


def _conflict(field: Names) -> Rejected:
    return Rejected(problems.FIELD_CONFLICT, field=concepts.LABEL_OF[field[0]])
