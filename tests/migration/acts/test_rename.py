"""A migration can be given a name, sooner or later; it stands wherever the migration is told apart from others."""

import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import runs as acts
from migration.models import Run
from portal.models import AuditEvent, User
from tests.migration.conftest import SignIn

pytestmark = pytest.mark.django_db

NAME = "Export 2024 Zwolle"


def address(run: Run) -> str:
    return reverse("migration:rename", args=[run.pk])


def read(browser: Browser, url: str) -> str:
    response: Any = browser.get(url, follow=True)
    whole = b"".join(response.streaming_content) if response.streaming else response.content
    return str(whole.decode("utf-8-sig"))


@pytest.fixture
def named(partly: Run, olga: User) -> Run:
    assert acts.rename(partly, olga, NAME)
    return partly


def test_an_uitvoerder_gives_it_on_the_page_of_the_run(browser: Browser, partly: Run) -> None:
    assert "Geef deze migratie een naam" in read(browser, partly.get_absolute_url())
    page = browser.post(address(partly), {"name": f"  {NAME}\u2028 "}, follow=True).content.decode()
    assert "De naam van deze migratie is bewaard." in page
    assert f"<strong>{NAME}</strong>" in page
    assert "Naam wijzigen" in page
    partly.refresh_from_db()
    assert partly.name == NAME


@pytest.mark.parametrize("fixture", ["ready", "refused", "perfect"])
def test_any_run_can_have_one(browser: Browser, fixture: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(fixture)
    browser.post(address(run), {"name": NAME})
    assert f"<strong>{NAME}</strong>" in read(browser, run.get_absolute_url())


def test_it_is_asked_in_a_dialog_or_on_a_page_of_its_own(browser: Browser, named: Run) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        form = browser.get(address(named), headers=headers).content.decode()
        assert f'value="{NAME}"' in form
        assert ("<html" in form) is not headers


def test_who_gave_it_stands_in_the_history_and_in_the_audit_trail(
    browser: Browser, sign_in: SignIn, anna: User, olga: User, named: Run
) -> None:
    event = AuditEvent.objects.get(action="run.rename")
    assert (event.actor, event.subject) == (olga, named.reference)
    browser.post(address(named), {"name": NAME})
    assert AuditEvent.objects.filter(action="run.rename").count() == 1
    browser.post(address(named), {"name": " "})
    named.refresh_from_db()
    assert named.name == ""
    history = read(sign_in(anna), reverse("migration:history", args=[named.pk])).replace("&#x27;", "'")
    assert f"{olga.name} gaf deze migratie de naam '{NAME}'." in history
    assert f"{olga.name} haalde de naam '{NAME}' van deze migratie weg." in history


def test_a_reader_sees_it_and_cannot_give_one(sign_in: SignIn, bram: User, named: Run) -> None:
    page = read(sign_in(bram), named.get_absolute_url())
    assert NAME in page
    assert address(named) not in page
    assert sign_in(bram).post(address(named), {"name": "Anders"}).status_code == 403


def test_a_name_that_is_too_long_is_refused(browser: Browser, partly: Run) -> None:
    answer = browser.post(address(partly), {"name": "x" * 101})
    assert answer.status_code == 422
    assert "Maak de naam korter: hij mag 100 tekens lang zijn." in answer.content.decode()


def test_a_number_in_it_is_masked_before_it_is_stored(browser: Browser, partly: Run) -> None:
    browser.post(address(partly), {"name": "Jansen 123456782 " + "x" * 80})
    partly.refresh_from_db()
    assert partly.name.startswith("Jansen •••••6782 x")
    assert not AuditEvent.objects.filter(subject__contains="123456782").exists()
    assert "123456782" not in str(list(partly.log_lines.values()))


@pytest.mark.parametrize("name", ["overview", "report", "download_overview", "download_json"])
def test_it_stands_wherever_the_run_does(browser: Browser, named: Run, name: str) -> None:
    arguments = [] if "overview" in name else [named.pk]
    assert NAME in read(browser, reverse(f"migration:{name}", args=arguments))


def test_the_json_tells_it_by_itself(browser: Browser, named: Run) -> None:
    told = json.loads(read(browser, reverse("migration:download_json", args=[named.pk])))
    assert told["run"]["name"] == NAME


@pytest.mark.parametrize("words", ["zwolle", "Export 2024", NAME])
def test_a_migration_is_found_by_it(browser: Browser, named: Run, words: str) -> None:
    page = browser.post(reverse("migration:find"), {"q": words}, follow=True).content.decode()
    assert named.get_absolute_url() in page
    assert NAME in page


def test_the_name_of_another_office_is_not_found(sign_in: SignIn, carla: User, named: Run) -> None:
    page = sign_in(carla).post(reverse("migration:find"), {"q": "Zwolle"}, follow=True).content.decode()
    assert named.get_absolute_url() not in page
    assert sign_in(carla).post(address(named), {"name": "x"}).status_code == 404
