"""Which kinds of import there are, and what each of them can do."""

from typing import Final, TypeVar

from migration.kinds.abilities import Ability, Statuses, Target
from migration.kinds.protocol import Column, Kind, Place, Words
from migration.models import Run

A = TypeVar("A", bound=Ability)

OF_EVERY_RECORD: Final = frozenset({
    "position", "reference", "name", "size", "sha256", "client", "tax_id", "verdict", "outcome", "expected", "ignored",
    "superseded_by", "code", "problem", "problem_facts", "warnings", "status",
})  # fmt: skip
"""What the JSON of a record has, whatever its kind."""

KINDS: Final[dict[str, Kind]] = {}
WORDS: Final[dict[str, Words]] = {}
"""What each kind called its things when it was registered: a page never fails for want of a word."""
ABILITIES: Final[dict[str, tuple[Ability, ...]]] = {}


def register(kind: Kind, *abilities: Ability) -> None:
    """Its words and columns are asked for at once: a kind that stumbles over them does not start."""
    if taken := OF_EVERY_RECORD & {column.slug for column in kind.columns if Place.JSON in column.places}:
        raise ValueError(f"{kind.slug}: every record tells {', '.join(sorted(taken))} already")
    WORDS[kind.slug] = kind.words
    KINDS[kind.slug] = kind
    ABILITIES[kind.slug] = abilities


def kind_of(run: Run) -> Kind:
    return KINDS[run.importer_slug]


def words_of(run: Run) -> Words:
    return WORDS[run.importer_slug]


def ability_of(kind: Kind | Run, ability: type[A]) -> A | None:
    """How a kind, or that of a run, does this; None where it cannot."""
    slug = kind.importer_slug if isinstance(kind, Run) else kind.slug
    return next((one for one in ABILITIES.get(slug, ()) if isinstance(one, ability)), None)


def abilities(ability: type[A]) -> list[A]:
    """Of every kind that has it."""
    return [found for kind in KINDS.values() if (found := ability_of(kind, ability))]


def tells(kind: Kind, slug: str) -> bool:
    """Whether its records have this to tell."""
    return any(column.slug == slug for column in kind.columns)


def label_of(kind: Kind, slug: str) -> str:
    """What it calls this, which it tells of its records; "" where it does not."""
    return next((column.label for column in kind.columns if column.slug == slug), "")


def columns_at(kind: Kind, place: Place) -> list[Column]:
    """What its records tell at one place, in order."""
    return [column for column in kind.columns if place in column.places]


def chosen_target(run: Run) -> Target | None:
    """The status that the user chose for what this run brings; None where its kind knows none.

    A run without one of those that its kind knows is a fault of ours: nothing may be imported with no status.
    """
    statuses = ability_of(run, Statuses)
    return next(target for target in statuses.targets if target.slug == run.target) if statuses else None
