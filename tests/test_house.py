"""The house: how its rooms are built. Who may import whom stands in pyproject.toml (import-linter, in `make check`)."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from migration.kinds.protocol import Kind

ROOT = Path(__file__).parent.parent
APPS = ("portal", "migration", "sba")
MODULES_IN_A_ROOM = 15
MEMBERS_OF_A_KIND = 12
OF_ONE_KIND = re.compile(r"\bsba|aanslag|bezwaar|dagtekening", re.IGNORECASE)
ITS_TABLE = "sba_document"
"""The one name that stays: the table of what was moved down (migration/models/documents.py)."""


def modules() -> Iterator[Path]:
    """Without the migrations of the database: their names are history, and Django wants them side by side."""
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def of_any_kind() -> Iterator[Path]:
    """What the migration is made of, but for the room of the kinds."""
    rooms = ROOT / "migration"
    yield from (path for path in modules() if rooms in path.parents and rooms / "kinds" not in path.parents)
    yield from (path for path in (ROOT / "templates/migration").rglob("*") if path.is_file())


def test_no_room_is_a_hall() -> None:
    rooms = Counter(path.parent for path in modules() if path.name != "__init__.py")
    assert {str(room): count for room, count in rooms.items() if count > MODULES_IN_A_ROOM} == {}


def test_the_migration_knows_no_word_of_one_kind() -> None:
    told = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in of_any_kind()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if OF_ONE_KIND.search(line.replace(ITS_TABLE, ""))
    ]
    assert told == []


def test_a_kind_must_do_little() -> None:
    assert len([name for name in vars(Kind) if not name.startswith("_")]) <= MEMBERS_OF_A_KIND


@pytest.mark.parametrize("app", APPS)
def test_nothing_imports_relatively(app: str) -> None:
    """One way to write an import, so that a search for a name finds all of them."""
    for path in (ROOT / app).rglob("*.py"):
        froms = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        assert not [node for node in froms if node.level], path
