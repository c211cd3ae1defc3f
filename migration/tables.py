"""The tables of the migration: names only, the HTML stands in templates/migration/cells/."""

from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet

from migration.filters import Shown, Window
from migration.models import Record, Run
from portal.tables import MomentColumn, NumberColumn, Table

Ordered = tuple[QuerySet[Run], bool]


def cell(name: str, **options: Any) -> tables.TemplateColumn:
    return tables.TemplateColumn(template_name=f"migration/cells/{name}.html", **options)


NOWRAP = {"td": {"class": "nowrap"}}
NUMBER = {"th": {"class": "number"}, "td": {"class": "number"}}


class RunTable(Table):
    """'Migratie overzicht'."""

    caption = "Migraties"
    part = "runs"
    noun = ("migratie", "migraties")

    created_at = cell("run", verbose_name="Datum migratie", order_by=("pk",), attrs={"td": {"class": "date"}})
    file_name = cell("file", verbose_name="Bestand", order_by=("file_name", "pk"))
    importer = tables.Column(verbose_name="Soort", accessor="importer__label", orderable=False)
    state = cell("state", verbose_name="Status", orderable=False)
    sbas = NumberColumn(verbose_name="# records")
    imported = cell("imported", verbose_name="# geïmporteerd", attrs=NUMBER)
    failed = cell("failed", verbose_name="# mislukt", order_by=("failed", "pk"), attrs=NUMBER)
    needs_action = cell("needs_action", verbose_name="Actie nodig", attrs=NUMBER)
    started_by = tables.Column(verbose_name="Gestart door", order_by=("started_by__name", "pk"), attrs=NOWRAP)

    class Meta(Table.Meta):
        order_by = "-created_at"
        empty_text = "Er zijn nog geen migraties."

    @property
    def is_moving(self) -> bool:
        """Whether a row of this page is under way, so that the page has to ask for news."""
        return any(row.record.is_moving for row in self.paginated_rows)

    def order_sbas(self, runs: QuerySet[Run], is_descending: bool) -> Ordered:
        return by_sum(runs, F("members") - F("others"), is_descending)

    def order_imported(self, runs: QuerySet[Run], is_descending: bool) -> Ordered:
        return by_sum(runs, F("new") + F("overwritten") + F("unchanged"), is_descending)

    def order_needs_action(self, runs: QuerySet[Run], is_descending: bool) -> Ordered:
        return by_sum(runs, F("failed") - F("expected"), is_descending)


def by_sum(runs: QuerySet[Run], amount: Any, is_descending: bool) -> Ordered:
    """Ordered by a sum of counters, and by pk where that is equal."""
    ordered = runs.annotate(amount=amount)
    return (ordered.order_by("-amount", "-pk") if is_descending else ordered.order_by("amount", "pk")), True


class RecordTable(Table):
    """The records of a run, one window of them at a time."""

    caption = "Records"
    part = "records"

    position = cell("position", verbose_name="#", attrs=NUMBER)
    client = cell("client", verbose_name="Klant")
    tax_id = cell("tax_id", verbose_name="BSN/FI", attrs=NOWRAP)
    kind = cell("kind", verbose_name="Soort aanslag")
    year = cell("year", verbose_name="Jaar")
    dated_on = MomentColumn(verbose_name="Dagtekening")
    until = cell("until", verbose_name="Bezwaar mogelijk t/m", attrs={"td": {"class": "date"}})
    outcome = cell("outcome", verbose_name="Import status")
    problem_code = cell("code", verbose_name="Foutcode", attrs=NOWRAP)
    log = cell("log", verbose_name="", empty_values=(), attrs={"td": {"class": "actions"}})

    class Meta(Table.Meta):
        orderable = False
        template_name = "migration/records_table.html"

    def __init__(self, shown: Shown, window: Window) -> None:
        super().__init__(window.records)
        self.shown = shown
        self.window = window

    @property
    def first(self) -> Record | None:
        return self.window.records[0] if self.window.records else None
