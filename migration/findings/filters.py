"""Which records of a run a page shows: the address says so, and every page of it costs the same, however deep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.formats import number_format

from migration import problems
from migration.findings import cautions
from migration.findings.facets import Facets, facets_of
from migration.findings.in_run import OF_THE_ROAD, Counted, counted, found_in, of_client, window_by_client
from migration.kinds import deadlines
from migration.kinds.abilities import Deadlines
from migration.kinds.registry import ability_of, kind_of, label_of, tells
from migration.models import WRITABLE, Outcome, Record, RecordQuerySet, Run
from migration.problems import find_caution
from portal.lists.keyset import Window, number_in, window_of
from portal.lists.page_size import PAGE_SIZE
from portal.lists.search_field import searched
from portal.lists.tabs import Tab
from portal.masking import holds_number

ALL: Final = "alle"
FAILED: Final = "mislukt"
ACTION: Final = "actie"
TERMS: Final = "termijn"
FAILING_TERMS: Final = "termijn-mislukt"
KEPT: Final = "gebleven"
CLIENT: Final = "klant"
CHOICES: Final = (ALL, FAILED, ACTION, TERMS, FAILING_TERMS, KEPT)
FORESEEN: Final = "Zal waarschijnlijk mislukken"
OF_FAILURES: Final = (FAILED, ACTION, FAILING_TERMS)


@dataclass(frozen=True, slots=True)
class Field:
    """A filter with its options: value and label."""

    name: str
    label: str
    value: str
    options: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reader asked to see."""

    run: Run
    choice: str
    code: str = ""
    outcome: str = ""
    tax: str = ""
    year: str = ""
    caution: str = ""
    sought: str = ""
    client: int = 0  # the position of a record of whom all are shown
    by_client: bool = False
    facets: Facets = field(default_factory=Facets)

    @classmethod
    def of(cls, run: Run, query: Mapping[str, str]) -> "Shown":
        """As the address says; else what needs action, where there is any. What makes no sense filters nothing."""
        facets, by_client = facets_of(run), query.get("sorteer") == CLIENT
        if whose := whose_in(query):
            return cls(run, ALL, by_client=by_client, facets=facets, **whose)
        code = query.get("code", "") if problems.find(query.get("code", "")) else ""
        outcome = one_of(Outcome.values, query, "status")
        asked = one_of(choices_of(run), query, "toon") or (ALL if query.get("let") else "")
        choice = choice_for(asked, outcome, code) or default_for(run)
        tax, year = one_of(facets.taxes, query, "soort"), one_of(facets.years, query, "jaar")
        caution = query.get("let", "") if choice == ALL and find_caution(query.get("let", "")) else ""
        outcome = "" if outcome == Outcome.FAILED else outcome
        return cls(run, choice, code, outcome, tax, year, caution, by_client=by_client, facets=facets)

    # --- What can be chosen --------------------------------------------------------------------------------------

    @property
    def tabs(self) -> list[Tab]:
        """Tax and year stay, and a code where it can. A count is a counter of the run, whatever is filtered."""
        asking = self._tab(ACTION, "Actie nodig", self.run.needs_action, self.code)
        failed = self._tab(FAILED, FORESEEN if self.run.is_forecast else "Mislukt", self.run.failed, self.code)
        every = self._tab(ALL, "Alle", self.run.members or 0)
        if self.run.is_forecast:
            return [failed, *self._terms(), every]
        if self.run.state == Run.State.UNDONE:
            kept = [self._tab(KEPT, "Blijven staan", self.run.undo_kept)] if self.run.undo_kept else []
            return [*kept, failed, *self._terms(), every]
        return [asking, failed, *self._terms(), every]

    def _terms(self) -> Iterable[Tab]:
        """What one can still object to. While the run moves these are not counted, and the list is ahead of them."""
        found = {
            (FAILING_TERMS, "Mislukt, termijn loopt"): (self.run.failing_terms, self.code),
            (TERMS, "Termijn loopt"): (self.run.running_terms, ""),
        }
        for tab, (count, code) in found.items():
            if count:
                yield self._tab(*tab, None if self.run.is_moving else count, code)

    def _tab(self, slug: str, label: str, count: int | None, code: str = "") -> Tab:
        kept = {"toon": slug, "code": code, "soort": self.tax, "jaar": self.year, "sorteer": self.order}
        return Tab(slug, label, count, filled_in(kept), slug == self.choice and not self.is_of_somebody)

    @property
    def is_partial(self) -> bool:
        """A part of the run is shown, of which nobody counted the records."""
        return bool(self.tax or self.year)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.code or self.outcome or self.caution or self.is_partial or self.is_of_somebody)

    @property
    def is_of_somebody(self) -> bool:
        """What was sought, in all of the run."""
        return bool(self.sought or self.client)

    @property
    def fields(self) -> list[Field]:
        """What failed has a code, and the rest an outcome: that it failed is said by its tab, and there alone."""
        if self.is_of_somebody:
            return []
        if self.choice in OF_FAILURES:
            return [Field("code", "Foutcode", self.code, pairs({*self.facets.codes, self.code})), *self._facts()]
        outcomes = Field("status", "Import status", self.outcome, list(self._outcomes(self.outcome)))
        return [outcomes, *self._facts(), *self._cautions()]

    def _facts(self) -> Iterable[Field]:
        """What the kind of this run tells of each record, and a run can be parted by."""
        if tells(kind_of(self.run), "tax"):
            yield Field("soort", label_of(kind_of(self.run), "tax"), self.tax, pairs(self.facets.taxes))
        if tells(kind_of(self.run), "year"):
            yield Field("jaar", "Jaar", self.year, pairs(self.facets.years))

    def _cautions(self) -> list[Field]:
        """What was imported and has a warning, or a term that ended; nothing to choose from where there is none."""
        found = [*cautions.warned_in(self.run), *cautions.ended_in(self.run)]
        warned = sorted((one.caution.code, str(one.caution)) for one in found)
        return [Field("let", "Waarschuwing", self.caution, warned)] if warned and self.choice == ALL else []

    def _outcomes(self, chosen: str) -> Iterable[tuple[str, str]]:
        """How else records of this run ended, or may end while it moves; with how many, once that stands."""
        counts = {outcome: getattr(self.run, COUNTERS.get(outcome, outcome)) for outcome in Outcome}
        del counts[Outcome.FAILED]
        for outcome, count in counts.items():
            label = self._words(outcome)
            is_told = not (self.is_partial or self.run.is_moving)  # the counters of a run that moves run ahead of this
            if count or outcome == chosen or (self.run.is_moving and outcome in WRITABLE):
                yield outcome, f"{label} ({number_format(count)})" if is_told else str(label)

    def _words(self, outcome: Outcome) -> str:
        is_to_come = outcome == Outcome.UNPROCESSED and not self.run.has_ended
        return "Nog te doen" if is_to_come else str(outcome.label)

    @property
    def query(self) -> str:
        """The same choice as part of an address."""
        return filled_in({**self._chosen_by, "sorteer": self.order})

    @property
    def _chosen_by(self) -> dict[str, str]:
        if self.is_of_somebody:
            return {"zoek": self.sought, "klant": str(self.client or "")}
        chosen = {"toon": self.choice, "code": self.code, "status": self.outcome, "soort": self.tax, "jaar": self.year}
        return {**chosen, "let": self.caution}

    @property
    def order(self) -> str:
        return CLIENT if self.by_client else ""

    @property
    def orders(self) -> list[Tab]:
        """In which orders this can be shown; what was sought stands by client anyway."""
        if self.is_of_somebody:
            return []
        orders = {"": "bestand", CLIENT: "klant"}
        return [
            Tab(slug or "bestand", label, None, filled_in({**self._chosen_by, "sorteer": slug}), slug == self.order)
            for slug, label in orders.items()
        ]

    # --- What is found -------------------------------------------------------------------------------------------

    @property
    def records(self) -> RecordQuerySet:
        narrowing: dict[str, Any] = {
            "problem_code": self.code, "outcome": self.outcome, "tax": self.tax, "year": self.year,
        }  # fmt: skip
        found = self._chosen.select_related("client").defer(*OF_THE_ROAD)
        return found.filter(**{name: value for name, value in narrowing.items() if value}).order_by("position")

    @property
    def _chosen(self) -> RecordQuerySet:
        """What was sought, or what the tab or a warning is about."""
        if self.client:
            return of_client(self.run, self.client)
        if self.sought:
            return found_in(self.run, self.sought)
        if self.caution:
            return cautions.carrying(self.caution, self.run)
        lists = {
            TERMS: deadlines.with_running(self.run),
            FAILING_TERMS: deadlines.failing_with_running(self.run),
            KEPT: self.run.records.changing(),
            ACTION: self.run.records.needing_action(),
            FAILED: self.run.records.failures(),
        }
        return lists.get(self.choice, self.run.records.all())

    def window(self, query: Mapping[str, str], size: int = PAGE_SIZE) -> Window[Record]:
        """One page of them; each record knows its run without asking for it again."""
        if self.by_client or self.sought:
            ahead = SOUGHT_AT_MOST if self.is_of_somebody else 0
            window = window_by_client(self.records, self.run, query, size, ahead)
        else:
            window = window_of(self.records, "position", query, size)
        for record in window.rows:
            record.run = self.run
        return window

    def count(self, window: Window[Record]) -> Counted:
        """How many there are: what a page shows whole, or as the run counted them; else as far as that costs little."""
        if window.before is None and window.after is None:
            return Counted(len(window.rows))
        if window.seen is not None:
            return Counted(min(window.seen, SOUGHT_AT_MOST), window.seen > SOUGHT_AT_MOST)
        narrowed = self.code or self.caution or self.is_partial or self.is_of_somebody
        counters = {
            TERMS: self.run.running_terms,
            FAILING_TERMS: self.run.failing_terms,
            KEPT: self.run.undo_kept,
            ACTION: self.run.needs_action,
            FAILED: self.run.failed,
            ALL: getattr(self.run, COUNTERS.get(self.outcome, self.outcome)) if self.outcome else self.run.members or 0,
        }
        is_counted = not (narrowed or self.run.is_moving or (self.outcome and self.choice != ALL))
        at_most = SOUGHT_AT_MOST if self.is_of_somebody else COUNTED_AT_MOST
        return Counted(counters[self.choice]) if is_counted else counted(self.records, at_most)


