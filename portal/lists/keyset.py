"""Rows in order, some at a time: memory stays flat, the last costs what the first does, and no cursor is held open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Window(Generic[M]):
    """One page of rows in order, found by a number of their own: no COUNT, no OFFSET."""

    rows: list[M]
    before: int | None = None  # there are rows before this number
    after: int | None = None  # there are rows after this number
    seen: int | None = None  # how many rows there are in all, where the first page looked that far


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


Edge = Mapping[str, object]
"""What the row where a page ends has in the fields of the order."""


def window_by(rows: QuerySet[M], by: Sequence[str], query: Mapping[str, str], size: int) -> Window[M]:
    """The same in the order of several fields, the last of which is the key ('sort_name', 'pk').

    The address names the row where a page ends by its key alone; where that is gone, the list begins anew.
    """
    before, after = edge_of(rows, by, number_in(query, "voor")), edge_of(rows, by, number_in(query, "na"))
    if before and (found := past(rows, [turned(one) for one in by], before, size + 1)):
        page = found[:size][::-1]
        return Window(page, page[0].pk if len(found) > size else None, page[-1].pk)
    found = past(rows, by, after, size + 1)
    page = found[:size]
    return Window(page, page[0].pk if after and page else None, page[-1].pk if len(found) > size else None)


def edge_of(rows: QuerySet[M], by: Sequence[str], key: int) -> Edge | None:
    return rows.filter(pk=key).values(*(one.removeprefix("-") for one in by)).first() if key else None


def past(rows: QuerySet[M], by: Sequence[str], edge: Edge | None, at_most: int) -> list[M]:
    """The rows behind this edge in this order; from the first one on where there is none."""
    return list((rows.filter(beyond(by, edge)) if edge else rows).order_by(*by)[:at_most])


def beyond(by: Sequence[str], edge: Edge) -> Q:
    """Of two fields: a >= x and (a > x or (a = x and b > y)); the first half lets a database begin there."""
    first, passed, same = by[0].removeprefix("-"), Q(), Q()
    for field in by:
        name, further = field.removeprefix("-"), "lt" if field.startswith("-") else "gt"
        passed |= same & Q(**{f"{name}__{further}": edge[name]})
        same &= Q(**{name: edge[name]})
    return Q(**{f"{first}__{'lte' if by[0].startswith('-') else 'gte'}": edge[first]}) & passed


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
