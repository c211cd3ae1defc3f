"""What one invented SBA is to say."""

from dataclasses import dataclass
from datetime import date
from typing import Final

TAXES: Final = ("IB", "ZVW", "VPB", "OB")
LETTERS: Final = {"IB": "H", "ZVW": "W", "VPB": "V", "OB": "B"}

# (tax, kind) → the codes of §1.5 in NT7-NT11, and the status digit in the assessment number.
INCOME_TAX_CODES: Final = {"voorlopig": "16", "definitief": "20", "navordering": "36", "vermindering": "31"}
CORPORATION_TAX_CODES: Final = {"voorlopig": "4", "definitief": "1", "navordering": "3"}
DECREASE_CODES: Final = {"vermindering": "5", "teruggaaf": "8"}
STATUS_DIGITS: Final = {"voorlopig": "0", "navordering": "7"}
KINDS: Final = {
    "IB": ("voorlopig", "definitief", "vermindering", "navordering"),
    "ZVW": ("voorlopig", "definitief", "vermindering", "navordering"),
    "VPB": ("voorlopig", "definitief", "vermindering", "navordering", "teruggaaf"),
    "OB": ("naheffing", "teruggaaf", "onbekend"),
}
OB_LETTERS: Final = {"naheffing": "F", "teruggaaf": "O", "onbekend": "B"}

SOMEONE: Final = "900000016"
PARTNER: Final = "900000028"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one invented SBA is to say. Amounts in whole euros; `taxonomy` is the number of the NT (7 … 21)."""

    tax_id: str = SOMEONE
    name: str = "A.B. Voorbeeldstra"
    tax: str = "IB"
    year: int = 2019
    kind: str = "definitief"
    dated_on: date = date(2021, 3, 12)
    amount: int = 4321
    balance: int = -250
    taxonomy: int = 14
    volume: int = 1
    partner: str = PARTNER

    @property
    def letter(self) -> str:
        return OB_LETTERS[self.kind] if self.tax == "OB" else LETTERS[self.tax]

    @property
    def number(self) -> str:
        """The aanslagnummer: for OB a subnumber and a period, else the year digit and the status digit (§3)."""
        digit = self.year % 10
        if self.tax == "OB":
            return f"{self.tax_id}{self.letter}{self.volume:02}{digit}{210 + 30 * (self.volume % 4)}"
        return f"{self.tax_id}{self.letter}{digit}{STATUS_DIGITS.get(self.kind, '6')}{self.volume:02}"

    @property
    def code(self) -> str:
        if self.tax == "VPB" and self.taxonomy < 12:
            return {**CORPORATION_TAX_CODES, **DECREASE_CODES}[self.kind]
        return INCOME_TAX_CODES.get(self.kind, "")
