"""Two steps to sign in: an app's code or a recovery code after the password; setting it up, and taking it away."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from portal.models import AuditEvent, User
from portal.people.mfa import SecondStepAdapter
from tests.factories import PASSWORD
from tests.portal.people.codes import SECRET, code_now, recovery_codes, with_app, wrong_code

pytestmark = pytest.mark.usefixtures("no_tries")
CODE_PAGE = "/inloggen/code/"
SECURITY = "/instellingen/beveiliging/"
WRONG = "Deze code klopt niet."
LOCKED_BEFORE = (
    "gAAAAABlU_EA9nTwA3WLAldhbKlp8i_cMGszK_7sDA50unSz9C0BOqyP1jhMUot1WyvjRtSV95GEw264j2S3GOc7rr80p1W_BsbvCnbPsLTAtJhlB63i"
    "N2c="
)
really_committed = pytest.mark.django_db(transaction=True)  # what follows on a commit happens inside the request


def first_step(browser: Browser, user: User, to: str = "") -> Any:
    return browser.post(f"/inloggen/{to}", {"login": user.email, "password": PASSWORD})


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/klanten/").status_code == 200


def confirmed(browser: Browser) -> Browser:
    """The password once more, as every change asks for."""
    assert browser.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return browser


# --- Signing in -------------------------------------------------------------------------------------------------------


def test_a_password_alone_is_not_enough_for_who_has_an_app(client: Browser, anna: User) -> None:
    with_app(anna)
    assert first_step(client, anna)["Location"] == CODE_PAGE
    assert not is_signed_in(client)


def test_the_code_of_the_app_opens_the_page_that_was_asked_for(client: Browser, anna: User) -> None:
    with_app(anna)
    first_step(client, anna, "?next=/instellingen/")
    assert client.post(CODE_PAGE, {"code": code_now()})["Location"] == "/instellingen/"
    assert is_signed_in(client)


def test_who_has_no_passkey_is_not_asked_for_one(client: Browser, anna: User) -> None:
    with_app(anna)
    first_step(client, anna)
    page = client.get(CODE_PAGE).content.decode()
    assert "De zes cijfers uit uw authenticator-app" in page
    assert "Gebruik een passkey" not in page


def test_a_code_works_once(client: Browser, anna: User) -> None:
    with_app(anna)
    code = code_now(periods_ahead=1)
    first_step(client, anna)
    assert client.post(CODE_PAGE, {"code": code}).status_code == 302
    other = Browser()
    first_step(other, anna)
    assert WRONG in other.post(CODE_PAGE, {"code": f"{code[:3]} {code[3:]}"}).content.decode()
    assert not is_signed_in(other)


def test_allauth_forgets_a_used_code_sooner_than_it_refuses_it_and_we_do_not(client: Browser, anna: User) -> None:
    """Three codes count as right at a time, and each of them is remembered for one period only."""
    with_app(anna)
    code = code_now(periods_ahead=1)
    first_step(client, anna)
    client.post(CODE_PAGE, {"code": code})
    cache.delete(f"allauth.mfa.totp.used?user={anna.pk}&code={code}")
    other = Browser()
    first_step(other, anna)
    assert WRONG in other.post(CODE_PAGE, {"code": code}).content.decode()


@pytest.mark.parametrize("ahead", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(client: Browser, anna: User, ahead: int) -> None:
    with_app(anna)
    first_step(client, anna)
    assert client.post(CODE_PAGE, {"code": code_now(periods_ahead=ahead)}).status_code == 302


def test_a_recovery_code_does_as_well_and_once(client: Browser, anna: User) -> None:
    with_app(anna)
    code = recovery_codes(anna)[3]
    first_step(client, anna)
    assert client.post(CODE_PAGE, {"code": f"{code[:4]} {code[4:]}"}).status_code == 302
    assert is_signed_in(client)
    assert len(recovery_codes(anna)) == 9
    other = Browser()
    first_step(other, anna)
    assert WRONG in other.post(CODE_PAGE, {"code": code}).content.decode()


def test_after_five_wrong_codes_even_the_right_one_is_refused(client: Browser, anna: User) -> None:
    with_app(anna)
    first_step(client, anna)
    for _ in range(5):
        assert WRONG in client.post(CODE_PAGE, {"code": wrong_code()}).content.decode()
    assert "Te vaak geprobeerd. Wacht een kwartier" in client.post(CODE_PAGE, {"code": code_now()}).content.decode()
    assert not is_signed_in(client)


def test_another_browser_has_no_tries_left_either_nor_a_recovery_code(client: Browser, anna: User) -> None:
    with_app(anna)
    first_step(client, anna)
    for _ in range(5):
        client.post(CODE_PAGE, {"code": wrong_code()})
    other = Browser(REMOTE_ADDR="192.0.2.7")
    first_step(other, anna)
    assert "Te vaak geprobeerd" in other.post(CODE_PAGE, {"code": recovery_codes(anna)[0]}).content.decode()


def test_wrong_codes_stand_in_the_audit_trail(client: Browser, anna: User) -> None:
    with_app(anna)
    first_step(client, anna)
    client.post(CODE_PAGE, {"code": wrong_code()})
    assert AuditEvent.objects.filter(actor=anna, action="session.failed").count() == 1


def test_the_code_page_is_nothing_without_the_first_step(client: Browser, anna: User) -> None:
    with_app(anna)
    assert client.get(CODE_PAGE)["Location"] == "/inloggen/"
    assert client.post(CODE_PAGE, {"code": code_now()})["Location"] == "/inloggen/"


def test_who_was_blocked_between_the_steps_stays_outside(client: Browser, anna: User) -> None:
    with_app(anna)
    first_step(client, anna)
    anna.block()
    client.post(CODE_PAGE, {"code": code_now()})
    assert not is_signed_in(client)


def test_the_secrets_cannot_be_read_in_the_database(anna: User) -> None:
    with_app(anna)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = str(cursor.fetchall())
    assert SECRET not in stored
    assert all(code not in stored for code in recovery_codes(anna))


def test_what_an_earlier_version_locked_still_opens(settings: Any) -> None:
    """The text is one of version 0.1 with this secret: a second step outlives every rename in the code."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-secret-of-this-test-alone", []
    assert SecondStepAdapter().decrypt(LOCKED_BEFORE) == "JBSWY3DPEHPK3PXP"


