"""What the crash tests share: exports on disk, and what they lead to when nobody kills anything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import services
from tests.crash.exports import export
from tests.crash.harness import Site, site

EDITIONS = 3
DOCUMENTS = 1500
SHORT = 500


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Editions of one export: each changes a part of the one before, and brings some new documents."""
    folder = tmp_path_factory.mktemp("exports")
    return [export(folder / f"editie-{edition}.zip", DOCUMENTS, edition) for edition in range(EDITIONS)]


@pytest.fixture(scope="session")
def undisturbed(exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What these exports, one after the other, leave behind where nothing is killed."""
    with site(tmp_path_factory.mktemp("undisturbed"), "sqlite", services.EMBEDDED) as calm:
        for path in exports:
            calm.ask("go", path)
        return calm.content()


VERBS = ("retry", "undo")
"""What a user asks of the last run, once it has ended."""


@pytest.fixture(scope="session")
def taken_back(exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What two of them leave behind after a retry and an undo of the last, where nothing is killed."""
    return go_the_whole_road(tmp_path_factory.mktemp("calm"), exports)


@pytest.fixture(scope="session")
def short_exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same in small, for tests whose chunks are one document each."""
    folder = tmp_path_factory.mktemp("short")
    return [export(folder / f"editie-{edition}.zip", SHORT, edition) for edition in range(2)]


@pytest.fixture(scope="session")
def short_taken_back(short_exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return go_the_whole_road(tmp_path_factory.mktemp("calm"), short_exports)


def go_the_whole_road(folder: Path, exports: list[Path]) -> dict[str, Any]:
    with site(folder, "sqlite", services.EMBEDDED) as calm:
        last = [int(calm.ask("go", path)) for path in exports[:2]][-1]
        assert all(calm.ask("act", verb, last, "go") for verb in VERBS)
        return calm.content()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Site]:
    """The one-machine site: SQLite, and a broker in the data folder."""
    with site(tmp_path / "site", "sqlite", services.EMBEDDED) as made:
        yield made
