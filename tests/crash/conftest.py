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


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Site]:
    """The one-machine site: SQLite, and a broker in the data folder."""
    with site(tmp_path / "site", "sqlite", services.EMBEDDED) as made:
        yield made
