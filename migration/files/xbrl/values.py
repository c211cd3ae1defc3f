"""The text of a fact → its value, strictly or not at all. No Django."""

import re
from datetime import date
from typing import Final, TypeVar

T = TypeVar("T")
Names = tuple[str, ...]

NUMBER: Final = re.compile(r"-?[0-9]{1,15}")
ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FOUR_DIGITS: Final = re.compile(r"[0-9]{4}")
YEARS: Final = range(2000, 2101)
SHOWN: Final = 40  # marks of a value that a message to the user repeats


def whole(value: str) -> int | None:
    return int(value) if NUMBER.fullmatch(value) else None


def day(value: str) -> date | None:
    """A day that a message tells of, in one of YEARS; no date of birth."""
    if not ISO_DATE.fullmatch(value):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def plausible_year(value: str) -> int | None:
    return int(value) if FOUR_DIGITS.fullmatch(value) and int(value) in YEARS else None


def shown(value: str) -> str:
    """A value fit for a message to the user: no controls or bidi marks, and not long."""
    text = "".join(letter for letter in value[: 4 * SHOWN] if letter.isprintable())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
