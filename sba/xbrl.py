"""XBRL instance → Notice: what one Servicebericht Aanslag says. No Django, no network, no entities.

Every fact is judged by the context it stands in, and what cannot be read with certainty fails with its own problem:
a value is never guessed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from lxml import etree

from migration.problems import Rejected
from sba import concepts, numbers, problems
from sba.message import INSTANCE, TRUE, Context, Message
from sba.numbers import AssessmentNumber
from sba.values import Names, T, day, illegible, missing, parsed, period, plausible_year, shown, unreadable

ROOT: Final = INSTANCE + "xbrl"
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
    remove_blank_text=True,  # between elements only; nobody reads it
)
DOCTYPE: Final = b"<!DOCTYPE"
ENCODINGS: Final = frozenset({"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1", "LATIN1",
                              "ISO-8859-15", "WINDOWS-1252", "CP1252"})  # fmt: skip
NUMBER_LENGTH: Final = 23  # anstring23V, domain.md §1.4
NAME_LENGTH: Final = 200


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
        raise unreadable("het bevat een DOCTYPE; dat is niet toegestaan")
    try:
        root = etree.fromstring(content, PARSER)
    except etree.XMLSyntaxError as error:
        raise unreadable(_where(error)) from None
    document = root.getroottree().docinfo
    if document.internalDTD is not None:  # in an encoding that the first look does not know
        raise unreadable("het bevat een DOCTYPE; dat is niet toegestaan")
    if (document.encoding or "UTF-8").upper() not in ENCODINGS:
        raise unreadable("de tekencodering wordt niet ondersteund")
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


def _notice(message: Message, entrypoint_tax: str | None) -> Notice:
    tax_id = _tax_id(message.own)
    number = _assessment_number(message)
    if number.tax_id and number.tax_id != tax_id:
        message.warnings.append("number-differs")
    dated_on = required(message, concepts.DATED_ON, day)
    kind, kind_code = _kind(message, number)
    return Notice(
        tax_id=tax_id,
        tax=_tax(message, number, entrypoint_tax),
        year=_year(message, number, dated_on),
        kind=kind,
        kind_code=kind_code,
        assessment_number=number.text,
        dated_on=dated_on,
        period=optional(message, concepts.PERIOD, period) or "",
        amount=message.whole_euros(concepts.AMOUNT),
        balance=message.whole_euros(concepts.BALANCE),
        objection_deadline=optional(message, concepts.OBJECTION_DEADLINE, day),
        name=_name(message),
        taxonomy=f"NT{message.taxonomy}",
        warnings=tuple(message.warnings),
    )


def _tax_id(context: Context) -> str:
    """The identifier as BSN/RSIN. Eight digits count in the Belastingdienst's scheme only: a KvK number has eight."""
    is_padded = len(context.identifier) == 8 and "belastingdienst.nl/" not in context.scheme
    if is_padded or not context.tax_id:
        raise Rejected(problems.TAX_ID_INVALID, value=numbers.masked(shown(context.identifier)))
    return context.tax_id


def _assessment_number(message: Message) -> AssessmentNumber:
    number = numbers.assessment_number(message.text(concepts.ASSESSMENT_NUMBER) or "")
    if not 1 <= len(number.text) <= NUMBER_LENGTH:
        raise illegible(concepts.ASSESSMENT_NUMBER, numbers.masked(shown(number.text)))
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
    raise illegible(concepts.TAX, letter) if letter else missing(concepts.TAX)


def _year(message: Message, number: AssessmentNumber, dated_on: date) -> int:
    """The tax year: as stated, else the year in which the period ends, else by the digit in the assessment number."""
    digit_year = number.year(dated_on.year)
    year = optional(message, concepts.YEAR, plausible_year)
    if year is None and message.own.until:
        year = parsed(concepts.YEAR, message.own.until[:4], plausible_year)
    if year is None:
        year = digit_year
    if year is None:
        raise missing(concepts.YEAR)
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
        raise missing(field)
    return value


def optional(message: Message, field: Names, parse: Callable[[str], T | None]) -> T | None:
    """The parsed value of a field, None where the message has none; Rejected where it has one that is illegible."""
    value = message.text(field)
    return None if value is None else parsed(field, value, parse)