def test_an_earlier_secret_of_the_installation_still_opens_them(client: Browser, anna: User, settings: Any) -> None:
    with_app(anna)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [settings.SECRET_KEY]
    first_step(client, anna)
    assert client.post(CODE_PAGE, {"code": code_now()}).status_code == 302


def test_without_it_every_code_is_wrong(client: Browser, anna: User, settings: Any) -> None:
    with_app(anna)
    settings.SECRET_KEY = "n" * 60
    first_step(client, anna)
    for code in (code_now(), code_now("")):
        assert WRONG in client.post(CODE_PAGE, {"code": code}).content.decode()


# --- Setting it up ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"])
def test_every_change_asks_for_the_password_first(sign_in: Any, anna: User, name: str) -> None:
    browser = sign_in(anna)
    asked = browser.get(reverse(name))
    assert unquote(asked["Location"]) == f"/bevestigen/?next={reverse(name)}"
    assert "Bevestig dat u het bent" in browser.get(asked["Location"]).content.decode()
    answer = browser.post(asked["Location"], {"password": "iets-heel-anders-1"})
    assert "Dit is niet uw wachtwoord." in answer.content.decode()
    assert browser.post(asked["Location"], {"password": PASSWORD, "next": reverse(name)})["Location"] == reverse(name)


def test_a_stolen_session_may_guess_the_password_five_times(sign_in: Any, anna: User) -> None:
    browser = sign_in(anna)
    for _ in range(5):
        browser.post("/bevestigen/", {"password": "iets-heel-anders-1"})
    assert "Te vaak geprobeerd" in browser.post("/bevestigen/", {"password": PASSWORD}).content.decode()


def offered(browser: Browser) -> str:
    """The secret that the page shows, for the app."""
    page = confirmed(browser).get(reverse("mfa_activate_totp")).content.decode()
    return re.search(r'class="reference">([A-Z2-7 ]+)<', page)[1].replace(" ", "")


def set_up(browser: Browser) -> str:
    """Goes through the pages as a user does; the app's secret."""
    secret = offered(browser)
    answer = browser.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    return secret


@really_committed
def test_an_app_is_set_up_by_its_first_code(sign_in: Any, anna: User) -> None:
    browser = sign_in(anna)
    secret = set_up(browser)
    page = browser.get(SECURITY).content.decode()
    assert "Uw authenticator-app is ingesteld." in page
    assert "Nog 10 codes" in page
    other = Browser()
    first_step(other, anna)
    assert other.post(CODE_PAGE, {"code": code_now(secret, 1)}).status_code == 302


