import pytest
from django.urls import NoReverseMatch, reverse

from portal.models import AuditEvent
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("no_tries")
MISMATCH = "Het e-mailadres en het wachtwoord horen niet bij elkaar."


def try_to_sign_in(client, email="anna@kantoor.example", password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page(client):
    assert client.get("/klanten/").headers["Location"] == "/inloggen/?next=/klanten/"


def test_a_part_asked_for_after_the_session_ended_reloads_the_page(client):
    answer = client.get("/klanten/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert not answer.content


def test_the_sign_in_page_speaks_dutch(client):
    page = client.get(reverse("account_login")).content.decode()
    for words in ("E-mailadres", "Wachtwoord", "Inloggen", '<html lang="nl">'):
        assert words in page


def test_the_right_password_opens_the_list_of_clients(client, anna):
    answer = try_to_sign_in(client)
    assert answer.headers["Location"] == "/"
    assert "Anna de Vries" in client.get("/", follow=True).content.decode()


def test_capitals_in_the_address_do_not_matter(client, anna):
    assert try_to_sign_in(client, email="Anna@Kantoor.Example").status_code == 302


def test_signing_in_is_written_down(client, anna):
    try_to_sign_in(client)
    assert AuditEvent.objects.visible_to(anna).filter(actor=anna, action="session.begin").count() == 1


def test_signing_in_changes_the_session(client, anna):
    client.get(reverse("account_login"))
    before = client.session.session_key
    try_to_sign_in(client)
    assert client.session.session_key != before


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, anna):
    wrong = try_to_sign_in(client, password="iets-heel-anders-1")
    unknown = try_to_sign_in(client, email="niemand@kantoor.example")
    for answer in (wrong, unknown):
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "Er is een probleem" in page
        assert MISMATCH in page


def test_an_empty_form_names_both_fields_and_leads_to_them(client):
    page = client.post(reverse("account_login"), {}).content.decode()
    assert '<a href="#id_login">Vul uw e-mailadres in.</a>' in page
    assert '<a href="#id_password">Vul uw wachtwoord in.</a>' in page
    assert 'aria-describedby="id_login_error"' in page


def test_after_five_wrong_tries_even_the_right_password_is_refused(client, anna):
    for _ in range(5):
        assert MISMATCH in try_to_sign_in(client, password="iets-heel-anders-1").content.decode()
    answer = try_to_sign_in(client)
    assert answer.status_code == 200
    assert "Te vaak geprobeerd. Wacht een kwartier" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_colleague_can_still_sign_in_then(client, anna, bram):
    for _ in range(6):
        try_to_sign_in(client, password="iets-heel-anders-1")
    assert try_to_sign_in(client, email=bram.email).status_code == 302


def test_someone_who_left_cannot_sign_in(client, anna):
    anna.is_active = False
    anna.save()
    assert try_to_sign_in(client).headers["Location"] == reverse("account_inactive")
    assert "Uw account is niet actief" in client.get(reverse("account_inactive")).content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_out_takes_a_post(sign_in, anna):
    browser = sign_in(anna)
    assert "Wilt u uitloggen?" in browser.get(reverse("account_logout")).content.decode()
    assert browser.get("/klanten/").status_code == 200
    assert "U bent uitgelogd." in browser.post(reverse("account_logout"), follow=True).content.decode()
    assert browser.get("/klanten/").status_code == 302


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "account_set_password", "mfa_trust", "mfa_signup_webauthn"]
)
def test_the_rest_of_allauth_cannot_be_reached(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)
