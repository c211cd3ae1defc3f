"""Which records of a run a page shows: the address says so, and every page of it costs the same, however deep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from migration import problems
from migration.models import Record, RecordQuerySet, Run

PAGE_SIZE: Final = 50
ALL: Final = "alle"
FAILED: Final = "mislukt"
ACTION: Final = "actie"
TERMS: Final = "termijn"


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter, with how many records it lets through: a counter of the run, never a count of rows."""

    slug: str
    label: str
    count: int


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

    @classmethod
    def of(cls, run: Run, query: Mapping[str, str]) -> "Shown":
        """As the address says; else what needs action, where there is any."""
        code = query.get("code", "")
        if problems.find(code):
            return cls(run, FAILED, code)
        chosen = query.get("toon", "")
        return cls(run, chosen if chosen in (ALL, FAILED, ACTION, TERMS) else default_for(run))

    @property
    def choices(self) -> list[Choice]:
        running = [Choice(TERMS, "Termijn loopt", self.run.open_terms)] if self.run.open_terms else []
        return [
            Choice(ACTION, "Actie nodig", self.run.needs_action),
            Choice(FAILED, "Mislukt", self.run.failed),
            *running,
            Choice(ALL, "Alle", self.run.members or 0),
        ]

    @property
    def query(self) -> str:
        """The same choice as part of an address."""
        return urlencode({"code": self.code} if self.code else {"toon": self.choice})

    @property
    def records(self) -> RecordQuerySet:
        found = self.run.records.select_related("client").defer("replaced")
        if self.choice == ALL:
            return found.order_by("position")
        if self.choice == TERMS:
            return found.filter(self.run.importer.open_terms(), failed=False).order_by("position")
        failures = found.needing_action().order_by("position") if self.choice == ACTION else found.failures()
        return failures.filter(problem_code=self.code) if self.code else failures

    def window(self, query: Mapping[str, str]) -> Window:
        """The page after position `na`, or before position `voor`; else the first one."""
        if before := position_in(query, "voor"):
            rows = list(self.records.filter(position__lt=before).order_by("-position")[: PAGE_SIZE + 1])
            if rows:
                return self.looking_back(rows)
        after = position_in(query, "na")
        rows = list(self.records.filter(position__gt=after)[: PAGE_SIZE + 1])
        page = self.own(rows[:PAGE_SIZE])
        more = page[-1].position if len(rows) > PAGE_SIZE else None
        return Window(page, before=page[0].position if after and page else None, after=more)

    def looking_back(self, rows: list[Record]) -> Window:
        page = self.own(rows[:PAGE_SIZE][::-1])
        more = page[0].position if len(rows) > PAGE_SIZE else None
        return Window(page, before=more, after=page[-1].position)

    def own(self, records: list[Record]) -> list[Record]:
        """Let every record know its run without asking for it again."""
        for record in records:
            record.run = self.run
        return records


def default_for(run: Run) -> str:
    if run.needs_action and run.state != Run.State.UNDONE:
        return ACTION
    return FAILED if run.is_moving else ALL


def position_in(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
