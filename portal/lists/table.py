"""What all tables share. Names only: the HTML stands in templates/portal/lists/table.html."""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

import django_tables2 as tables
from django.db.models import QuerySet
from django_tables2.config import RequestConfig
from django_tables2.data import TableQuerysetData

from portal.access import SignedInRequest
from portal.lists.keyset import Window, window_by
from portal.lists.page_size import PAGE_SIZE, SIZES, rows_per_page


class Ordered(TableQuerysetData):
    """Every ordering ends with the key, in the same direction: rows never change places between two pages."""

    def order_by(self, aliases: Any) -> None:
        super().order_by(aliases)
        ordering = self.data.query.order_by
        if ordering:
            descending = isinstance(ordering[-1], str) and ordering[-1].startswith("-")
            self.data = self.data.order_by(*ordering, "-pk" if descending else "pk")

    def __len__(self) -> int:
        """Counted by the database where a page is found by its key: else all rows are fetched to be counted."""
        if self.table.window and getattr(self, "_length", None) is None:
            self._length = self.data.count()
        return int(super().__len__())


class Table(tables.Table):
    """A table with a caption, a count, and as many rows a page as its reader wants.

    `part` is the id of the element that the view's part renders: with it, sorting and paging swap that element;
    without it they are plain links. `noun` counts the rows: ("klant", "klanten") → '1.234 klanten'.
    """

    caption: ClassVar[str] = ""
    part: ClassVar[str] = ""
    noun: ClassVar[tuple[str, str] | None] = None
    sizes: ClassVar[tuple[int, ...]] = SIZES

    class Meta:
        default = "–"
        empty_text = "Er is hier nog niets."

    window: Window[Any] | None = None
    window_size: int = PAGE_SIZE
    """The rows of one page, where that is found by its first or last row and has no number (`windowed`)."""

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(Ordered(data) if isinstance(data, QuerySet) else data, **options)

    @property
    def total(self) -> int:
        return int(self.paginator.count if hasattr(self, "paginator") else len(self.rows))

    @property
    def records(self) -> Iterable[Any]:
        """What this page shows, for templates that write whole rows: fifty of them cost a third of cell by cell."""
        return self.window.rows if self.window else self.paginated_rows.data

    @property
    def size(self) -> int | None:
        """How many rows a page has; None for a table without pages."""
        if self.window:
            return self.window_size
        return self.paginator.per_page if hasattr(self, "paginator") else None

    @property
    def can_be_resized(self) -> bool:
        return self.size is not None and self.total > min(self.sizes)

    @property
    def word(self) -> str:
        return self.noun[self.total != 1] if self.noun else ""


T = TypeVar("T", bound=Table)


def keys_in_order(table: Table, request: SignedInRequest) -> list[int]:
    """The primary keys of all its rows, sorted as the address says."""
    RequestConfig(request, paginate=False).configure(table)
    return list(table.data.data.values_list("pk", flat=True))


def paged(table: T, request: SignedInRequest) -> T:
    """The table, sorted and paged as the address says; a page that does not exist is the nearest that does."""
    RequestConfig(request, paginate=False).configure(table)
    table.paginate(per_page=rows_per_page(request))
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
    return table


def windowed(table: T, request: SignedInRequest) -> T:
    """The same by key instead of by number: the last page of a long list costs what the first one does."""
    RequestConfig(request, paginate=False).configure(table)
    table.window_size = rows_per_page(request)
    rows = table.data.data
    table.window = window_by(rows, rows.query.order_by, request.GET, table.window_size)
    return table
