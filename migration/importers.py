"""What an import must be able to do, and which imports there are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from uuid import UUID

from django.db.models import Q

from migration.problems import Problem
from portal.models import Office

if TYPE_CHECKING:
    from migration.models import Run


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """What will happen with one document when the user confirms: an outcome, or a problem."""

    outcome: str
    client_id: int | None = None
    problem: Problem | None = None
    problem_facts: Mapping[str, str] = field(default_factory=dict)


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
    """What came true of one record; `replaced` holds the values that it took the place of."""

    position: int
    outcome: str
    status: str = ""
    replaced: Mapping[str, Any] | None = None
    problem: Problem | None = None
    problem_facts: Mapping[str, str] = field(default_factory=dict)


class Undoing(StrEnum):
    """How the undo of one record ends."""

    REMOVED = "removed"
    RESTORED = "restored"
    KEPT = "kept"  # somebody changed it since


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of one record when its run was undone."""

    position: int
    how: Undoing


class Importer(Protocol):
    """Plugs one kind of import into the road: verbs, each with one permission."""

    slug: str
    label: str
    targets: Sequence[Target]
    open_target: Target  # for what a closing target must not hide
    unexpected: Problem  # a fault of ours in one document
    fatal: Problem  # a document that stops its process
    twice: Problem  # one thing, twice in the upload, with different contents

    def open(self, upload: IO[bytes]) -> Archive:
        """Judge the upload as a whole; Rejected refuses all of it."""

    def read(self, content: bytes) -> Facts:
        """Bytes → facts; no database. Rejected fails this one record."""

    def match(self, facts: Sequence[tuple[Facts, str]], office: Office) -> Sequence[Verdict]:
        """One verdict per (facts, digest), in order; a few queries a chunk, nothing is written."""

    def open_terms(self) -> Q:
        """Which records are about something to which one can still object today; unknown terms count as running."""

    def keep(self, entries: Sequence[tuple[Entry, Member]]) -> None:
        """Keep the bytes of these files, in the caller's transaction; what is kept already stays as it is."""

    def content(self, digest: str) -> bytes:
        """The bytes that were kept under this digest; Rejected where there are none."""

    def write(self, run: "Run", entries: Sequence[Entry]) -> Sequence[Written]:
        """Bring one chunk into the dossiers, in the caller's transaction; safe to repeat."""

    def undo(self, run: "Run", entries: Sequence[Entry]) -> Sequence[Undone]:
        """Take one chunk out of the dossiers again, but for what somebody changed since."""

    def foresee_undo(self, run: "Run") -> Mapping[Undoing, int]:
        """What an undo would do, in numbers; nothing is changed."""


IMPORTERS: Final[dict[str, Importer]] = {}


def register(importer: Importer) -> None:
    IMPORTERS[importer.slug] = importer
