"""Rows in order, some at a time: memory stays flat, the last costs what the first does, and no cursor is held open."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def one_after_the_other(rows: QuerySet[M], by: str = "position", at_once: int = 500) -> Iterator[M]:
    """The rows in the order of a number of their own ('position', '-pk'); transactions may begin and end in between."""
    name = by.removeprefix("-")
    beyond = f"{name}__lt" if by.startswith("-") else f"{name}__gt"
    left: dict[str, Any] = {}
    while chunk := list(rows.filter(**left).order_by(by)[:at_once]):
        yield from chunk
        left = {beyond: getattr(chunk[-1], name)}


def in_this_order(rows: QuerySet[M], keys: Sequence[int], at_once: int = 500) -> Iterator[M]:
    """The rows with these primary keys, as they follow each other there; one that is gone meanwhile is left out."""
    for start in range(0, len(keys), at_once):
        chunk = keys[start : start + at_once]
        found = rows.in_bulk(chunk)
        yield from (found[key] for key in chunk if key in found)
