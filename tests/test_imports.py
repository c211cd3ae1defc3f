"""Imports point one way, sba → migration → portal, and the readers of files know no Django."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_NOT_IMPORT = {"portal": {"migration", "sba", "tests"}, "migration": {"sba", "tests"}, "sba": {"tests"}}
NOT_OURS = {*sys.stdlib_module_names, "lxml"}
FILES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "migration/files").rglob("*.py"))
PLAIN = (
    *FILES, "sba/reading/concepts.py", "sba/reading/export.py", "sba/reading/message.py", "sba/reading/numbers.py",
    "sba/reading/terms.py", "migration/problems.py",
)  # fmt: skip


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def packages_of(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports_of(path)}


@pytest.mark.parametrize("app", MAY_NOT_IMPORT)
def test_an_app_imports_nothing_above_it(app: str) -> None:
    modules = list((ROOT / app).rglob("*.py"))
    assert modules
    wrong = {str(path): packages_of(path) & MAY_NOT_IMPORT[app] for path in modules}
    assert not {path: names for path, names in wrong.items() if names}


@pytest.mark.parametrize("module", PLAIN)
def test_the_readers_of_files_know_no_django(module: str) -> None:
    assert "django" not in packages_of(ROOT / module)


@pytest.mark.parametrize("module", FILES)
def test_the_readers_of_files_know_nothing_of_ours_but_problems(module: str) -> None:
    """So that any kind of import can read with them."""
    known = ("migration.files", "migration.problems")
    ours = [
        name for name in imports_of(ROOT / module) if name.partition(".")[0] not in {*sys.stdlib_module_names, "lxml"}
    ]
    assert not [name for name in ours if not name.startswith(known)]


def test_nothing_imports_relatively() -> None:
    """One way to write an import, so that the two tests above see all of them."""
    for app in MAY_NOT_IMPORT:
        for path in (ROOT / app).rglob("*.py"):
            froms = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
            assert not [node for node in froms if node.level], path
