"""The numbers of the Belastingdienst: BSN/RSIN, omzetbelastingnummer and aanslagnummer (domain.md §3). No Django."""

import re
from operator import mul
from typing import Final, NamedTuple

TAX_ID: Final = re.compile(r"([0-9]{8,9})")
VAT_NUMBER: Final = re.compile(r"(?:NL)?([0-9]{9})B[0-9]{2}")
ASSESSMENT_NUMBER: Final = re.compile(r"([0-9]{9})([A-Z])(.{1,13})")
SPACES_AND_DOTS: Final = re.compile(r"[\s.]")

WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
LETTERS_WITH_PERIOD: Final = "BFO"  # OB: a subnumber of two digits, then year digit and period
# The second mark after the letter: what was decided (domain.md §3; the weakest evidence there is).
STATUS_DIGITS: Final = {
    **dict.fromkeys("012345", "voorlopig"),
    "6": "definitief",
    **dict.fromkeys("789", "navordering"),
}


def tax_id(text: str) -> str | None:
    """The BSN or RSIN in nine digits, from eight or nine digits or from an omzetbelastingnummer (123456782B01).

    None where it is no such number, or fails the 11-test.
    """
    match = TAX_ID.fullmatch(text) or VAT_NUMBER.fullmatch(text)
    number = match[1].zfill(9) if match else ""
    return number if number and passes_eleven_test(number) else None


def passes_eleven_test(number: str) -> bool:
    """The 11-test on nine digits. `stdnum.nl.bsn` says the same at ten times the cost; the tests compare the two."""
    total = sum(map(mul, WEIGHTS, map(int, number)))
    return total % 11 == 0 and number != "000000000"


class AssessmentNumber(NamedTuple):
    """An aanslagnummer, taken apart where it has the usual shape: nine digits, a letter, year digit, status digit.

    `text` is the whole number without spaces and dots; the other parts are empty where the shape is another one.
    """

    text: str
    tax_id: str = ""
    letter: str = ""
    tail: str = ""

    @property
    def status(self) -> str:
        """The kind of assessment by the status digit, "" where it says nothing."""
        return "" if self.letter in LETTERS_WITH_PERIOD else STATUS_DIGITS.get(self.tail[1:2], "")

    def year(self, dated_year: int) -> int | None:
        """The tax year by the year digit: the last year that ends on it, at most one after the dagtekening's."""
        digit = self.tail[2:3] if self.letter in LETTERS_WITH_PERIOD else self.tail[:1]
        if not (digit.isascii() and digit.isdigit()):
            return None
        latest = dated_year + 1
        return latest - (latest - int(digit)) % 10


def assessment_number(text: str) -> AssessmentNumber:
    """Read an aanslagnummer as delivered or as printed (9999.99.999.H.60.01); a number of odd shape is kept whole."""
    number = SPACES_AND_DOTS.sub("", text).upper()
    parts = ASSESSMENT_NUMBER.fullmatch(number)
    return AssessmentNumber(number, *parts.groups()) if parts else AssessmentNumber(number)
