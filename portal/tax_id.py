"""The number by which the tax office knows a client: a BSN for people, an RSIN for the rest. One shape for both."""

import re
from typing import Final

from stdnum.exceptions import ValidationError
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


def read_tax_id(text: str) -> str:
    """Nine digits that pass the 11-test (the same for BSN and RSIN); a lost leading zero is put back.

    ValueError says what is wrong, without the number.
    """
    number = digits_of(text)
    if not number:
        raise ValueError("tax_id must have 8 or 9 digits")
    try:
        return bsn.validate(number)
    except ValidationError:
        raise ValueError("tax_id is wrong (it fails the 11-test)") from None
