"""An unlocked laptop: some minutes after signing in, what outlives the moment asks who sits there."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent, Invitation, User
from tests.factories import PASSWORD
from tests.portal.people.clock import ago, an_hour_later
from tests.portal.people.codes import code_now, with_app

pytestmark = pytest.mark.usefixtures("no_tries")
USERS, INVITE = "/instellingen/gebruikers/", "/instellingen/gebruikers/uitnodiging/"
DIRK = {"name": "Dirk Bos", "email": "dirk@kantoor.example", "role": "uitvoerder"}
NOTHING_DONE = "Er is nog niets gewijzigd of verstuurd: u moest eerst bevestigen dat u het bent."


@pytest.fixture
def browser(sign_in: Any, anna: User) -> Browser:
    """The manager signed in an hour ago."""
    return an_hour_later(sign_in(anna))


@pytest.fixture
def invitation(anna: User) -> Invitation:
    return Invitation.objects.create(office=anna.office, invited_by=anna, sent_at=timezone.now(), **DIRK)


def question(page: str) -> str:
    return f"/bevestigen/?next={page}"


def confirm(browser: Browser, page: str) -> Any:
    """The password, as the page asks for it; where that leads to."""
    return browser.post(question(page), {"password": PASSWORD, "next": page}, follow=True)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def done() -> list[str]:
    return list(AuditEvent.objects.filter(action__startswith="user.").order_by("pk").values_list("action", flat=True))


# --- When one is asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["user_role", "user_block", "user_unblock", "user_one_step"])
def test_nothing_is_done_to_a_colleague_before_the_answer(browser: Browser, bram: User, name: str) -> None:
    with_app(bram)
    page = bram.get_absolute_url()
    assert browser.post(reverse(name, args=[bram.pk]), {"role": "beheerder"})["Location"] == question(page)
    bram.refresh_from_db()
    assert (bram.role, bram.is_active, done()) == (User.Role.READER, True, [])
    assert Authenticator.objects.filter(user=bram).exists()
    assert NOTHING_DONE in words(confirm(browser, page))
    browser.post(reverse(name, args=[bram.pk]), {"role": "beheerder"})
    assert len(done()) == 1


def test_nobody_is_invited_before_the_answer(browser: Browser) -> None:
    assert browser.post(INVITE, DIRK)["Location"] == question(INVITE)
    assert not mail.outbox
    assert not Invitation.objects.exists()


def test_no_invitation_is_sent_again_before_the_answer(browser: Browser, invitation: Invitation) -> None:
    again = reverse("invite_again", args=[invitation.pk])
    assert browser.post(again)["Location"] == question(USERS)
    assert not mail.outbox
    assert NOTHING_DONE in words(confirm(browser, USERS))
    browser.post(again)
    assert len(mail.outbox) == 1


def test_the_pages_that_lead_to_it_ask_too_so_that_nothing_is_typed_in_vain(browser: Browser, bram: User) -> None:
    for page in (INVITE, bram.get_absolute_url()):
        assert browser.get(page)["Location"] == question(page)
    answer = confirm(browser, INVITE)
    assert "Gebruiker uitnodigen" in words(answer)
    assert NOTHING_DONE not in words(answer)


def test_what_only_shows_does_not_ask(browser: Browser, anna: User, invitation: Invitation) -> None:
    assert browser.get(USERS).status_code == 200
    assert browser.get(anna.get_absolute_url()).status_code == 200
    assert "is ingetrokken" in words(browser.post(reverse("withdraw", args=[invitation.pk]), follow=True))


@pytest.mark.parametrize(("minutes", "asks"), [(4.9, False), (5.1, True)])
def test_five_minutes_one_counts_as_present(sign_in: Any, anna: User, minutes: float, asks: bool) -> None:
    browser = sign_in(anna)
    ago(browser, began=minutes)
    assert (browser.get(INVITE).status_code == 302) == asks


def test_an_answer_holds_as_long_and_no_longer(browser: Browser) -> None:
    confirm(browser, INVITE)
    assert browser.get(INVITE).status_code == 200
    an_hour_later(browser)
    assert browser.get(INVITE).status_code == 302


def test_who_signs_in_by_the_front_door_is_not_asked_at_once(client: Browser, anna: User) -> None:
    client.post("/inloggen/", {"login": anna.email, "password": PASSWORD})
    assert client.get(INVITE).status_code == 200


# --- The question -----------------------------------------------------------------------------------------------------


def test_a_wrong_password_opens_nothing(browser: Browser) -> None:
    answer = browser.post(question(INVITE), {"password": "iets-heel-anders-1", "next": INVITE})
    assert "Dit is niet uw wachtwoord." in words(answer)
    assert browser.get(INVITE).status_code == 302


def test_a_code_will_do_as_well(browser: Browser, anna: User) -> None:
    with_app(anna)
    page = words(browser.get(question(INVITE)))
    assert f'href="/bevestigen/code/?next={INVITE.replace("/", "%2F")}">Gebruik een code' in page
    answer = browser.post("/bevestigen/code/", {"code": code_now(), "next": INVITE}, follow=True)
    assert "Gebruiker uitnodigen" in words(answer)


def test_it_says_why_and_where_one_gets_out(browser: Browser) -> None:
    about_users = words(browser.get(question(INVITE)))
    assert "Voordat u iets aan de gebruikers van uw kantoor wijzigt." in about_users
    assert f'<a href="{USERS}">Annuleren</a>' in about_users
    about_oneself = words(browser.get(question("/instellingen/beveiliging/app/")))
    assert "Voordat u iets aan uw beveiliging wijzigt." in about_oneself
    assert '<a href="/instellingen/beveiliging/">Annuleren</a>' in about_oneself


# --- What was typed ---------------------------------------------------------------------------------------------------


def test_what_was_typed_is_there_again_and_is_not_sent_by_itself(browser: Browser) -> None:
    """Who left a question on the screen of a colleague gets no invitation out of the answer."""
    browser.post(INVITE, DIRK)
    answer = confirm(browser, INVITE)
    assert NOTHING_DONE in words(answer)
    assert {field.name: field.value() for field in answer.context["form"]} == DIRK
    assert not mail.outbox
    assert "Dirk Bos" not in words(browser.get(INVITE))
    assert "De uitnodiging is verstuurd" in words(browser.post(INVITE, DIRK, follow=True))


def test_the_role_that_was_chosen_is_still_chosen(browser: Browser, bram: User) -> None:
    browser.post(reverse("user_role", args=[bram.pk]), {"role": "beheerder"})
    answer = confirm(browser, bram.get_absolute_url())
    assert answer.context["forms"]["role"]["role"].value() == "beheerder"
    bram.refresh_from_db()
    assert bram.role == User.Role.READER


def test_it_is_shown_on_the_page_where_it_was_typed_and_on_no_other(browser: Browser, bram: User) -> None:
    browser.post(INVITE, DIRK)
    page = words(confirm(browser, bram.get_absolute_url()))
    assert NOTHING_DONE not in page
    assert "Dirk Bos" not in page
