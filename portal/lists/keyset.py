"""Rows in order, some at a time: memory stays flat, the last costs what the first does, and no cursor is held open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Window(Generic[M]):
    """One page of rows in order, found by a number of their own: no COUNT, no OFFSET."""

    rows: list[M]
    before: int | None = None  # there are rows before this number
    after: int | None = None  # there are rows after this number


def window_of(rows: QuerySet[M], by: str, query: Mapping[str, str], size: int) -> Window[M]:
    """The page after number `na` of an address, or before number `voor`; else the first one."""
    before, after = number_in(query, "voor"), number_in(query, "na")
    if before and (found := behind(rows, turned(by), before, size + 1)):
        page = found[:size][::-1]
        return Window(page, number(page[0], by) if len(found) > size else None, number(page[-1], by))
    found = behind(rows, by, after, size + 1)
    page = found[:size]
    more = number(page[-1], by) if len(found) > size else None
    return Window(page, number(page[0], by) if after and page else None, more)


def one_after_the_other(rows: QuerySet[M], by: str = "position", at_once: int = 500) -> Iterator[M]:
    """The rows in the order of a key of their own ('position', '-pk'); transactions may begin and end in between."""
    for chunk in some_at_a_time(rows, by, at_once):
        yield from chunk


def some_at_a_time(rows: QuerySet[M], by: str = "position", at_once: int = 500) -> Iterator[list[M]]:
    """The same in lists, for whoever asks something more about many rows at once."""
    last: int | str = 0
    while chunk := behind(rows, by, last, at_once):
        yield chunk
        last = getattr(chunk[-1], by.removeprefix("-"))


def behind(rows: QuerySet[M], by: str, last: int | str, at_most: int) -> list[M]:
    """The rows that follow this key in this order; from the first one on where it is 0."""
    beyond = f"{by[1:]}__lt" if by.startswith("-") else f"{by}__gt"
    return list((rows.filter(**{beyond: last}) if last else rows).order_by(by)[:at_most])


def turned(by: str) -> str:
    return by[1:] if by.startswith("-") else f"-{by}"


def number(row: Model, by: str) -> int:
    return int(getattr(row, by.removeprefix("-")))


def number_in(query: Mapping[str, str], name: str) -> int:
    """A number from an address; 0 where there is none that makes sense."""
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def in_this_order(rows: QuerySet[M], keys: Sequence[int], at_once: int = 500) -> Iterator[M]:
    """The rows with these primary keys, as they follow each other there; one that is gone meanwhile is left out."""
    for start in range(0, len(keys), at_once):
        chunk = keys[start : start + at_once]
        found = rows.in_bulk(chunk)
        yield from (found[key] for key in chunk if key in found)
