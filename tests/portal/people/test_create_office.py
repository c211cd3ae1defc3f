import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal.models import Office, User

pytestmark = pytest.mark.django_db


def create_office(slug="nieuw", name="Nieuw Kantoor", manager="Dirk@Nieuw.example"):
    call_command("create_office", slug, name=name, manager=manager)


@pytest.fixture
def link(capsys, monkeypatch):
    monkeypatch.delenv("MANAGER_PASSWORD", raising=False)
    create_office()
    return re.search(r"https?://[^/]+(/\S+)", capsys.readouterr().out)[1]


def test_the_office_gets_its_first_manager(monkeypatch):
    monkeypatch.setenv("MANAGER_PASSWORD", "zeven-paarse-paraplus")
    create_office()
    manager = User.objects.get(email="dirk@nieuw.example")
    assert manager.office.name == "Nieuw Kantoor"
    assert manager.role == User.Role.MANAGER
    assert manager.check_password("zeven-paarse-paraplus")


def test_no_password_is_printed(monkeypatch, capsys):
    monkeypatch.setenv("MANAGER_PASSWORD", "zeven-paarse-paraplus")
    create_office()
    assert "paraplus" not in capsys.readouterr().out


def test_the_password_may_stand_in_a_file(monkeypatch, tmp_path):
    (tmp_path / "password").write_text("zeven-paarse-paraplus\n")
    monkeypatch.delenv("MANAGER_PASSWORD", raising=False)
    monkeypatch.setenv("MANAGER_PASSWORD_FILE", str(tmp_path / "password"))
    create_office()
    assert User.objects.get(email="dirk@nieuw.example").check_password("zeven-paarse-paraplus")


def test_a_weak_password_is_refused_and_nothing_is_made(monkeypatch):
    monkeypatch.setenv("MANAGER_PASSWORD", "kort")
    with pytest.raises(CommandError, match="wachtwoord"):
        create_office()
    assert not Office.objects.exists()


def test_without_a_password_a_link_is_printed_that_works_once(client, link):
    page = client.get(link, follow=True)
    assert "Nieuw wachtwoord, nogmaals" in page.content.decode()
    answer = client.post(
        page.request["PATH_INFO"],
        {"password1": "zeven-paarse-paraplus", "password2": "zeven-paarse-paraplus"},
        follow=True,
    )
    assert "Uw wachtwoord is ingesteld" in answer.content.decode()
    assert User.objects.get().check_password("zeven-paarse-paraplus")
    assert "Deze link werkt niet meer" in client.get(link, follow=True).content.decode()


def test_the_first_password_must_be_a_good_one(client, link):
    page = client.get(link, follow=True)
    answer = client.post(page.request["PATH_INFO"], {"password1": "kort", "password2": "kort"})
    assert "Er is een probleem" in answer.content.decode()
    assert not User.objects.get().has_usable_password()


def test_nobody_signs_in_before_the_link_was_used(client, link):
    answer = client.post(reverse("account_login"), {"login": "dirk@nieuw.example", "password": "iets"})
    assert "_auth_user_id" not in client.session
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "met spatie"},
        {"manager": "geen-adres"},
        {"name": ""},
        {"slug": "kantoor"},
        {"manager": "anna@kantoor.example"},
    ],
)
def test_what_is_wrong_or_taken_is_refused(wrong, anna):
    with pytest.raises(CommandError):
        create_office(**wrong)
    assert Office.objects.count() == 1
    assert User.objects.count() == 1
