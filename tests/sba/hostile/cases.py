"""What a case is, and how one is added: by a decorator over the function that builds it, or as a row of a family."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sba.samples import document
from tests.migration.files.builders import Raw, raw, zip_of, zipped

Build = Callable[[], bytes]

NEIGHBOUR = document(year=2016)
"""A good SBA beside a bad one: it must come through whatever the other one does."""


@dataclass(frozen=True)
class Case:
    """One upload. `ends` is the code of its refusal, or for each member "new", "unchanged", "other" or a code.

    `says` is what the first SBA must say, besides what a sample says; `is_heavy`: its memory is measured in each run.
    """

    name: str
    build: Build
    ends: str | tuple[str, ...]
    says: Mapping[str, Any] = field(default_factory=dict)
    is_heavy: bool = False

    @property
    def family(self) -> str:
        return self.name.partition(":")[0]


CASES: dict[str, Case] = {}


def add(name: str, build: Build, ends: str | tuple[str, ...], says: Mapping[str, Any], is_heavy: bool = False) -> None:
    assert name not in CASES, name
    CASES[name] = Case(name, build, ends, says, is_heavy)


def titled(family: str, build: Build) -> str:
    return f"{family}: {build.__name__.strip('_').replace('_', ' ')}"


def upload(family: str, *ends: str, refused: str = "", is_heavy: bool = False, **says: Any) -> Callable[[Build], Build]:
    """A function that builds a whole upload."""

    def register(build: Build) -> Build:
        add(titled(family, build), build, refused or ends, says, is_heavy)
        return build

    return register


def uploads(family: str, *ends: str, builds: Mapping[str, Build], refused: str = "", **says: Any) -> None:
    """Uploads that all end alike."""
    for name, build in builds.items():
        add(f"{family}: {name}", build, refused or ends, says)


def message(family: str, end: str = "new", is_heavy: bool = False, **says: Any) -> Callable[[Build], Build]:
    """A function that builds one message; it is uploaded with a good neighbour, which is imported."""

    def register(build: Build) -> Build:
        add(titled(family, build), beside_a_neighbour(build), (end, "new"), says, is_heavy)
        return build

    return register


def messages(family: str, end: str = "new", *, builds: Mapping[str, Build], **says: Any) -> None:
    """Messages that all end alike."""
    for name, build in builds.items():
        add(f"{family}: {name}", beside_a_neighbour(build), (end, "new"), says)


def beside_a_neighbour(build: Build) -> Build:
    return lambda: zipped({"a.xbrl": build(), "b.xbrl": NEIGHBOUR})


def neighbour(**changes: Any) -> Raw:
    return raw(**{"name": b"2016/neighbour.xbrl", "content": NEIGHBOUR, **changes})


def with_neighbour(*members: Raw) -> bytes:
    return zip_of(*members, neighbour())
