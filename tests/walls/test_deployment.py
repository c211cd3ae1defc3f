"""S5: Django finds nothing to warn of in the settings of production."""

import re
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


@pytest.mark.parametrize(
    "weak", [{"HTTPS": "false"}, {"DEBUG": "true"}, {"SECRET_KEY": "kort"}, {"EMAIL_URL": "smtp://naam:geheim@mail"}]
)
def test_a_weak_setting_would_be_found(tmp_path: Path, weak: dict[str, str]) -> None:
    assert checked(tmp_path, **weak).returncode != 0


def test_the_readme_names_every_setting() -> None:
    code = "".join(path.read_text() for app in ("portal", "migration", "sba") for path in (ROOT / app).rglob("*.py"))
    names = set(re.findall(r"""(?:env\.\w+|environ\.get)\("([A-Z_]+)\"""", code))
    assert {"SECRET_KEY", "HTTPS", "MANAGER_PASSWORD"} <= names
    readme = (ROOT / "README.md").read_text()
    assert not [name for name in sorted(names) if f"`{name}`" not in readme]


def test_a_way_to_send_mail_that_nobody_knows_refuses_to_start_and_keeps_the_password_to_itself(tmp_path: Path) -> None:
    refused = checked(tmp_path, EMAIL_URL="smtp+tls://naam:geheim@mail:587")
    assert refused.returncode != 0
    assert "EMAIL_URL" in refused.stderr
    assert "geheim" not in refused.stderr
