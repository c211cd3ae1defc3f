"""Which migrations the overview shows: a tab and three filters, all of them in the address."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.http import urlencode
from django_filters.filters import ChoiceFilter, ModelChoiceFilter
from django_filters.filterset import FilterSet

from migration.kinds.registry import WORDS
from migration.models import Run, RunQuerySet
from portal.lists.page_size import NAME
from portal.lists.tabs import Tab
from portal.models import User
from portal.widgets import Select

FILTERS: Final = ("periode", "soort", "door")
TABS: Final = {
    "alle": ("Alles", Q()),
    "actie": ("Actie nodig", Run.WAITS_FOR_SOMEBODY),
    "bezig": ("Bezig", Q(state__in=Run.MOVING)),
    "afgerond": ("Afgerond", Q(state__in=Run.RESTING)),
}
VARIED: Final = {"importer_slug": "importer", "started_by": "started_by"}
"""What may be the same for all, and the column of the list that says it."""
PERIODS: Final = {
    "week": ("Afgelopen 7 dagen", 7),
    "maand": ("Afgelopen 30 dagen", 30),
    "jaar": ("Afgelopen jaar", 365),
}


class RunFilter(FilterSet):
    """'Periode', 'Soort' where there is more than one, 'Gestart door'. A value that makes no sense filters nothing."""

    periode = ChoiceFilter(
        label="Periode",
        empty_label="Alle",
        choices=[(slug, label) for slug, (label, _) in PERIODS.items()],
        method="within",
        widget=Select,
    )
    soort = ChoiceFilter(
        label="Soort", empty_label="Alle", field_name="importer_slug", choices=lambda: kinds(), widget=Select
    )
    door = ModelChoiceFilter(
        label="Gestart door",
        empty_label="Iedereen",
        field_name="started_by",
        queryset=lambda request: colleagues(request),
        widget=Select,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if len(WORDS) < 2:
            del self.filters["soort"]

    def within(self, runs: RunQuerySet, name: str, value: str) -> RunQuerySet:
        _, days = PERIODS[value]
        return runs.filter(created_at__gte=timezone.now() - timedelta(days=days))


def kinds() -> list[tuple[str, str]]:
    return [(slug, words.label) for slug, words in WORDS.items()]


def colleagues(request: Any) -> Any:
    return User.objects.visible_to(request.user).order_by("name", "pk")


def filtered(query: Any, runs: RunQuerySet, request: Any) -> tuple[RunFilter, RunQuerySet]:
    """The filter, and what it leaves; where one of its values is nonsense, that one is left out."""
    filters = RunFilter(query, queryset=runs, request=request)
    if not filters.form.is_valid():
        sensible = query.copy()
        for name in filters.form.errors:
            sensible.pop(name, None)
        filters = RunFilter(sensible, queryset=runs, request=request)
    return filters, filters.qs


def is_narrowed(query: Mapping[str, str]) -> bool:
    """Whether the address leaves migrations out: a tab, or a filter with a value."""
    return tab_in(query) != "alle" or any(query.get(name) for name in FILTERS)


def counted(runs: RunQuerySet) -> dict[str, int]:
    """How many there are under each tab, and by how many they were started and are of how many kinds; in one query."""
    by_tab = {slug: Count("pk", filter=holds or None) for slug, (_, holds) in TABS.items()}
    varied = {name: Count(name, distinct=True) for name in VARIED}
    return runs.order_by().aggregate(**by_tab, **varied)


def said_by_all(counts: Mapping[str, int]) -> list[str]:
    """The columns that would say the same in each row."""
    return [column for name, column in VARIED.items() if counts[name] < 2]


def tabs_of(counts: Mapping[str, int], query: Mapping[str, str]) -> list[Tab]:
    current = tab_in(query)
    return [Tab(slug, label, counts[slug], with_tab(query, slug), slug == current) for slug, (label, _) in TABS.items()]


def tab_in(query: Mapping[str, str]) -> str:
    slug = query.get("toon", "alle")
    return slug if slug in TABS else "alle"


def with_tab(query: Mapping[str, str], slug: str) -> str:
    """The address of a tab: what chooses and sorts the rows stays; the page does not, nor what we do not know."""
    kept = {name: query[name] for name in (*FILTERS, "sort", NAME) if query.get(name)}
    return urlencode({**kept, "toon": slug})


def of_tab(runs: RunQuerySet, query: Mapping[str, str]) -> RunQuerySet:
    return runs.filter(TABS[tab_in(query)][1])
