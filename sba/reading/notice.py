"""XBRL instance → Notice: what one Servicebericht Aanslag says. No Django, no network, no entities.

Every fact is judged by the context it stands in, and what cannot be read with certainty fails with its own problem:
a value is never guessed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from migration.files.xbrl.contexts import Context
from migration.files.xbrl.elements import TRUE
from migration.files.xbrl.parsing import root_of
from migration.files.xbrl.values import day, plausible_year, shown
from migration.problems import Rejected
from portal.masking import mask, mask_within
from sba import cautions, problems
from sba.reading import concepts, numbers
from sba.reading.message import DIALECT, Message, is_of_tax_register
from sba.reading.numbers import AssessmentNumber

NUMBER_LENGTH: Final = 23  # anstring23V, domain.md §1.4
NAME_LENGTH: Final = 200
PERIOD_LENGTH: Final = 9
CODE_LENGTH: Final = 20  # of the codes of a kind together; one has one or two marks (domain.md §1.5)


@dataclass(frozen=True, slots=True)
class Notice:
    """What one SBA says. Amounts in whole euros, signs as delivered; None or "" where the message is silent.

    `kind_code` is the code as delivered, `assessment_number` without spaces and dots, `taxonomy` the era ("NT7" …).
    `warnings` are the codes of cautions.py: W-107 … W-111, W-113.
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

    Raises Rejected: SBA-204 for a BSN/FI that is none, SBA-301 … 307 for what cannot be read, or is no SBA.
    """
    message = Message(root_of(content, DIALECT))
    entrypoint_tax = message.refuse_other_messages()
    try:
        message.choose_assessment()
        return _notice(message, entrypoint_tax)
    except Rejected as rejected:
        if message.taxonomy <= concepts.LAST_TAXONOMY or rejected.problem is not problems.FIELD_MISSING:
            raise
        # A later taxonomy may name the field differently: that is news for us, not a fault of the message.
        raise Rejected(problems.TAXONOMY_UNKNOWN, taxonomy=f"NT{message.taxonomy}") from rejected


def _notice(message: Message, entrypoint_tax: str | None) -> Notice:
    tax_id = _tax_id(message.own)
    number = _assessment_number(message)
    if number.tax_id and number.tax_id != tax_id:
        message.warnings.append(cautions.NUMBER_DIFFERS.code)
    dated_on = message.required(concepts.DATED_ON, day)
    kind, kind_code = _kind(message, number)
    return Notice(
        tax_id=tax_id,
        tax=_tax(message, number, entrypoint_tax),
        year=_year(message, number, dated_on),
        kind=kind,
        kind_code=kind_code,
        assessment_number=number.text,
        dated_on=dated_on,
        period=message.optional(concepts.PERIOD, _period) or "",
        amount=message.whole_euros(concepts.AMOUNT),
        balance=message.whole_euros(concepts.BALANCE),
        objection_deadline=message.optional(concepts.OBJECTION_DEADLINE, day),
        name=_name(message),
        taxonomy=f"NT{message.taxonomy}",
        warnings=tuple(message.warnings),
    )


def _period(value: str) -> str | None:
    return value if len(value) <= PERIOD_LENGTH and value.isprintable() else None


def _tax_id(context: Context) -> str:
    """The identifier as BSN/RSIN; Rejected where it is none, or is a number of another register, as of the KvK."""
    if context.tax_id:
        return context.tax_id
    value = mask(shown(context.identifier))
    if not is_of_tax_register(context.scheme):
        value += f" uit een ander register ({mask_within(shown(context.scheme)) or 'zonder naam'})"
    raise Rejected(problems.TAX_ID_INVALID, value=value)


def _assessment_number(message: Message) -> AssessmentNumber:
    number = numbers.assessment_number(message.text(concepts.ASSESSMENT_NUMBER) or "")
    if not 1 <= len(number.text) <= NUMBER_LENGTH:
        raise DIALECT.illegible(concepts.ASSESSMENT_NUMBER, mask(shown(number.text)))
    if not number.text.isprintable():  # a number that is shown otherwise than it is written
        raise DIALECT.illegible(concepts.ASSESSMENT_NUMBER, mask(shown(number.text)))
    return number


def _tax(message: Message, number: AssessmentNumber, entrypoint_tax: str | None) -> str:
    """IB, ZVW, VPB or OB: by the letter of the message, else by its entrypoint, else by the assessment number."""
    letter = message.text(concepts.TAX)
    tax = concepts.TAX_BY_LETTER.get(letter or "")
    if tax and entrypoint_tax and tax != entrypoint_tax:
        message.warnings.append(cautions.TAX_DIFFERS.code)
    tax = tax or entrypoint_tax or concepts.TAX_BY_LETTER.get(number.letter)
    if tax:
        return tax
    raise DIALECT.illegible(concepts.TAX, letter) if letter else DIALECT.missing(concepts.TAX)


def _year(message: Message, number: AssessmentNumber, dated_on: date) -> int:
    """The tax year: as stated, else the year in which the period ends, else by the digit in the assessment number."""
    digit_year = number.year(dated_on.year)
    year = message.optional(concepts.YEAR, plausible_year)
    if year is None and message.own.until:
        year = DIALECT.parsed(concepts.YEAR, message.own.until, day).year
    if year is None:
        year = digit_year
    if year is None:
        raise DIALECT.missing(concepts.YEAR)
    if digit_year is not None and digit_year % 10 != year % 10:
        message.warnings.append(cautions.YEAR_DIFFERS.code)
    return year


def _kind(message: Message, number: AssessmentNumber) -> tuple[str, str]:
    """The kind of assessment and its code as delivered: by code, else by flag, else by the assessment number."""
    codes = [(name, code) for name in concepts.KIND_CODES for code in message.texts(name) if code]
    delivered = "/".join(dict.fromkeys(code for _, code in codes))
    if len(delivered) > CODE_LENGTH or not delivered.isprintable():
        raise DIALECT.illegible(concepts.KIND_CODES, delivered)
    keys = [(name, code.lstrip("0")) for name, code in codes]
    kinds = {concepts.KINDS[key] for key in keys if key in concepts.KINDS}
    if len(kinds) > 1:
        message.warnings.append(cautions.KIND_DIFFERS.code)
        return concepts.UNKNOWN_KIND, delivered
    return kinds.pop() if kinds else _kind_without_code(message, number), delivered


def _kind_without_code(message: Message, number: AssessmentNumber) -> str:
    message.take_in(tuple(concepts.KIND_FLAGS))  # looked at only where no code tells the kind
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
            message.warnings.append(cautions.NAME_DIFFERS.code)
            return ""
        if found and found[0]:
            line = " ".join(found[0].splitlines()[0].split())[:NAME_LENGTH]
            return line if line.isprintable() else "".join(letter for letter in line if letter.isprintable())
    return ""
