"""How long a session lasts, what keeps it alive, and what survives it."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from migration.pages import wizard
from portal.models import User
from portal.people import sessions
from tests.factories import PASSWORD
from tests.portal.people.clock import ago

pytestmark = pytest.mark.usefixtures("no_tries")
ENDED = "Uw sessie is verlopen. Log opnieuw in; uw keuzes zijn bewaard."
POLL = {"HX-Request": "true", "HX-Trigger": "runs", "HX-Target": "runs"}
PRESSED = {"HX-Request": "true", "HX-Trigger": "tab-bezig", "HX-Target": "runs"}


def last_seen(browser: Browser) -> float:
    return time.time() - browser.session[sessions.SEEN]


def answers(browser: Browser) -> Any:
    return browser.session.get(wizard.KEY)


@pytest.fixture
def browser(sign_in: Any, anna: User) -> Browser:
    signed_in: Browser = sign_in(anna)
    return signed_in


@pytest.fixture
def with_answers(browser: Browser) -> Browser:
    browser.post(reverse("migration:wizard_prepare"))
    assert answers(browser)["prepared"]
    return browser


def sign_in_again(browser: Browser, user: User) -> Any:
    return browser.post("/inloggen/", {"login": user.email, "password": PASSWORD})


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 302)])
def test_after_half_an_hour_without_a_sign_of_life_it_is_over(browser: Browser, minutes: int, status: int) -> None:
    ago(browser, seen=minutes)
    assert browser.get("/klanten/").status_code == status


@pytest.mark.parametrize(("minutes", "status"), [(12 * 60 - 1, 200), (12 * 60 + 1, 302)])
def test_after_twelve_hours_it_is_over_however_busy(browser: Browser, minutes: int, status: int) -> None:
    ago(browser, began=minutes, seen=0)
    assert browser.get("/klanten/").status_code == status


def test_both_can_be_set(browser: Browser, settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES = 5
    ago(browser, seen=6)
    assert browser.get("/klanten/").status_code == 302


def test_a_page_keeps_it_alive_and_costs_a_write_once_a_minute(browser: Browser) -> None:
    ago(browser, seen=20)
    browser.get("/klanten/")
    assert last_seen(browser) < 5
    ago(browser, seen=0.5)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        browser.get("/klanten/")
    assert not [query for query in queries if "UPDATE" in query["sql"]]


def test_a_page_that_asks_by_itself_does_not_keep_it_alive(browser: Browser) -> None:
    ago(browser, seen=29)
    assert browser.get(reverse("migration:overview"), headers=POLL).status_code == 200
    assert last_seen(browser) > 28 * 60
    browser.get(reverse("migration:overview"), headers=PRESSED)
    assert last_seen(browser) < 5


def test_every_part_that_polls_asks_for_itself() -> None:
    """That is how `sessions.asks_by_itself` knows it."""
    polling = [
        tag
        for path in (Path(__file__).parents[3] / "templates").rglob("*.html")
        for tag in re.findall(r"<[a-z][^>]*>", path.read_text())
        if 'hx-trigger="every' in tag
    ]
    assert len(polling) >= 3
    assert all('hx-target="this"' in tag and ' id="' in tag for tag in polling)


def test_a_poll_that_meets_the_end_reloads_the_page(browser: Browser) -> None:
    ago(browser, seen=31)
    answer = browser.get(reverse("migration:overview"), headers=POLL)
    assert answer.headers["HX-Refresh"] == "true"
    assert ENDED in browser.get("/inloggen/").content.decode()


def test_the_sign_in_page_says_so_and_leads_back(browser: Browser, anna: User) -> None:
    ago(browser, seen=31)
    answer = browser.get("/instellingen/?a=1", follow=True)
    assert answer.redirect_chain == [("/inloggen/?next=/instellingen/%3Fa%3D1", 302)]
    assert ENDED in answer.content.decode()
    back = browser.post("/inloggen/?next=/instellingen/%3Fa%3D1", {"login": anna.email, "password": PASSWORD})
    assert back["Location"] == "/instellingen/?a=1"
    browser.post("/uitloggen/")
    assert ENDED not in browser.get("/inloggen/").content.decode()


def test_who_was_never_signed_in_reads_nothing_of_the_kind(client: Browser, db: None) -> None:
    assert ENDED not in client.get("/klanten/", follow=True).content.decode()


def test_the_answers_of_the_wizard_are_back_for_the_same_user(with_answers: Browser, anna: User) -> None:
    ago(with_answers, seen=31)
    with_answers.get("/klanten/")
    assert answers(with_answers) is None
    sign_in_again(with_answers, anna)
    assert answers(with_answers)["prepared"]


def test_nobody_else_gets_them(with_answers: Browser, bram: User, anna: User) -> None:
    ago(with_answers, seen=31)
    with_answers.get("/klanten/")
    sign_in_again(with_answers, bram)
    assert answers(with_answers) is None
    with_answers.post("/uitloggen/")
    sign_in_again(with_answers, anna)
    assert answers(with_answers) is None


def test_who_signs_out_leaves_nothing_behind(with_answers: Browser, anna: User) -> None:
    with_answers.post("/uitloggen/")
    sign_in_again(with_answers, anna)
    assert answers(with_answers) is None


def test_nothing_else_of_the_session_survives(browser: Browser) -> None:
    session = browser.session
    session["mfa.totp.secret"] = "geheim"
    session.save()
    ago(browser, seen=31)
    browser.get("/klanten/")
    assert "geheim" not in str(dict(browser.session))
    assert set(browser.session.keys()) <= {sessions.ENDED, sessions.ASIDE}


def test_the_old_key_opens_nothing_any_more(browser: Browser) -> None:
    key = browser.session.session_key
    ago(browser, seen=31)
    browser.get("/klanten/")
    assert browser.session.session_key != key
    assert not Session.objects.filter(pk=key).exists()


def test_a_form_that_meets_the_end_leads_to_sign_in_and_back_to_its_page(browser: Browser) -> None:
    page = f"http://testserver{reverse('migration:wizard_options')}?a=1"
    ago(browser, seen=31)
    answer = browser.post(reverse("migration:wizard_cancel"), headers={"referer": page})
    assert answer["Location"] == f"/inloggen/?next={reverse('migration:wizard_options')}%3Fa%3D1"


@pytest.mark.parametrize("page", ["", "https://kwaad.example/inloggen/", "//kwaad.example/"])
def test_a_form_from_elsewhere_leads_to_the_begin(client: Browser, page: str, db: None) -> None:
    answer = client.post(reverse("migration:wizard_cancel"), headers={"referer": page})
    assert answer["Location"] == "/inloggen/?next=/"


def test_an_upload_that_meets_the_end_is_answered(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(b"PK" + bytes(100_000))
    ago(browser, seen=31)
    with file.open("rb") as upload:
        plain = browser.post(reverse("migration:wizard_file"), {"file": upload})
    assert plain["Location"].startswith("/inloggen/")
    with file.open("rb") as upload:
        scripted = browser.post(reverse("migration:wizard_file"), {"file": upload}, headers={"HX-Request": "true"})
    assert scripted["HX-Refresh"] == "true"


def test_blocking_ends_every_session_for_good(browser: Browser, anna: User) -> None:
    anna.block()
    assert browser.get("/klanten/").status_code == 302
    anna.unblock()
    assert browser.get("/klanten/").status_code == 302


def test_the_cookie_goes_with_the_browser_and_the_row_after_twelve_hours(client: Browser, anna: User) -> None:
    answer = sign_in_again(client, anna)
    assert answer.cookies["session"]["max-age"] == ""
    row = Session.objects.get(pk=client.session.session_key)
    assert row.expire_date <= timezone.now() + timezone.timedelta(hours=12)


def test_clearsessions_removes_what_is_over(browser: Browser) -> None:
    Session.objects.update(expire_date=timezone.now() - timezone.timedelta(minutes=1))
    call_command("clearsessions")
    assert not Session.objects.exists()


# --- How long is left -------------------------------------------------------------------------------------------------


def left_on(page: Any) -> str:
    return re.search(r'data-left="([^"]*)"', page.content.decode())[1]  # type: ignore[index]


def test_every_page_knows_how_long_the_session_lasts(browser: Browser) -> None:
    ago(browser, seen=20)
    page = browser.get("/klanten/")
    assert left_on(page) in ("1800", "1799")  # that it is asked for is a sign of life
    assert page["Session-Left"] in ("1800", "1799")
    assert 'data-before="120"' in page.content.decode()


def test_a_sign_of_life_that_is_not_written_down_is_not_counted_on(browser: Browser) -> None:
    ago(browser, seen=0.5)
    page = browser.get("/klanten/")
    assert 1765 <= int(left_on(page)) <= 1770
    assert 1765 <= int(page["Session-Left"]) <= 1770


def test_news_that_a_page_asks_by_itself_tells_what_is_left_and_adds_nothing(browser: Browser) -> None:
    ago(browser, seen=28)
    for _ in range(2):
        assert 110 <= int(browser.get(reverse("migration:overview"), headers=POLL)["Session-Left"]) <= 120


def test_the_last_of_it_is_told_apart(browser: Browser) -> None:
    ago(browser, began=12 * 60 - 2, seen=0)
    assert re.fullmatch(r"1\d\d last", browser.get("/klanten/")["Session-Left"])


def test_no_page_before_is_one_of_another_site(browser: Browser) -> None:
    for page in ("http://testserver//elders.example/", "http://testserver////elders.example/"):
        answer = browser.post(reverse("stay"), headers={"referer": page})
        assert answer["Location"] == "/elders.example/"


def test_who_wants_to_stay_stays(browser: Browser) -> None:
    ago(browser, seen=29)
    answer = browser.post("/sessie/", headers={"HX-Request": "true"})
    assert (answer.status_code, int(answer["Session-Left"]) > 1790) == (204, True)
    assert last_seen(browser) < 5
    assert (
        browser.post("/sessie/", headers={"referer": "http://testserver/klanten/?q=x"})["Location"] == "/klanten/?q=x"
    )


def test_a_short_session_notes_signs_of_life_more_often(browser: Browser, settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES = 0.5
    ago(browser, seen=0.4)
    page = browser.get("/klanten/")
    assert last_seen(browser) < 5
    assert 'data-before="15"' in page.content.decode()


def test_who_is_not_signed_in_is_told_nothing(client: Browser, db: None) -> None:
    page = client.get("/inloggen/")
    assert "Session-Left" not in page
    assert 'id="idle"' not in page.content.decode()
