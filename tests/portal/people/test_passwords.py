"""A forgotten password, and a new one."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from portal.models import AuditEvent, User
from tests.factories import PASSWORD
from tests.mailbox import open_mailbox
from tests.portal.people.codes import with_app

pytestmark = pytest.mark.usefixtures("no_tries")
FORGOTTEN, CHANGE = "/wachtwoord/vergeten/", "/instellingen/beveiliging/wachtwoord/"
NEW = "zeven-paarse-paraplus"


def ask(browser: Browser, email: str = "anna@kantoor.example") -> Any:
    return browser.post(FORGOTTEN, {"email": email}, follow=True)


def without_token(answer: Any) -> str:
    return re.sub(r'("X-CSRFToken": "|name="csrfmiddlewaretoken" value=")\w+', "", answer.content.decode())


def link() -> str:
    return re.search(r"http://localhost:8000(/\S+)", mail.outbox[-1].body)[1]


def set_new(browser: Browser, address: str, password: str = NEW) -> str:
    page = browser.get(address, follow=True)
    fields = {"password1": password, "password2": password}
    return browser.post(page.request["PATH_INFO"], fields, follow=True).content.decode()


def test_the_sign_in_page_leads_to_it(client: Browser, db: None) -> None:
    assert f'href="{FORGOTTEN}"' in client.get("/inloggen/").content.decode()


def test_the_link_in_the_mail_sets_a_new_password_once(client: Browser, anna: User) -> None:
    ask(client)
    address = link()
    assert "Uw wachtwoord is ingesteld" in set_new(client, address)
    assert User.objects.get().check_password(NEW)
    assert "Deze link werkt niet meer" in client.get(address, follow=True).content.decode()
    assert client.post("/inloggen/", {"login": anna.email, "password": NEW}).status_code == 302


def test_the_mail_and_the_page_say_how_long_a_link_works(client: Browser, anna: User, settings: Any) -> None:
    settings.PASSWORD_RESET_TIMEOUT = 2 * 24 * 60 * 60
    ask(client)
    assert "Hij werkt één keer, en 2 dagen lang." in mail.outbox[0].body
    used = link()
    set_new(client, used)
    assert "werkt één keer, en 2 dagen lang" in client.get(used, follow=True).content.decode()


def test_the_mail_is_plain_and_names_nobody(client: Browser, anna: User) -> None:
    ask(client)
    (message,) = mail.outbox
    assert message.to == [anna.email]
    assert message.subject == "Een nieuw wachtwoord instellen"
    assert not getattr(message, "alternatives", [])
    for word in (anna.name, "Beheerder", anna.office.name, "example.com"):
        assert word not in message.body


def test_the_link_leads_to_the_portal_whatever_host_was_asked(client: Browser, anna: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post(FORGOTTEN, {"email": anna.email}, headers={"host": "kwaad.example"})
    assert "kwaad" not in mail.outbox[0].body
    assert "http://localhost:8000/wachtwoord/" in mail.outbox[0].body


def test_the_answer_does_not_tell_whether_the_address_is_known(client: Browser, anna: User) -> None:
    known, unknown = ask(client), ask(Browser(), "niemand@elders.example")
    assert known.redirect_chain == unknown.redirect_chain
    assert without_token(known) == without_token(unknown)
    assert [message.to for message in mail.outbox] == [[anna.email], ["niemand@elders.example"]]  # as much work
    assert "/wachtwoord/" not in mail.outbox[1].body


def test_who_is_blocked_gets_no_link(client: Browser, anna: User) -> None:
    anna.block()
    ask(client)
    assert "/wachtwoord/" not in mail.outbox[0].body


def test_asking_is_written_down(client: Browser, anna: User) -> None:
    ask(client)
    ask(client, "niemand@elders.example")
    assert AuditEvent.objects.filter(action="password.asked").count() == 1
    set_new(client, link_to(anna))
    assert AuditEvent.objects.filter(actor=anna, action="password.reset").exists()


def link_to(user: User) -> str:
    return next(re.search(r"http://localhost:8000(/\S+)", one.body)[1] for one in mail.outbox if one.to == [user.email])


def test_nobody_is_flooded_with_mail(client: Browser, anna: User) -> None:
    for email in ("anna@kantoor.example", "niemand@elders.example"):
        assert [ask(client, email).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert len(mail.outbox) == 6


def test_a_mail_server_that_says_no_changes_nothing_on_the_page(
    client: Browser, anna: User, settings: Any, caplog: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with open_mailbox() as mailbox:
        mailbox.refuses = True
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        assert "Kijk in uw e-mail" in ask(client).content.decode()
    assert "was not taken" in caplog.text
    assert "anna@" not in caplog.text


def test_a_new_password_by_link_ends_every_session(client: Browser, sign_in: Any, anna: User) -> None:
    elsewhere = sign_in(anna)
    ask(client)
    set_new(client, link())
    assert elsewhere.get("/klanten/").status_code == 302


def test_it_does_not_take_the_second_step_away(client: Browser, anna: User) -> None:
    with_app(anna)
    ask(client)
    set_new(client, link())
    answer = client.post("/inloggen/", {"login": anna.email, "password": NEW})
    assert answer["Location"] == "/inloggen/code/"


# --- Changing it ------------------------------------------------------------------------------------------------------


def change(browser: Browser, old: str = PASSWORD, new: str = NEW, again: str = NEW) -> Any:
    return browser.post(CHANGE, {"oldpassword": old, "password1": new, "password2": again}, follow=True)


def test_the_password_can_be_changed(sign_in: Any, anna: User) -> None:
    here, elsewhere = sign_in(anna), sign_in(anna)
    key = here.session.session_key
    assert "Uw wachtwoord is gewijzigd." in change(here).content.decode()
    assert here.get("/klanten/").status_code == 200
    assert here.session.session_key != key
    assert elsewhere.get("/klanten/").status_code == 302
    assert User.objects.get().password.startswith("argon2$")
    assert AuditEvent.objects.filter(actor=anna, action="password.change").exists()
    assert mail.outbox[0].subject == "Uw wachtwoord is gewijzigd"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"old": "iets-heel-anders-1"}, "Dit is niet uw huidige wachtwoord."),
        ({"new": "kort", "again": "kort"}, "Neem minstens 12 tekens."),
        ({"new": "elf-tekens1", "again": "elf-tekens1"}, "Neem minstens 12 tekens."),
        ({"again": "zeven-paarse-parasols"}, "De twee wachtwoorden zijn niet gelijk."),
    ],
)
def test_what_is_wrong_with_it_is_said(sign_in: Any, anna: User, fields: dict[str, str], words: str) -> None:
    page = change(sign_in(anna), **fields).content.decode()
    assert "Er is een probleem" in page
    assert words in page
    assert User.objects.get().check_password(PASSWORD)


def test_guessing_the_old_password_counts_as_trying_to_sign_in(sign_in: Any, anna: User, client: Browser) -> None:
    browser = sign_in(anna)
    for _ in range(5):
        change(browser, old="iets-heel-anders-1")
    answer = client.post("/inloggen/", {"login": anna.email, "password": PASSWORD})
    assert "Te vaak geprobeerd" in answer.content.decode()


def test_the_limit_cannot_be_passed_by_naming_another_port(client: Browser, anna: User) -> None:
    for port in range(8001, 8006):
        client.post("/inloggen/", {"login": anna.email, "password": "x"}, headers={"host": f"localhost:{port}"})
    answer = client.post("/inloggen/", {"login": anna.email, "password": PASSWORD}, headers={"host": "localhost:9000"})
    assert "Te vaak geprobeerd" in answer.content.decode()
