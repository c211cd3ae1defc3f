"""The tables of the migration: names and orders only, the rows stand in *_table.html in templates/migration/."""

from collections.abc import Sequence
from typing import Any

import django_tables2 as tables
from django.db.models import F, QuerySet

from migration.findings.filters import Shown
from migration.findings.in_run import Counted
from migration.findings.search import Results
from migration.kinds.protocol import Place
from migration.models import Record, Run
from migration.pages.facts import labels_at, labels_of
from portal.lists.keyset import Window
from portal.lists.page_size import PAGE_SIZE
from portal.lists.table import Table
from portal.models.shown import as_seen

Ordered = tuple[QuerySet[Run], bool]


NUMBER = {"th": {"class": "number"}}
ACTIONS = {"th": {"class": "actions"}}


class RunTable(Table):
    """'Migratie overzicht'."""

    caption = "Migraties"
    part = "runs"
    noun = ("migratie", "migraties")

    created_at = tables.Column(verbose_name="Datum migratie", order_by=("pk",))
    file_name = tables.Column(verbose_name="Bestand")
    importer = tables.Column(verbose_name="Soort", orderable=False)
    state = tables.Column(verbose_name="Status", orderable=False)
    record_count = tables.Column(verbose_name="# records", attrs=NUMBER)
    imported = tables.Column(verbose_name="# geïmporteerd", attrs=NUMBER)
    failed = tables.Column(verbose_name="# mislukt", attrs=NUMBER)
    needs_action = tables.Column(verbose_name="Actie nodig", attrs=NUMBER)
    started_by = tables.Column(verbose_name="Gestart door", order_by=("started_by__name", "pk"))

    class Meta(Table.Meta):
        order_by = "-created_at"
        template_name = "migration/overview/runs_table.html"
        empty_text = "Geen migraties gevonden met deze filters."

    @property
    def is_moving(self) -> bool:
        """Whether a row of this page is under way, so that the page has to ask for news."""
        return any(run.is_moving for run in self.records)

    def order_file_name(self, runs: QuerySet[Run], is_descending: bool) -> Ordered:
        return by_worth(runs, as_seen("file_name"), is_descending)

    def order_record_count(self, runs: QuerySet[Run], is_descending: bool) -> Ordered:
        return by_worth(runs, F("members") - F("others"), is_descending)

    def order_imported(self, runs: QuerySet[Run], is_descending: bool) -> Ordered:
        return by_worth(runs, F("new") + F("overwritten"), is_descending)

    def order_failed(self, runs: QuerySet[Run], is_descending: bool) -> Ordered:
        return by_worth(runs, Run.FAILURES, is_descending)

    def order_needs_action(self, runs: QuerySet[Run], is_descending: bool) -> Ordered:
        return by_worth(runs, Run.OPEN_ACTIONS, is_descending)


def by_worth(runs: QuerySet[Run], amount: Any, is_descending: bool) -> Ordered:
    """Ordered by what the database works out, and by pk where that is equal."""
    ordered = runs.annotate(amount=amount)
    return (ordered.order_by("-amount", "-pk") if is_descending else ordered.order_by("amount", "pk")), True


class RecordTable(Table):
    """The records of a run, one window of them at a time."""

    caption = "Records"
    part = "records"

    window: Window[Record]

    position = tables.Column(verbose_name="#", attrs=NUMBER)
    client = tables.Column(verbose_name="Klant")
    tax_id = tables.Column(verbose_name="BSN/FI")
    outcome = tables.Column(verbose_name="Import status")
    problem_code = tables.Column(verbose_name="Foutcode")
    log = tables.Column(verbose_name="Log", empty_values=(), attrs=ACTIONS)

    class Meta(Table.Meta):
        orderable = False
        template_name = "migration/run/records_table.html"

    def __init__(self, shown: Shown, window: Window[Record], size: int = PAGE_SIZE, may_reveal: bool = False) -> None:
        super().__init__(window.rows, **before(type(self), "outcome", labels_at(shown.run, Place.TABLE)))
        self.shown = shown
        self.window = window
        self.window_size = size
        self.may_reveal = may_reveal

    @property
    def can_be_resized(self) -> bool:
        is_part = self.window.before or self.window.after
        return bool(is_part) or len(self.window.rows) > min(self.sizes)

    @property
    def count(self) -> Counted:
        return self.shown.count(self.window)

    @property
    def first(self) -> Record | None:
        return self.window.rows[0] if self.window.rows else None


class FoundTable(Table):
    """Records of all runs that a search found, by client."""

    caption = "Gevonden records"
    noun = ("record", "records")

    run = tables.Column(verbose_name="Migratie")
    outcome = tables.Column(verbose_name="Import status")
    problem_code = tables.Column(verbose_name="Foutcode")
    log = tables.Column(verbose_name="Log", empty_values=(), attrs=ACTIONS)

    class Meta(Table.Meta):
        orderable = False
        template_name = "migration/search/found_table.html"

    def __init__(self, found: Results) -> None:
        self.labels = labels_of(found.records, Place.FOUND)
        self.clients = found.of_clients
        super().__init__(found.records, **before(type(self), "run", self.labels))


def before(table: Any, name: str, labels: Sequence[str]) -> dict[str, Any]:
    """What a kind tells, as columns of this table before one of those that every record has."""
    told = [(f"fact_{at}", tables.Column(verbose_name=label, empty_values=())) for at, label in enumerate(labels)]
    names = list(table.base_columns)
    at = names.index(name)
    return {"extra_columns": told, "sequence": [*names[:at], *(name for name, _ in told), *names[at:]]}
