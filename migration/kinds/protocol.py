"""What an import must be able to do, and which imports there are."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from uuid import UUID

from django.db.models import Q

from migration.problems import Caution, Problem
from portal.models import Office

if TYPE_CHECKING:
    from migration.models import Record, Run


class Member(Protocol):
    """One file inside the upload. Its name is text to show, never a path."""

    @property
    def position(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def is_candidate(self) -> bool: ...
    def read(self) -> bytes: ...
    def deflated(self) -> bytes: ...


class Archive(Protocol):
    """An upload that passed its preflight."""

    @property
    def count(self) -> int: ...

    def members(self, after: int = 0) -> Iterator[Member]: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says about itself, in the terms that every import shares.

    Two documents with one `key` are about the same thing; `until` is the last day on which one can object to it.
    `extra` is what the importer alone understands: text and numbers, fit for JSON.
    """

    key: UUID
    tax_id: str
    tax: str
    year: int
    kind: str
    number: str
    dated_on: date
    until: date | None
    warnings: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


FACT_FIELDS: Final = ("key", "tax_id", "tax", "year", "kind", "number", "dated_on", "until")
"""Those that have a column of their own, under the same name, wherever facts are stored."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What will happen with one document when the user confirms: an outcome, or a problem."""

    outcome: str
    client_id: int | None = None
    problem: Problem | None = None
    problem_facts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A status the user may choose for what is imported. One that `closes` the case takes it off the to-do list."""

    slug: str
    label: str
    meaning: str
    closes: bool = False


class Entry(NamedTuple):
    """What the write needs to know of a record, without loading it."""

    pk: int
    position: int
    key: UUID
    tax_id: str
    digest: str
    client_id: int | None
    failed: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What came true of one record; `replaced` holds the values that it took the place of.

    `warnings` are codes of cautions that only the write can know of; they join those of the check.
    """

    position: int
    outcome: str
    status: str = ""
    replaced: Mapping[str, Any] | None = None
    problem: Problem | None = None
    problem_facts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Undoing(StrEnum):
    """How the undo of one record ends."""

    REMOVED = "removed"
    RESTORED = "restored"
    KEPT = "kept"  # it was changed since


class Kept(StrEnum):
    """Why an undo left a record alone."""

    OVERWRITTEN = "undo_overwritten"  # a later import put another version in its place
    RESTATUSED = "undo_restatused"  # a later import gave it another status
    CHANGED = "undo_changed"  # somebody did
    GONE = "undo_gone"  # it does not stand in a dossier any more


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of one record when its run was undone.

    `run_id` where it is of another run, undone before: what it brought was replaced then, and is taken back only now.
    `why` where it was left alone, and `by` which run changed it, where that is still known.
    """

    position: int
    how: Undoing
    run_id: int | None = None
    why: Kept | None = None
    by: str = ""


class Importer(Protocol):
    """Plugs one kind of import into the road: verbs, each with one permission."""

    slug: str
    label: str
    targets: Sequence[Target]
    open_target: Target  # for what a closing target must not hide
    unexpected: Problem  # a fault of ours in one document
    fatal: Problem  # a document that stops its process
    twice: Problem  # one thing, twice in the upload, with different contents
    outvoted: Problem  # of such a thing somebody chose another version
    newer: Problem  # a later upload brought another version before
    term_runs: Caution  # one can still object today
    term_ended: Caution  # one no longer can
    unknown: Problem  # no client of the office has this number
    ambiguous: Problem  # a client who has more than one dossier

    @property
    def limits(self) -> Mapping[str, str]:
        """How large an upload may be, in words: {"Aantal": "hoogstens 200.000 bestanden in de ZIP"}."""

    def open(self, upload: IO[bytes]) -> Archive:
        """Judge the upload as a whole; Rejected refuses all of it."""

    def read(self, content: bytes) -> Facts:
        """Bytes → facts; no database. Rejected fails this one record."""

    def match(self, facts: Sequence[tuple[Facts, str]], run: "Run") -> Sequence[Verdict]:
        """One verdict per (facts, digest), in order; a few queries a chunk, nothing is written."""

    def open_terms(self) -> Q:
        """Which records are about something to which one can still object today; unknown terms count as running."""

    def term_is_open(self, kind: str, until: date | None) -> bool:
        """The same for one of them."""

    def no_term(self, kind: str) -> str:
        """Why something of this kind has no last day to object, in words."""

    def client_kind(self, tax: str) -> str:
        """Of which kind a client with this tax is (`Client.Kind`); "" where the tax does not tell."""

    def standing(self, keys: Iterable[UUID], office: Office) -> Collection[UUID]:
        """Which of these stand in the dossiers of an office now."""

    def forget_unused(self) -> Iterator[int]:
        """Remove the bytes that no record and no dossier refers to any more, some at a time; how many each time."""

    def filled(self, clients: Iterable[int]) -> Mapping[int, int]:
        """Which of these clients have anything in their dossiers, and how much."""

    def told(self, record: "Record") -> Mapping[str, str]:
        """What its document says, in words: {"Bedrag": "€ 1.250"}. Numbers are masked: it can be shown as it is."""

    def told_standing(self, record: "Record") -> Mapping[str, str]:
        """The same of what stands in the dossier in its place; empty where nothing does."""

    def keep(self, entries: Sequence[tuple[Entry, Member]]) -> None:
        """Keep the bytes of these files, in the caller's transaction; what is kept already stays as it is."""

    def content(self, digest: str) -> bytes:
        """The bytes that were kept under this digest; Rejected where there are none."""

    def write(self, run: "Run", entries: Sequence[Entry]) -> Sequence[Written]:
        """Bring one chunk into the dossiers, in the caller's transaction; safe to repeat."""

    def undo(self, run: "Run", entries: Sequence[Entry]) -> Sequence[Undone]:
        """Take one chunk out of the dossiers again, but for what somebody changed since; runs may come in any order."""

    def foresee_undo(self, run: "Run") -> Mapping[Undoing, int]:
        """What an undo would do, in numbers; nothing is changed."""


IMPORTERS: Final[dict[str, Importer]] = {}


def register(importer: Importer) -> None:
    IMPORTERS[importer.slug] = importer
