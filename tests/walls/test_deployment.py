"""S5: Django finds nothing to warn of in the settings of production."""

import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.walls.production import environment
from tests.walls.test_writes import ROOT

MANAGE = [sys.executable, "manage.py"]
CHECK = [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"]
Checked = Callable[..., "subprocess.CompletedProcess[str]"]


def run(command: list[str], folder: Path, **changes: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=ROOT, env=environment(folder, **changes), capture_output=True, text=True)


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The step of the README that comes before the check."""
    folder = tmp_path_factory.mktemp("data")
    run([*MANAGE, "collectstatic", "--noinput"], folder)
    return folder / "static"


@pytest.fixture
def checked(tmp_path: Path, static: Path) -> Checked:
    (tmp_path / "static").symlink_to(static)
    return partial(run, CHECK, tmp_path)


def test_the_settings_of_production_are_clean(checked: Checked) -> None:
    found = checked()
    assert found.returncode == 0, found.stderr


def test_a_portal_without_collected_files_would_be_found(tmp_path: Path) -> None:
    found = run(CHECK, tmp_path)
    assert found.returncode != 0
    assert re.findall(r"portal\.\w+", found.stderr) == ["portal.E004"]
    assert "collectstatic" in found.stderr


@pytest.mark.parametrize(
    "weak", [{"HTTPS": "false"}, {"DEBUG": "true"}, {"SECRET_KEY": "kort"}, {"EMAIL_URL": "smtp://naam:geheim@mail"}]
)
def test_a_weak_setting_would_be_found(checked: Checked, weak: dict[str, str]) -> None:
    assert checked(**weak).returncode != 0


def test_the_readme_names_every_setting() -> None:
    code = "".join(path.read_text() for app in ("portal", "migration", "sba") for path in (ROOT / app).rglob("*.py"))
    names = set(re.findall(r"""(?:env\.\w+|environ\.get)\("([A-Z_]+)\"""", code))
    assert {"SECRET_KEY", "HTTPS", "MANAGER_PASSWORD"} <= names
    readme = (ROOT / "README.md").read_text()
    assert not [name for name in sorted(names) if f"`{name}`" not in readme]
