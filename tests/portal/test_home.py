"""/instellingen/: 'Uw gegevens', when one wants an e-mail, and whether single keys do something."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.models import User

SignIn = Callable[[User], Browser]
URL = reverse("settings")


def test_the_page_shows_ones_own_data_and_the_choice(sign_in: SignIn, bram: User) -> None:
    html = sign_in(bram).get(URL).content.decode()
    for words in ("Bram Jansen", "Lezer", "E-mail bij migratie", "Altijd", "Alleen als er actie nodig is", "Nooit"):
        assert words in html


@pytest.mark.parametrize("choice", User.MailWhen.values)
def test_a_choice_is_kept(sign_in: SignIn, bram: User, anna: User, choice: str) -> None:
    response = sign_in(bram).post(URL, {"mail_when": choice}, follow=True)
    assert "Uw voorkeur is bewaard." in response.content.decode()
    bram.refresh_from_db()
    anna.refresh_from_db()
    assert (bram.mail_when, anna.mail_when) == (choice, User.MailWhen.ALWAYS)


def test_single_keys_do_nothing_until_one_wants_them(sign_in: SignIn, bram: User, anna: User) -> None:
    browser = sign_in(bram)
    assert KEYS not in browser.get(URL).content.decode()
    html = browser.post(URL, {"mail_when": "altijd", "shortcuts": "on"}, follow=True).content.decode()
    assert KEYS in html
    assert '<dialog id="keys"' in html
    assert KEYS not in sign_in(anna).get(URL).content.decode()
    browser.post(URL, {"mail_when": "altijd"})
    assert KEYS not in browser.get(URL).content.decode()


KEYS = "js/keys."


def test_what_is_no_choice_is_refused(sign_in: SignIn, bram: User) -> None:
    response = sign_in(bram).post(URL, {"mail_when": "soms"})
    assert response.status_code == 422
    assert "Er is een probleem" in response.content.decode()
    bram.refresh_from_db()
    assert bram.mail_when == User.MailWhen.ALWAYS


def test_a_form_without_a_choice_says_so(sign_in: SignIn, bram: User) -> None:
    response = sign_in(bram).post(URL, {})
    assert response.status_code == 422
    assert "Er is een probleem" in response.content.decode()


def test_nothing_else_can_be_changed_here(sign_in: SignIn, bram: User) -> None:
    sign_in(bram).post(URL, {"mail_when": "nooit", "role": "beheerder", "name": "Iemand", "office": 999})
    bram.refresh_from_db()
    assert (bram.role, bram.name) == (User.Role.READER, "Bram Jansen")
