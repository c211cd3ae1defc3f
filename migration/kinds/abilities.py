"""What a kind of import may do beside what it must (protocol.py). Each is a small object that the kind registers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db.models import Q

from migration.models import Record
from migration.problems import Caution, Problem
from portal.models import Office


@dataclass(frozen=True, slots=True)
class Target:
    """A status the user may choose for what is imported. One that `closes` the case takes it off the to-do list."""

    slug: str
    label: str
    meaning: str
    closes: bool = False


class Ability:
    """Each kind has at most one object of each ability."""


class Preparation(Ability):
    """The first page of the wizard: what to do before there is a file, and what an office may see to once."""

    template: ClassVar[str]  # the steps, as part of that page
    present: ClassVar[str]  # what happens with what stands in a dossier already
    checks: Mapping[str, str]  # by slug: advice that stops nobody
    checks_why: str


class Statuses(Ability):
    """What is imported has a status, which the wizard asks for and people change afterwards."""

    targets: ClassVar[Sequence[Target]]
    question: ClassVar[str]
    missing: ClassVar[str]  # where no answer was given
    also_present: ClassVar[str]  # whether what stands in a dossier already gets it too


class Dossiers(Ability):
    """What is imported comes into the dossiers of clients, found by their number."""

    unknown: ClassVar[Problem]  # no client of the office has this number
    nothing_of: ClassVar[str]  # 'Aangiften 2021': what was looked for, where no migration holds any of that year

    def client_kind(self, tax: str) -> str:
        """Of which kind a client with this tax is (`Client.Kind`); "" where the tax does not tell."""
        raise NotImplementedError

    def standing(self, keys: Iterable[UUID], office: Office) -> Collection[UUID]:
        """Which of these stand in the dossiers of an office now."""
        raise NotImplementedError

    def filled(self, clients: Iterable[int]) -> Mapping[int, int]:
        """Which of these clients have anything in their dossiers, and how much."""
        raise NotImplementedError


class Doubts(Ability):
    """Where no rule can tell, a person does: which of several dossiers is meant, which of several versions holds."""

    ambiguous: ClassVar[Problem]  # a client who has more than one dossier
    outvoted: ClassVar[Problem]  # of a thing that stands twice in an upload, somebody chose another version
    about_versions: ClassVar[str]  # what stands there with `{count}` versions, as a sentence
    about_last: ClassVar[str]  # by what else than its place in the upload a version could be chosen, or why by nothing


class Sameness(Ability):
    """Two files may say the same in other bytes (another line end, a comment): then nothing changed."""

    same: ClassVar[Caution]  # it stands there already, out of another file

    def sayings(self, content: bytes) -> str:
        """A digest of what a document says, whatever its bytes; Rejected where it cannot be read."""
        raise NotImplementedError


class Comparable(Ability):
    """Versions of one thing can be laid side by side."""

    newer: ClassVar[Problem]  # a later upload brought another version before

    def told(self, records: Sequence[Record]) -> Sequence[Mapping[str, str]]:
        """What the document of each says, in words: {"Bedrag": "€ 1.250"}. Numbers are masked: fit to be shown.

        The records know their run and client; a few queries for all of them.
        """
        raise NotImplementedError

    def told_standing(self, records: Sequence[Record]) -> Sequence[Mapping[str, str]]:
        """The same of what stands in the dossier in the place of each; empty where nothing does."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class DeadlineWords:
    """What its deadline is called; the sentences are made of these (words/deadlines.py)."""

    name: str  # 'Bezwaartermijn', as the name of a fact
    plural: str
    the: str  # 'de bezwaartermijn'
    to_do_list: str  # from which a closing status takes something: 'de lijst van …'


class Deadlines(Ability):
    """What is imported has a last day (`Facts.until`), and must not be put out of sight before it."""

    running: ClassVar[Caution]  # something can still be done today
    ended: ClassVar[Caution]  # nothing can any more: told of a run as a number, never of one record
    open_target: ClassVar[Target]  # for what a closing status must not hide
    words: ClassVar[DeadlineWords]

    def open(self) -> Q:
        """Which records have one that runs today; unknown ones count as running."""
        raise NotImplementedError

    def is_open(self, kind: str, until: date | None) -> bool:
        """The same for one of them."""
        raise NotImplementedError

    def no_deadline(self, kind: str) -> str:
        """Why something of this kind has no last day, in words."""
        raise NotImplementedError