COUNTED_AT_MOST: Final = 10_000
SOUGHT_AT_MOST: Final = 1_000
"""Who finds more than that looks for something narrower."""
COUNTERS: Final[Mapping[str, str]] = {Outcome.OTHER: "others"}


def choices_of(run: Run) -> list[str]:
    """What knows no deadlines has no list of them; what did not fail yet asks for no action."""
    has_deadlines = ability_of(run, Deadlines) is not None
    left_out = {*(() if has_deadlines else (TERMS, FAILING_TERMS)), *((ACTION,) if run.is_forecast else ())}
    return [choice for choice in CHOICES if choice not in left_out]


def whose_in(query: Mapping[str, str]) -> dict[str, Any]:
    """Whose records are sought: those of the client of one record, or by words; a number never comes by an address."""
    if position := number_in(query, "klant"):
        return {"client": position}
    sought = searched({"q": query.get("zoek", "")})
    return {"sought": sought} if sought and not holds_number(sought) else {}


def choice_for(asked: str, outcome: str, code: str) -> str:
    """An outcome or a code says which tab this is: what did not fail asks for no action, and has no code."""
    if outcome and outcome != Outcome.FAILED:
        return asked if asked in (TERMS, KEPT) else ALL
    if code or outcome:
        return asked if asked in OF_FAILURES else FAILED
    return asked


def default_for(run: Run) -> str:
    if run.open_actions:
        return ACTION
    return FAILED if run.is_moving or (run.is_forecast and run.failed) else ALL


def one_of(known: Iterable[str], query: Mapping[str, str], name: str) -> str:
    value = query.get(name, "")
    return value if value in known else ""


def pairs(values: Iterable[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in sorted(values) if value]


def filled_in(query: Mapping[str, str]) -> str:
    return urlencode({name: value for name, value in query.items() if value})
