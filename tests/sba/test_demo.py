"""The demo office: its password may come from the environment, or from a file as every other secret."""

from pathlib import Path

import pytest

from portal.models import User
from sba.samples import demo


@pytest.fixture(autouse=True)
def _without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEMO_PASSWORD", "DEMO_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_the_demo_has_a_password_of_its_own() -> None:
    assert demo.password() == demo.PASSWORD


@pytest.mark.django_db
def test_the_password_of_the_demo_can_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("zeven-paarse-paraplus\n")
    monkeypatch.setenv("DEMO_PASSWORD_FILE", str(tmp_path / "password"))
    demo.make_offices(tmp_path / "a.zip", tmp_path / "b.zip")
    assert all(user.check_password("zeven-paarse-paraplus") for user in User.objects.all())
