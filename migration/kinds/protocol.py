"""A kind of import: what every kind must do. What a kind may do beside it stands in abilities.py."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import IO, Any, Final, Literal, NamedTuple, Protocol
from uuid import UUID

from migration.models import Record, Run
from migration.problems import Problem, Problems
from portal.lists.sheets import Cell

# --- What is in an upload --------------------------------------------------------------------------------------------


class Member(Protocol):
    """One document of the upload. Its name is text to show, never a path."""

    @property
    def position(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def is_candidate(self) -> bool: ...
    def read(self) -> bytes: ...
    def deflated(self) -> bytes:
        """The same bytes as a raw deflate stream (RFC 1951), fit to be kept."""


class Members(Protocol):
    """An upload that passed its preflight."""

    @property
    def count(self) -> int: ...

    def members(self, after: int = 0) -> Iterator[Member]: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says about itself, in the terms that kinds share.

    Two documents with one `key` are about the same thing. `until` is the last day on which something can still be done
    about it (abilities.py: Deadlines). `extra` is what the kind alone understands: text and numbers, fit for JSON; but
    `extra["name"]` is who it is about, as the document spells it.
    """

    key: UUID
    tax_id: str = ""
    tax: str = ""
    year: int | None = None
    kind: str = ""
    number: str = ""
    dated_on: date | None = None
    until: date | None = None
    warnings: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


FACT_FIELDS: Final = ("key", "tax_id", "tax", "year", "kind", "number", "dated_on", "until")
"""Those that have a column of their own, under the same name, wherever facts are stored."""


# --- What is said of it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What will happen with one document when the user confirms: an outcome, or a problem."""

    outcome: str
    client_id: int | None = None
    problem: Problem | None = None
    problem_facts: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    standing: str = ""  # where it would be overwritten: the digest of what stands there now


class Entry(NamedTuple):
    """What the write needs to know of a record, without loading it."""

    pk: int
    position: int
    key: UUID
    tax_id: str
    digest: str
    client_id: int | None
    failed: bool
    same_as: str  # the digest of an earlier document that says the same; "" where there is none
    stood: str  # the digest of what the check compared it with, and that says something else; "" where it did not

    def is_like(self, digest: str) -> bool:
        """Whether the document with this digest says the same."""
        return digest in (self.digest, self.same_as)


@dataclass(frozen=True, slots=True)
class Written:
    """What came true of one record; `replaced` holds the values that it took the place of.

    Where these name a document that must be kept for an undo, they do so as `replaced["document_id"]`.
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


# --- What a kind says of itself --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """What its things are called in a sentence ('1 …', '3 …'); `label` names the kind itself: a choice, a heading."""

    label: str
    one: str
    article: Literal["de", "het"]  # of one
    many: str
    begin: str  # what to do first, where an office has no migration yet


@dataclass(frozen=True, slots=True)
class Accepts:
    """Which files can be uploaded, seen from outside: by name and first bytes. Words of the page that asks for one.

    `hint` may name the most that is allowed ("{limit}"). `limits` tells how large a file may be inside:
    {"Aantal": "hoogstens 200.000 bestanden in de ZIP"}.
    """

    extensions: tuple[str, ...]  # at least one
    media_types: tuple[str, ...]
    signatures: tuple[bytes, ...]  # none: any first bytes will do
    file: str  # what such a file is called: 'ZIP-bestand'
    the_file: str  # and in a sentence: 'het ZIP-bestand'
    member: str  # one of what is inside, as a name: 'Bestand in ZIP'
    members: str  # all of it, behind their number: 'bestanden in de ZIP'
    label: str
    hint: str
    drop: str
    wrong: str
    empty: str
    too_large: str
    limits: Mapping[str, str] = field(default_factory=dict)

    def by_name(self, name: str) -> bool:
        return name.lower().endswith(self.extensions)

    def by_head(self, head: bytes) -> bool:
        return not self.signatures or head.startswith(self.signatures)

    @property
    def endings(self) -> str:
        """For a script that looks before it sends."""
        return " ".join(self.extensions)

    @property
    def heads(self) -> str:
        """The same of the first bytes, in hex."""
        return " ".join(signature.hex() for signature in self.signatures)

    @property
    def head(self) -> int:
        """How many of the first bytes decide."""
        return max(map(len, self.signatures), default=0)


class Place(StrEnum):
    """Where a fact is told."""

    TABLE = "table"  # the list of records
    FOUND = "found"  # what a search found, of any run
    PAPER = "paper"  # the report
    DEADLINES = "deadlines"  # the report's lists of what has a last day
    LOG = "log"  # the log of one record
    SHEET = "sheet"  # CSV and XLSX
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that a kind tells of its records. None where a record has nothing to tell.

    `slug` is its name for programs. Text is masked wherever a BSN/FI is, unless it `holds_no_number`; a number that is
    one is text. `remark` says in words why there is no value.
    """

    slug: str
    label: str
    value: Callable[[Record], Cell]
    places: frozenset[Place]
    width: int = 14
    holds_no_number: bool = False
    remark: Callable[[Record], str] | None = None


class Kind(Protocol):
    """Plugs one kind of import into the road: verbs, each with one permission."""

    @property
    def slug(self) -> str: ...
    @property
    def words(self) -> Words: ...
    @property
    def accepts(self) -> Accepts: ...
    @property
    def problems(self) -> Problems: ...
    @property
    def columns(self) -> Sequence[Column]: ...

    def open(self, upload: IO[bytes]) -> Members:
        """Judge the upload as a whole; Rejected refuses all of it."""

    def read(self, content: bytes) -> Facts:
        """Bytes → facts; no database. Rejected fails this one record."""

    def match(self, facts: Sequence[tuple[Facts, str]], run: Run) -> Sequence[Verdict]:
        """One verdict per (facts, digest), in order; a few queries a chunk, nothing is written."""

    def write(self, run: Run, entries: Sequence[Entry]) -> Sequence[Written]:
        """Bring one chunk into the dossiers, in the caller's transaction; safe to repeat."""

    def undo(self, run: Run, entries: Sequence[Entry]) -> Sequence[Undone]:
        """Take one chunk out of the dossiers again, but for what somebody changed since; runs may come in any order."""

    def foresee_undo(self, run: Run) -> Mapping[Undoing, int]:
        """What an undo would do, in numbers; nothing is changed."""
