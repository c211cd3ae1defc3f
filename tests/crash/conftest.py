"""What the crash tests share: exports on disk, and what they lead to when nobody kills anything."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import services
from tests.crash.exports import export
from tests.crash.harness import Site, site

EDITIONS = 3
DOCUMENTS = 1500
SHORT = 500
VERBS = ("retry", "undo")
"""What a user asks of the last run, once it has ended."""

Once = Callable[[str, Callable[[Path], Any]], Any]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """once(name, make): what the first of pytest's processes that needs it makes in a folder, for all of them."""
    own = tmp_path_factory.getbasetemp()
    ours = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made_once(name: str, make: Callable[[Path], Any]) -> Any:
        kept = ours / f"{name}.json"
        with (ours / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_text(json.dumps(make(tmp_path_factory.mktemp(name)), default=str))
        return json.loads(kept.read_text())

    return made_once


@pytest.fixture(scope="session")
def exports(once: Once) -> list[Path]:
    """Editions of one export: each changes a part of the one before, and brings some new documents."""
    return [Path(path) for path in once("exports", lambda folder: editions(folder, EDITIONS, DOCUMENTS))]


@pytest.fixture(scope="session")
def after_each(once: Once, exports: list[Path]) -> list[dict[str, Any]]:
    """What there is after the first of these exports, after the second …, where nothing is killed.

    A later run changes an earlier one too: what fails again asks in the newest alone.
    """
    return list(once("after-each", lambda folder: go_one_by_one(folder, exports)))


@pytest.fixture(scope="session")
def undisturbed(after_each: list[dict[str, Any]]) -> dict[str, Any]:
    """What these exports, one after the other, leave behind where nothing is killed."""
    return after_each[-1]


@pytest.fixture(scope="session")
def taken_back(once: Once, exports: list[Path]) -> dict[str, Any]:
    """What two of them leave behind after a retry and an undo of the last, where nothing is killed."""
    return dict(once("taken-back", lambda folder: go_the_whole_road(folder, exports[:2], *VERBS)))


@pytest.fixture(scope="session")
def short_exports(once: Once) -> list[Path]:
    """The same in small, for tests whose chunks are one document each."""
    return [Path(path) for path in once("short-exports", lambda folder: editions(folder, 2, SHORT))]


@pytest.fixture(scope="session")
def short_taken_back(once: Once, short_exports: list[Path]) -> dict[str, Any]:
    return dict(once("short-taken-back", lambda folder: go_the_whole_road(folder, short_exports, *VERBS)))


def editions(folder: Path, count: int, documents: int) -> list[Path]:
    return [export(folder / f"editie-{edition}.zip", documents, edition) for edition in range(count)]


def go_one_by_one(folder: Path, exports: list[Path]) -> list[dict[str, Any]]:
    with site(folder, "sqlite", services.EMBEDDED) as calm:
        return [calm.content() for path in exports if calm.ask("go", path)]


def go_the_whole_road(folder: Path, exports: list[Path], *verbs: str) -> dict[str, Any]:
    with site(folder, "sqlite", services.EMBEDDED) as calm:
        last = [int(calm.ask("go", path)) for path in exports][-1]
        assert all(calm.ask("act", verb, last, "go") for verb in verbs)
        return calm.content()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Site]:
    """The one-machine site: SQLite, and a broker in the data folder."""
    with site(tmp_path / "site", "sqlite", services.EMBEDDED) as made:
        yield made
