"""S5: Django finds nothing to warn of in the settings of production."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.walls.production import environment
from tests.walls.test_writes import ROOT

CHECK = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]


def checked(folder: Path, **changes: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(CHECK, cwd=ROOT, env=environment(folder, **changes), capture_output=True, text=True)


def test_the_settings_of_production_are_clean(tmp_path: Path) -> None:
    found = checked(tmp_path)
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("weak", [{"HTTPS": "false"}, {"DEBUG": "true"}, {"SECRET_KEY": "kort"}])
def test_a_weak_setting_would_be_found(tmp_path: Path, weak: dict[str, str]) -> None:
    assert checked(tmp_path, **weak).returncode != 0
