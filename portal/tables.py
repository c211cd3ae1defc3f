"""What all tables share, and the table of clients. Names only: the HTML stands in templates/portal/table.html."""

from typing import Any, ClassVar, TypeVar

import django_tables2 as tables
from django.db.models import QuerySet
from django_tables2.config import RequestConfig
from django_tables2.data import TableQuerysetData

from portal.access import SignedInRequest
from portal.models import Client

PAGE_SIZE = 50


class Rows(TableQuerysetData):
    """Every ordering ends with the key, in the same direction: rows never change places between two pages."""

    def order_by(self, aliases: Any) -> None:
        super().order_by(aliases)
        ordering = self.data.query.order_by
        if ordering:
            descending = isinstance(ordering[-1], str) and ordering[-1].startswith("-")
            self.data = self.data.order_by(*ordering, "-pk" if descending else "pk")


class Table(tables.Table):
    """A table with a caption, a count, and 50 rows a page.

    `part` is the id of the element that the view's part renders: with it, sorting and paging swap that element;
    without it they are plain links. `noun` counts the rows: ("klant", "klanten") → '1.234 klanten'.
    """

    caption: ClassVar[str] = ""
    part: ClassVar[str] = ""
    noun: ClassVar[tuple[str, str] | None] = None

    class Meta:
        default = "–"
        empty_text = "Er is hier nog niets."

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(Rows(data) if isinstance(data, QuerySet) else data, **options)

    @property
    def total(self) -> int:
        return int(self.paginator.count if hasattr(self, "paginator") else len(self.rows))

    @property
    def word(self) -> str:
        return self.noun[self.total != 1] if self.noun else ""


def numeric(value: Any) -> str:
    return "number" if value else "number zero"


class NumberColumn(tables.Column):
    """A number at the right, zero in grey."""

    attrs = {"th": {"class": "number"}, "td": {"class": numeric}}  # noqa: RUF012


class MomentColumn(tables.Column):
    """A date or a date with its time, in one width."""

    attrs = {"td": {"class": "date"}}  # noqa: RUF012


T = TypeVar("T", bound=tables.Table)


def paged(table: T, request: SignedInRequest, per_page: int = PAGE_SIZE) -> T:
    """The table, sorted and paged as the address says; a page that does not exist is the nearest that does."""
    RequestConfig(request, paginate={"per_page": per_page}).configure(table)
    return table


class ClientTable(Table):
    caption = "Klanten"
    part = "clients"
    noun = ("klant", "klanten")

    name = tables.TemplateColumn(template_name="portal/cells/client.html", verbose_name="Naam")
    tax_id = tables.TemplateColumn(template_name="portal/cells/tax_id.html", verbose_name="BSN/FI", orderable=False)
    kind = tables.Column(verbose_name="Soort")
    client_number = tables.Column(verbose_name="Klantnummer")

    class Meta(Table.Meta):
        model = Client
        fields = ("name", "tax_id", "kind", "client_number")
        order_by = "name"
        empty_text = "Geen klanten gevonden. Controleer het nummer, of zoek op naam."
