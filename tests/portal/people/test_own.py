"""What one may change about oneself: the name, and where one is signed in."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.models import AuditEvent, User
from tests.factories import PASSWORD
from tests.portal.people.clock import an_hour_later

pytestmark = pytest.mark.usefixtures("no_tries")
NAME = reverse("own_name")
SECURITY = reverse("security")
ELSEWHERE, EVERYWHERE = reverse("sign_out_elsewhere"), reverse("sign_out_everywhere")


def audit() -> list[tuple[str, str]]:
    events = AuditEvent.objects.exclude(action="session.begin").order_by("pk")
    return list(events.values_list("action", "subject"))


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/klanten/").status_code == 200


# --- The name ---------------------------------------------------------------------------------------------------------


def test_everybody_may_change_their_own_name(sign_in: Any, bram: User, anna: User) -> None:
    browser = sign_in(bram)
    assert NAME in browser.get(reverse("settings")).content.decode()
    assert 'value="Bram Jansen"' in browser.get(NAME).content.decode()
    page = browser.post(NAME, {"name": " Bram \u200b de\nWit "}, follow=True).content.decode()
    assert "Uw naam is gewijzigd." in page
    assert "<span>Bram de Wit</span>" in page
    bram.refresh_from_db()
    anna.refresh_from_db()
    assert (bram.name, anna.name) == ("Bram de Wit", "Anna de Vries")
    assert audit() == [("user.name", "Bram Jansen → Bram de Wit")]


def test_the_same_name_once_more_leaves_no_line(sign_in: Any, bram: User) -> None:
    sign_in(bram).post(NAME, {"name": "Bram Jansen"})
    assert audit() == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "Vul uw naam in."),
        ("\u200b \n", "Vul uw naam in."),
        ("x" * 201, "ten hoogste 200"),
        ("Bram\u202eWit", "U+202E"),
    ],
)
def test_what_is_no_name_is_refused(sign_in: Any, bram: User, name: str, why: str) -> None:
    answer = sign_in(bram).post(NAME, {"name": name})
    assert (answer.status_code, why in answer.content.decode()) == (422, True)
    bram.refresh_from_db()
    assert bram.name == "Bram Jansen"


def test_a_number_in_a_name_is_masked_before_it_is_stored(sign_in: Any, bram: User) -> None:
    sign_in(bram).post(NAME, {"name": "Bram 123456782"})
    bram.refresh_from_db()
    assert bram.name == "Bram •••••6782"
    assert "123456782" not in str(audit())


# --- Where one is signed in -------------------------------------------------------------------------------------------


@pytest.fixture
def here(sign_in: Any, bram: User) -> Browser:
    browser: Browser = sign_in(bram)
    return browser


@pytest.fixture
def there(here: Browser, bram: User) -> Browser:
    """The same user on another device."""
    browser = Browser()
    browser.post("/inloggen/", {"login": bram.email, "password": PASSWORD})
    assert is_signed_in(browser)
    return browser


def test_all_other_devices_can_be_signed_out(here: Browser, there: Browser, bram: User) -> None:
    page = here.post(ELSEWHERE, follow=True).content.decode()
    assert "U bent op alle andere apparaten uitgelogd." in page
    assert (is_signed_in(here), is_signed_in(there)) == (True, False)
    assert audit() == [("session.end_others", bram.email)]


def test_all_devices_can_be_signed_out(here: Browser, there: Browser, bram: User) -> None:
    page = here.post(EVERYWHERE, follow=True).content.decode()
    assert "U bent overal uitgelogd." in page
    assert (is_signed_in(here), is_signed_in(there)) == (False, False)
    assert audit() == [("session.end_all", bram.email), ("session.end", bram.email)]


def test_nobody_else_is_signed_out(here: Browser, sign_in: Any, anna: User) -> None:
    colleague = Browser()
    colleague.force_login(anna)
    here.post(EVERYWHERE)
    assert is_signed_in(colleague)


@pytest.mark.parametrize("address", [ELSEWHERE, EVERYWHERE])
def test_who_found_an_open_laptop_is_asked_first(here: Browser, there: Browser, address: str) -> None:
    an_hour_later(here)
    assert here.post(address)["Location"] == f"/bevestigen/?next={SECURITY}"
    assert (is_signed_in(here), is_signed_in(there)) == (True, True)
    assert audit() == []
    page = here.post(f"/bevestigen/?next={SECURITY}", {"password": PASSWORD, "next": SECURITY}, follow=True)
    assert "Er is nog niets gewijzigd of verstuurd" in page.content.decode()
    here.post(address)
    assert not is_signed_in(there)


def test_the_page_offers_both(here: Browser) -> None:
    page = here.get(SECURITY).content.decode()
    assert f'action="{ELSEWHERE}"' in page
    assert f'action="{EVERYWHERE}"' in page
