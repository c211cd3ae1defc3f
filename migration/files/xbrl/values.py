"""The text of a fact → its value, strictly or not at all; and the reasons why not. No Django."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from migration.problems import Rejected
from sba import problems
from sba.reading import concepts

T = TypeVar("T")
Names = tuple[str, ...]

NUMBER: Final = re.compile(r"-?[0-9]{1,15}")
ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FOUR_DIGITS: Final = re.compile(r"[0-9]{4}")
YEARS: Final = range(2000, 2101)
PERIOD_LENGTH: Final = 9
SHOWN: Final = 40  # marks of a value that a message to the user repeats


def parsed(field: Names, value: str, parse: Callable[[str], T | None]) -> T:
    """What `parse` makes of the value; Rejected, naming field and value, where it makes nothing of it."""
    result = parse(value)
    if result is None:
        raise illegible(field, value)
    return result


def whole(value: str) -> int | None:
    return int(value) if NUMBER.fullmatch(value) else None


def day(value: str) -> date | None:
    if not ISO_DATE.fullmatch(value):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def plausible_year(value: str) -> int | None:
    return int(value) if FOUR_DIGITS.fullmatch(value) and int(value) in YEARS else None


def period(value: str) -> str | None:
    return value if len(value) <= PERIOD_LENGTH and value.isprintable() else None


def shown(value: str) -> str:
    """A value fit for a message to the user: no controls or bidi marks, and not long."""
    text = "".join(letter for letter in value[: 4 * SHOWN] if letter.isprintable())
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def unreadable(detail: str) -> Rejected:
    return Rejected(problems.XBRL_UNREADABLE, detail=detail)


def missing(field: Names) -> Rejected:
    return Rejected(problems.FIELD_MISSING, field=concepts.LABEL_OF[field[0]])


def illegible(field: Names, value: str) -> Rejected:
    return Rejected(problems.FIELD_UNREADABLE, field=concepts.LABEL_OF[field[0]], value=shown(value) or "(leeg)")


def conflict(field: Names) -> Rejected:
    return Rejected(problems.FIELD_CONFLICT, field=concepts.LABEL_OF[field[0]])
