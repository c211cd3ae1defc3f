"""The number by which the tax office knows a client: a BSN for people, an RSIN for the rest. One shape for both."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from stdnum.nl import bsn

SHAPE: Final = re.compile(r"[0-9]{8,9}")

# What people and programs put between the digits of one number: spaces of every width (also those without any), dots,
# dashes, underscores and slashes, as many as one likes; and one comma or colon with a digit on either side (a comma
# with a space behind it makes a list: 'records 137, 138, 139').
MARKS: Final = r" \t\u00a0\u00ad\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff.\-\u2010-\u2015\u2212_/"
GAP: Final = rf"(?:[{MARKS}]+|[,:])"
BETWEEN: Final = re.compile(rf"[{MARKS}]|(?<=\d)[,:](?=\d)")

YEAR: Final = r"(?:19|20)\d\d"
MONTH: Final = r"(?:0?[1-9]|1[0-2])"
DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
DATE: Final = rf"(?:{DAY}(?P<dmy>[-./_ ]){MONTH}(?P=dmy){YEAR}|{YEAR}(?P<ymd>[-./_ ]){MONTH}(?P=ymd){DAY})"
TIME: Final = r"\d\d?:[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
MOMENT: Final = rf"(?:{DATE}(?: {TIME})?|{TIME})(?!\d)"
NO_NUMBER: Final = re.compile(rf"{MOMENT}|{YEAR}(?:{GAP}{YEAR})+")


def digits_of(text: str) -> str:
    """Nine digits of what may be a BSN or RSIN, however they are grouped; empty when it cannot be one.

    To search by and to mask, never to read by: `read_tax_id` does that.

    A date or years side by side ('21-08-2026', '2019 2020') have eight digits too: nobody writes a number so.
    """
    written = text.strip()
    bare = BETWEEN.sub("", written)
    return bare.zfill(9) if SHAPE.fullmatch(bare) and not NO_NUMBER.fullmatch(written) else ""


def is_payment_reference(digits: str) -> bool:
    """Sixteen digits of which the first checks the rest: a betalingskenmerk, which holds a BSN/RSIN (domain.md §3)."""
    if len(digits) != 16:
        return False
    weights = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1, 2, 4, 8, 5, 10)
    rest = 11 - sum(weight * int(digit) for weight, digit in zip(weights, reversed(digits[1:]), strict=True)) % 11
    return int(digits[0]) == {11: 0, 10: 1}.get(rest, rest)


# --- Reading ----------------------------------------------------------------------------------------------------------
# What is read comes into a dossier, so here a number is only what is written as one. However lenient the grouping above
# is, a '.0' that a program left or a volgnummer behind a number that lost its zero would make it somebody else's.

GROUP_MARK: Final = r"[. \u00a0\u202f]"
WRITTEN: Final = re.compile(
    rf"[0-9]{{7,9}}|[0-9]{{2,4}}(?P<a>{GROUP_MARK})[0-9]{{2}}(?P=a)[0-9]{{3}}"  # as printed: 1234.56.782
    rf"|[0-9]{{1,3}}(?P<b>{GROUP_MARK})[0-9]{{3}}(?P=b)[0-9]{{3}}"  # 123 456 782
)
"""Seven to nine digits, bare or in the groups of the printed form, of which the first may have lost its zeros."""
AS_TEXT: Final = re.compile(r"=\"([^\"]*)\"|'(.*)", re.DOTALL)
"""How one tells a spreadsheet to keep the zeros."""


class NumberFlaw(StrEnum):
    """Why a text is not read as a number."""

    MISSING = "missing"
    DIGITS = "digits"
    SEVEN_OF_A_PERSON = "seven digits, of a person"
    SEVEN_DIGITS = "seven digits"
    WRONG = "wrong"
    DECIMALS = "decimals"
    EXPONENT = "exponent"
    SUFFIX = "suffix"
    GROUPS = "groups"
    MASKED = "masked"


LOOKS_LIKE: Final = (
    (re.compile(r".*[•*].*", re.DOTALL), NumberFlaw.MASKED),
    (re.compile(r"[0-9]+([.,][0-9]*)?[eE][+-]?[0-9]+"), NumberFlaw.EXPONENT),  # 9,99E+08
    (re.compile(rf"(?:{WRITTEN.pattern})[.,]0*"), NumberFlaw.DECIMALS),  # 99900002.0
    (re.compile(rf"(?:{WRITTEN.pattern})\s*[-/_.,:;\u2010-\u2015 ]\s*[0-9]{{1,3}}"), NumberFlaw.SUFFIX),  # 99900087-1
    (re.compile(r"(?:[0-9][^0-9A-Za-z]*){7,9}"), NumberFlaw.GROUPS),
)
"""The first that fits says best what happened to the number."""
LONGEST: Final = 40
"""Nobody writes a number that long, and the patterns above cost more than their length."""


class NoTaxId(ValueError):
    """Why a text is no BSN or RSIN; never with the text itself."""

    def __init__(self, flaw: NumberFlaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class TaxId(NamedTuple):
    """Nine digits that pass the 11-test (the same for BSN and RSIN), and how many leading zeros were put back."""

    number: str
    zeros: int


def read_tax_id(text: str, is_company: bool = False) -> TaxId:
    """The number that stands here: digits, bare or grouped as they are printed; NoTaxId says why there is none.

    A spreadsheet loses the zeros at the beginning, and they are put back: one, or the two of an RSIN that begins with
    00. A BSN never does, so seven digits of a person are a part of a number.
    """
    kept = AS_TEXT.fullmatch(text.strip())
    written = (kept[1] or kept[2] or "").strip() if kept else text.strip()
    if not WRITTEN.fullmatch(written):
        raise NoTaxId(why_not(written))
    digits = re.sub(GROUP_MARK, "", written)
    if len(digits) == 7 and not is_company:
        raise NoTaxId(NumberFlaw.SEVEN_OF_A_PERSON)
    if not bsn.is_valid(digits.zfill(9)):
        raise NoTaxId(NumberFlaw.SEVEN_DIGITS if len(digits) == 7 else NumberFlaw.WRONG)
    return TaxId(digits.zfill(9), 9 - len(digits))


def why_not(written: str) -> NumberFlaw:
    if not written:
        return NumberFlaw.MISSING
    if len(written) > LONGEST:
        return NumberFlaw.DIGITS
    return next((flaw for pattern, flaw in LOOKS_LIKE if pattern.fullmatch(written)), NumberFlaw.DIGITS)
