"""Which records of a run a page shows: the address says so, and every page of it costs the same, however deep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.formats import number_format

from migration import cautions, problems
from migration.facets import Facets, facets_of
from migration.models import Outcome, Record, RecordQuerySet, Run
from migration.problems import find_caution
from portal.rows import PAGE_SIZE

ALL: Final = "alle"
FAILED: Final = "mislukt"
ACTION: Final = "actie"
TERMS: Final = "termijn"
CHOICES: Final = (ALL, FAILED, ACTION, TERMS)


@dataclass(frozen=True, slots=True)
class Choice:
    """A tab, with how many records it lets through: a counter of the run, never a count of rows; None: not known."""

    slug: str
    label: str
    count: int | None
    query: str


@dataclass(frozen=True, slots=True)
class Field:
    """A filter with its options: value and label."""

    name: str
    label: str
    value: str
    options: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Window:
    """One page of records in the order of the file, found by position: no COUNT, no OFFSET."""

    records: list[Record]
    before: int | None = None  # there are records before this position
    after: int | None = None  # there are records after this position


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
    facets: Facets = field(default_factory=Facets)

    @classmethod
    def of(cls, run: Run, query: Mapping[str, str]) -> "Shown":
        """As the address says; else what needs action, where there is any. What makes no sense filters nothing."""
        facets = facets_of(run)
        code = query.get("code", "") if problems.find(query.get("code", "")) else ""
        outcome = one_of(Outcome.values, query, "status")
        asked = one_of(CHOICES, query, "toon") or (ALL if query.get("let") else "")
        choice = choice_for(asked, outcome, code) or default_for(run)
        tax, year = one_of(facets.taxes, query, "soort"), one_of(facets.years, query, "jaar")
        caution = query.get("let", "") if choice == ALL and find_caution(query.get("let", "")) else ""
        return cls(run, choice, code, "" if outcome == Outcome.FAILED else outcome, tax, year, caution, facets)

    # --- What can be chosen --------------------------------------------------------------------------------------

    @property
    def choices(self) -> list[Choice]:
        """The tabs. Tax and year stay, and a code where it can; a count is shown where it is that of the list."""
        asking = self._tab(ACTION, "Actie nodig", self.run.needs_action, self.code)
        running = [self._tab(TERMS, "Termijn loopt", self.run.open_terms)] if self.run.open_terms else []
        return [
            *([] if self.run.state == Run.State.UNDONE else [asking]),
            self._tab(FAILED, "Mislukt", self.run.failed, self.code),
            *running,
            self._tab(ALL, "Alle", self.run.members or 0),
        ]

    def _tab(self, slug: str, label: str, count: int, code: str = "") -> Choice:
        kept = {"toon": slug, "code": code, "soort": self.tax, "jaar": self.year}
        return Choice(slug, label, None if code or self.is_partial else count, filled_in(kept))

    @property
    def is_partial(self) -> bool:
        """A part of the run is shown, of which nobody counted the records."""
        return bool(self.tax or self.year)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.code or self.outcome or self.caution or self.is_partial)

    @property
    def fields(self) -> list[Field]:
        outcome = Outcome.FAILED if self.choice in (FAILED, ACTION) else self.outcome
        return [
            Field("status", "Import status", outcome, list(self._outcomes(outcome))),
            Field("code", "Foutcode", self.code, pairs({*self.facets.codes, self.code})),
            Field("soort", "Soort", self.tax, pairs(self.facets.taxes)),
            Field("jaar", "Jaar", self.year, pairs(self.facets.years)),
            *self._cautions(),
        ]

    def _cautions(self) -> list[Field]:
        """What was imported and has a warning; nothing to choose from where there is none."""
        warned = [(one.caution.code, str(one.caution)) for one in cautions.warned_in(self.run)]
        return [Field("let", "Waarschuwing", self.caution, warned)] if warned and self.choice == ALL else []

    def _outcomes(self, chosen: str) -> Iterable[tuple[str, str]]:
        """Every way in which records of this run ended, with how many where that is known."""
        counts = {outcome: getattr(self.run, COUNTERS.get(outcome, outcome)) for outcome in Outcome}
        for outcome, count in counts.items():
            label = "Nog te doen" if outcome == Outcome.UNPROCESSED and not self.run.has_ended else outcome.label
            if count or outcome == chosen:
                yield outcome, str(label) if self.is_partial else f"{label} ({number_format(count)})"

    @property
    def query(self) -> str:
        """The same choice as part of an address."""
        chosen = {"toon": self.choice, "code": self.code, "status": self.outcome, "soort": self.tax, "jaar": self.year}
        return filled_in({**chosen, "let": self.caution})

    # --- What is found -------------------------------------------------------------------------------------------

    @property
    def records(self) -> RecordQuerySet:
        narrowing: dict[str, Any] = {
            "problem_code": self.code, "outcome": self.outcome, "tax": self.tax, "year": self.year,
        }  # fmt: skip
        found = cautions.carrying(self.caution, self.run) if self.caution else self.run.records.all()
        found = found.select_related("client").defer("replaced", "problem_facts", "key", "digest")
        found = found.filter(**{name: value for name, value in narrowing.items() if value}).order_by("position")
        if self.choice == TERMS:
            return found.filter(self.run.importer.open_terms(), failed=False)
        if self.choice == ACTION:
            return found.needing_action()
        return found.failures() if self.choice == FAILED or self.code else found

    def window(self, query: Mapping[str, str], size: int = PAGE_SIZE) -> Window:
        """The page after position `na`, or before position `voor`; else the first one."""
        if before := position_in(query, "voor"):
            rows = list(self.records.filter(position__lt=before).order_by("-position")[: size + 1])
            if rows:
                return self.looking_back(rows, size)
        after = position_in(query, "na")
        rows = list(self.records.filter(position__gt=after)[: size + 1])
        page = self.own(rows[:size])
        more = page[-1].position if len(rows) > size else None
        return Window(page, before=page[0].position if after and page else None, after=more)

    def looking_back(self, rows: list[Record], size: int) -> Window:
        page = self.own(rows[:size][::-1])
        more = page[0].position if len(rows) > size else None
        return Window(page, before=more, after=page[-1].position)

    def own(self, records: list[Record]) -> list[Record]:
        """Let every record know its run without asking for it again."""
        for record in records:
            record.run = self.run
        return records


COUNTERS: Final = {Outcome.OTHER: "others"}


def choice_for(asked: str, outcome: str, code: str) -> str:
    """An outcome or a code says which tab this is: what did not fail asks for no action, and has no code."""
    if outcome and outcome != Outcome.FAILED:
        return TERMS if asked == TERMS else ALL
    if code or outcome:
        return ACTION if asked == ACTION else FAILED
    return asked


def default_for(run: Run) -> str:
    if run.open_actions:
        return ACTION
    return FAILED if run.is_moving else ALL


def one_of(known: Iterable[str], query: Mapping[str, str], name: str) -> str:
    value = query.get(name, "")
    return value if value in known else ""


def pairs(values: Iterable[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in sorted(values) if value]


def filled_in(query: Mapping[str, str]) -> str:
    return urlencode({name: value for name, value in query.items() if value})


def position_in(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