@really_committed
def test_the_code_that_set_it_up_does_not_sign_in_as_well(sign_in: Any, anna: User) -> None:
    browser = sign_in(anna)
    code = code_now(offered(browser), periods_ahead=1)
    assert browser.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    other = Browser()
    first_step(other, anna)
    assert WRONG in other.post(CODE_PAGE, {"code": code}).content.decode()


def test_the_qr_code_is_part_of_the_page_and_nothing_stands_inline(sign_in: Any, anna: User) -> None:
    page = confirmed(sign_in(anna)).get(reverse("mfa_activate_totp")).content.decode()
    assert re.search(r'<div class="qr"[^>]*><svg[^>]*>.*<path[^>]*\sd="', page, re.S)
    assert "data:" not in page
    assert "style=" not in page


def test_a_wrong_first_code_sets_nothing_up(sign_in: Any, anna: User) -> None:
    browser = confirmed(sign_in(anna))
    browser.get(reverse("mfa_activate_totp"))
    assert WRONG in browser.post(reverse("mfa_activate_totp"), {"code": "123"}).content.decode()
    assert not Authenticator.objects.exists()


@really_committed
def test_a_new_second_step_ends_the_other_sessions_and_is_told(sign_in: Any, anna: User) -> None:
    elsewhere, here = sign_in(anna), sign_in(anna)
    key = here.session.session_key
    set_up(here)
    assert is_signed_in(here)
    assert here.session.session_key != key
    assert not is_signed_in(elsewhere)
    assert AuditEvent.objects.filter(actor=anna, action="mfa.add", subject="authenticator-app").exists()
    assert [message.subject for message in mail.outbox] == ["Er is een authenticator-app ingesteld"]
    assert mail.outbox[0].to == [anna.email]


def test_recovery_codes_can_be_seen_and_taken_along(sign_in: Any, anna: User) -> None:
    with_app(anna)
    browser = confirmed(sign_in(anna))
    first = recovery_codes(anna)[0]
    assert f"{first[:4]} {first[4:]}" in browser.get(reverse("mfa_view_recovery_codes")).content.decode()
    download = browser.get(reverse("mfa_download_recovery_codes"))
    assert download["Content-Disposition"].startswith("attachment")
    assert f"{first[:4]} {first[4:]}" in download.content.decode()
    assert download["Cache-Control"] != "public"


@really_committed
def test_new_recovery_codes_replace_the_old(sign_in: Any, anna: User) -> None:
    with_app(anna)
    old = recovery_codes(anna)
    confirmed(sign_in(anna)).post(reverse("mfa_generate_recovery_codes"))
    assert not set(old) & set(recovery_codes(anna))
    assert AuditEvent.objects.filter(actor=anna, action="mfa.renew").exists()


def test_the_app_goes_and_the_recovery_codes_with_it(sign_in: Any, anna: User, client: Browser) -> None:
    with_app(anna)
    elsewhere, here = sign_in(anna), confirmed(sign_in(anna))
    assert (
        "Uw authenticator-app is verwijderd." in here.post(reverse("mfa_deactivate_totp"), follow=True).content.decode()
    )
    assert not Authenticator.objects.exists()
    assert not is_signed_in(elsewhere)
    assert first_step(client, anna)["Location"] == "/"
    assert set(AuditEvent.objects.filter(action="mfa.remove").values_list("subject", flat=True)) == {
        "authenticator-app",
        "herstelcodes",
    }


def test_one_may_confirm_with_a_code_instead(sign_in: Any, anna: User) -> None:
    with_app(anna)
    browser = sign_in(anna)
    assert "Gebruik een code" in browser.get("/bevestigen/").content.decode()
    assert browser.post("/bevestigen/code/", {"code": code_now(), "next": SECURITY})["Location"] == SECURITY


def test_nobody_removes_the_passkey_of_another(sign_in: Any, anna: User, bram: User) -> None:
    theirs = Authenticator.objects.create(user=bram, type="webauthn", data={"name": "Laptop", "credential": {}})
    browser = confirmed(sign_in(anna))
    assert browser.post(reverse("mfa_remove_webauthn", args=[theirs.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_the_page_says_how_one_signs_in(sign_in: Any, anna: User) -> None:
    browser = sign_in(anna)
    assert "U logt in met alleen een wachtwoord" in browser.get(SECURITY).content.decode()
    with_app(anna)
    page = browser.get(SECURITY).content.decode()
    assert "U logt in met alleen een wachtwoord" not in page
    for heading in ("Wachtwoord", "Authenticator-app", "Passkeys", "Herstelcodes"):
        assert f"<h2>{heading}</h2>" in page
