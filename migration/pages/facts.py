"""What a kind tells of its records (kinds/protocol.py: Column), as cells of a page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from migration.kinds.protocol import Column, Place
from migration.kinds.registry import KINDS, columns_at, kind_of
from migration.models import Record, Run
from portal.masking import mask_within

NOTHING: Final = mark_safe("–")
PLAIN, DATE, ZERO = (mark_safe(look) for look in ("", ' class="date"', ' class="zero"'))


@dataclass(frozen=True, slots=True)
class Fact:
    """One cell: what it is called, what stands in it, and how it looks, as an attribute of the cell."""

    label: str
    text: SafeString
    look: SafeString


def facts_of(record: Record, place: Place) -> Iterator[Fact]:
    """All that is told of a record at one place, in order."""
    return (fact_of(record, column) for column in columns_at(kind_of(record.run), place))


def fact_of(record: Record, column: Column) -> Fact:
    value = column.value(record)
    if value is None or value == "":
        return without_value(record, column)
    if isinstance(value, date):
        return Fact(column.label, mark_safe(f"{value:%d-%m-%Y}"), DATE)
    return Fact(column.label, format_html("{}", mask_within(value) if isinstance(value, str) else value), PLAIN)


def without_value(record: Record, column: Column) -> Fact:
    remark = column.remark(record) if column.remark else ""
    if remark:
        return Fact(column.label, format_html('<span class="muted small">{}</span>', mask_within(remark)), PLAIN)
    return Fact(column.label, NOTHING, ZERO)


def labels_at(run: Run, place: Place) -> list[str]:
    """What these are called, as headers of a list."""
    return [column.label for column in columns_at(kind_of(run), place)]


# --- Records of several kinds in one list ----------------------------------------------------------------------------


def labels_of(records: Iterable[Record], place: Place) -> list[str]:
    """What the kinds of these records tell at one place, each name once."""
    slugs = dict.fromkeys(record.run.importer_slug for record in records)
    columns = (column for slug in slugs or KINDS for column in columns_at(KINDS[slug], place))
    return list(dict.fromkeys(column.label for column in columns))


def facts_under(record: Record, labels: Sequence[str], place: Place) -> list[Fact]:
    """One cell per label; a kind that does not tell it leaves its cell empty."""
    told = {fact.label: fact for fact in facts_of(record, place)}
    return [told.get(label, Fact(label, NOTHING, ZERO)) for label in labels]
