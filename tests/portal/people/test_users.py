"""'Gebruikers': inviting, roles, blocking, and helping who lost the second step."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.core.ratelimit import consume
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent, Invitation, User
from portal.people import colleagues, invitations
from tests.factories import PASSWORD, UserFactory
from tests.portal.people.codes import with_app

pytestmark = pytest.mark.usefixtures("no_tries")
URL, INVITE = "/instellingen/gebruikers/", "/instellingen/gebruikers/uitnodiging/"
NEW = "zeven-paarse-paraplus"
OFTEN = "Aan dit adres is het afgelopen uur al een paar keer een uitnodiging verstuurd."


def invite(browser: Browser, email: str = "Dirk@Kantoor.example", **fields: str) -> Any:
    return browser.post(INVITE, {"name": "Dirk Bos", "email": email, "role": "uitvoerder", **fields}, follow=True)


def link(number: int = -1) -> str:
    return re.search(r"http://localhost:8000(/uitnodiging/\S+)", mail.outbox[number].body)[1]


def accept(address: str, password: str = NEW) -> Any:
    return Browser().post(address, {"password1": password, "password2": password}, follow=True)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def manager(sign_in: Any, anna: User) -> Browser:
    browser: Browser = sign_in(anna)
    return browser


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_the_office_and_nobody_else(manager: Browser, anna: User, bram: User, carla: User) -> None:
    with_app(bram)
    page = words(manager.get(URL))
    for word in ("Anna de Vries", "Bram Jansen", "bram@kantoor.example", "Lezer", "2 gebruikers", "Aan", "Uit"):
        assert word in page
    assert "Carla" not in page


def test_a_user_sees_who_works_at_the_same_office(anna: User, bram: User, carla: User) -> None:
    assert set(User.objects.visible_to(bram)) == {anna, bram}
    assert set(User.objects.visible_to(carla).filter(is_active=True)) == {carla}


def test_it_costs_as_many_queries_for_many_as_for_one(
    manager: Browser, office: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        manager.get(URL)
    UserFactory.create_batch(30, office=office)
    with django_assert_num_queries(6):
        manager.get(URL)


@pytest.mark.parametrize("who", ["olga", "bram"])
def test_only_the_manager_finds_it_in_the_menu(sign_in: Any, request: Any, who: str, manager: Browser) -> None:
    assert URL in words(manager.get("/instellingen/"))
    page = words(sign_in(request.getfixturevalue(who)).get("/instellingen/"))
    assert URL not in page
    assert "Beveiliging" in page


# --- Inviting ---------------------------------------------------------------------------------------------------------


def test_an_invitation_becomes_a_user_when_its_link_is_followed(manager: Browser, office: Any) -> None:
    assert "De uitnodiging is verstuurd aan dirk@kantoor.example. De link werkt 3 dagen." in words(invite(manager))
    assert not User.objects.filter(email="dirk@kantoor.example").exists()
    assert "Van Dijk Belastingadviseurs nodigt u uit, Dirk Bos." in words(Browser().get(link()))
    assert "Uw account is klaar." in words(accept(link()))
    dirk = User.objects.get(email="dirk@kantoor.example")
    assert (dirk.name, dirk.role, dirk.office) == ("Dirk Bos", User.Role.OPERATOR, office)
    assert dirk.check_password(NEW)
    assert not Invitation.objects.exists()
    assert Browser().post("/inloggen/", {"login": dirk.email, "password": NEW}).status_code == 302


def test_the_mail_names_the_office_and_no_person(manager: Browser) -> None:
    invite(manager)
    (message,) = mail.outbox
    assert message.to == ["dirk@kantoor.example"]
    assert "Van Dijk Belastingadviseurs" in message.body
    assert "Anna" not in message.body
    assert "Dirk" not in message.body


def test_the_mail_and_the_page_say_how_long_an_invitation_works(manager: Browser, settings: Any) -> None:
    settings.PASSWORD_RESET_TIMEOUT = 5 * 24 * 60 * 60
    assert "De link werkt 5 dagen." in words(invite(manager))
    assert "De link werkt één keer, en 5 dagen lang." in mail.outbox[0].body
    accept(link())
    assert "werkt één keer, 5 dagen lang" in words(Browser().get(link()))


def test_a_link_works_once(manager: Browser) -> None:
    invite(manager)
    accept(link())
    assert "Deze link werkt niet meer" in words(accept(link(), "een-heel-andere-zin"))
    assert User.objects.get(email="dirk@kantoor.example").check_password(NEW)


def test_a_link_works_three_days(manager: Browser, settings: Any) -> None:
    invite(manager)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "Deze link werkt niet meer" in words(Browser().get(link()))
    assert "verlopen" in words(manager.get(URL))


def test_sending_again_replaces_the_link(manager: Browser) -> None:
    invite(manager)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=2))
    manager.post(reverse("invite_again", args=[Invitation.objects.get().pk]))
    assert "Deze link werkt niet meer" in words(Browser().get(link(0)))
    assert "Welkom" in words(Browser().get(link(1)))


def send_again(browser: Browser) -> str:
    return words(browser.post(reverse("invite_again", args=[Invitation.objects.get().pk]), follow=True))


def test_an_invitation_is_sent_four_times_an_hour_at_most(manager: Browser, sign_in: Any, carla: User) -> None:
    invite(manager)
    for _ in range(3):
        assert "De uitnodiging is verstuurd" in send_again(manager)
    assert OFTEN in send_again(manager)
    assert len(mail.outbox) == 4
    assert "Welkom" in words(Browser().get(link()))  # the last one still works
    assert AuditEvent.objects.filter(action="user.invite_again").count() == 3
    assert "De uitnodiging is verstuurd" in words(invite(manager, "eva@kantoor.example"))
    assert "De uitnodiging is verstuurd" in words(invite(sign_in(carla)))  # and another office learns nothing


def test_withdrawing_and_inviting_anew_is_no_way_around_it(manager: Browser) -> None:
    for _ in range(4):
        invite(manager)
        manager.post(reverse("withdraw", args=[Invitation.objects.get().pk]))
    answer = invite(manager)
    assert answer.status_code == 422
    assert OFTEN in words(answer)
    assert 'value="Dirk Bos"' in words(answer)
    assert not Invitation.objects.exists()
    assert len(mail.outbox) == 4


def test_an_office_sends_a_hundred_an_hour_at_most(manager: Browser, anna: User, sign_in: Any, carla: User) -> None:
    for number in range(100):
        assert consume(asked_by(anna), action="invitations", key=str(anna.office_id)), number
    assert "zeer veel uitnodigingen verstuurd. Probeer het over een uur opnieuw." in words(invite(manager))
    assert "De uitnodiging is verstuurd" in words(invite(sign_in(carla)))


def asked_by(user: User) -> Any:
    request = RequestFactory().post(INVITE)
    request.user = user
    return request


def test_withdrawing_ends_the_link(manager: Browser) -> None:
    invite(manager)
    manager.post(reverse("withdraw", args=[Invitation.objects.get().pk]))
    assert "Deze link werkt niet meer" in words(Browser().get(link()))


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "uitvoerder"}])
def test_the_links_of_who_was_blocked_or_demoted_open_nothing(
    manager: Browser, sign_in: Any, office: Any, change: dict[str, Any]
) -> None:
    """Else a manager who is shown the door has the next account waiting."""
    leaving = UserFactory(office=office, role=User.Role.MANAGER)
    invite(sign_in(leaving), role="beheerder")
    form = invitations.invitation_behind(link().split("/")[2])
    User.objects.filter(pk=leaving.pk).update(**change)
    assert "Deze link werkt niet meer" in words(accept(link()))
    assert invitations.join(form, NEW) is None  # not even for who had the page open
    assert not User.objects.filter(email="dirk@kantoor.example").exists()
    assert "verlopen" in words(manager.get(URL))
    manager.post(reverse("invite_again", args=[Invitation.objects.get().pk]))
    assert "Uw account is klaar." in words(accept(link()))


@pytest.mark.parametrize("token", ["x", "WzFd:1abc:xyz", "a:b:c:d"])
def test_an_invented_link_opens_nothing(db: None, token: str) -> None:
    assert "Deze link werkt niet meer" in words(Browser().get(f"/uitnodiging/{token}/"))


@pytest.mark.parametrize(
    ("first", "second"), [("kort", "kort"), (NEW, "zeven-paarse-parasols"), ("dirk@kantoor", "dirk@kantoor")]
)
def test_the_password_must_be_a_good_one(manager: Browser, first: str, second: str) -> None:
    invite(manager)
    answer = Browser().post(link(), {"password1": first, "password2": second})
    assert answer.status_code == 422
    assert "Er is een probleem" in words(answer)
    assert not User.objects.filter(email="dirk@kantoor.example").exists()


def test_whether_another_office_has_the_address_is_not_told(manager: Browser, carla: User) -> None:
    """The page says the same, the list shows the same, as many mails go out; only the reader of the mail learns it."""
    free, taken = (words(invite(manager, email)) for email in ("dirk@kantoor.example", carla.email))
    sentence = "De uitnodiging is verstuurd aan {}. De link werkt 3 dagen."
    assert sentence.format("dirk@kantoor.example") in free
    assert sentence.format(carla.email) in taken
    assert [message.to[0] for message in mail.outbox] == ["dirk@kantoor.example", carla.email]
    assert "hoort al een account" in mail.outbox[1].body
    assert words(manager.get(URL)).count("Opnieuw sturen") == 2
    assert "Opnieuw" in words(manager.get(URL))
    carla.refresh_from_db()
    assert carla.office.slug == "ander"


def test_two_offices_may_invite_the_same_address_and_one_gets_it(manager: Browser, sign_in: Any, carla: User) -> None:
    invite(manager)
    invite(sign_in(carla))
    accept(link(1))
    assert "Deze link werkt niet meer" in words(accept(link(0)))
    assert User.objects.get(email="dirk@kantoor.example").office == carla.office


def test_a_user_of_the_own_office_is_not_invited_again(manager: Browser, bram: User) -> None:
    assert "Dit adres is al van een gebruiker van uw kantoor." in words(invite(manager, "BRAM@kantoor.example"))
    invite(manager)
    assert "Dit adres is al uitgenodigd." in words(invite(manager))
    assert len(mail.outbox) == 1


def test_an_empty_invitation_says_what_is_missing(manager: Browser) -> None:
    answer = manager.post(INVITE, {"role": ""})
    assert answer.status_code == 422
    for sentence in ("Vul een naam in.", "Vul een e-mailadres in.", "Kies een rol."):
        assert sentence in words(answer)


# --- What a manager may do --------------------------------------------------------------------------------------------


def test_a_role_can_be_changed(manager: Browser, bram: User) -> None:
    answer = manager.post(reverse("user_role", args=[bram.pk]), {"role": "uitvoerder"}, follow=True)
    assert "Bram Jansen is nu uitvoerder." in words(answer)
    bram.refresh_from_db()
    assert bram.role == User.Role.OPERATOR
    assert AuditEvent.objects.get(action="user.role").subject == "bram@kantoor.example: Lezer → Uitvoerder"


def test_what_is_no_role_is_refused(manager: Browser, bram: User) -> None:
    assert manager.post(reverse("user_role", args=[bram.pk]), {"role": "baas"}).status_code == 422


def test_blocking_ends_the_sessions_at_once_and_can_be_taken_back(manager: Browser, sign_in: Any, bram: User) -> None:
    theirs = sign_in(bram)
    manager.post(reverse("user_block", args=[bram.pk]))
    assert theirs.get("/klanten/").status_code == 302
    assert (
        Browser().post("/inloggen/", {"login": bram.email, "password": PASSWORD})["Location"]
        == "/inloggen/niet-actief/"
    )
    assert "Geblokkeerd" in words(manager.get(URL))
    manager.post(reverse("user_unblock", args=[bram.pk]))
    assert Browser().post("/inloggen/", {"login": bram.email, "password": PASSWORD})["Location"] == "/"
    events = AuditEvent.objects.filter(action__startswith="user.").order_by("pk")
    assert list(events.values_list("action", "actor__name")) == [
        ("user.block", "Anna de Vries"),
        ("user.unblock", "Anna de Vries"),
    ]


def test_a_manager_neither_blocks_nor_demotes_themselves(manager: Browser, anna: User) -> None:
    for name, fields in (("user_block", {}), ("user_role", {"role": "lezer"}), ("user_one_step", {})):
        answer = manager.post(reverse(name, args=[anna.pk]), fields, follow=True)
        assert "Dit kan niet" in words(answer)
    anna.refresh_from_db()
    assert anna.is_active
    assert anna.role == User.Role.MANAGER
    assert "Dit bent u zelf." in words(manager.get(reverse("user", args=[anna.pk])))


def test_who_just_lost_the_role_takes_nobody_elses(anna: User, bram: User) -> None:
    """Two managers who demote each other at once: the second comes too late, so that one is left."""
    bram.role = User.Role.MANAGER
    bram.save()
    assert colleagues.change_role(anna, bram, User.Role.READER)
    assert not colleagues.change_role(bram, anna, User.Role.READER)
    assert not colleagues.block(bram, anna)
    assert User.objects.filter(role=User.Role.MANAGER, is_active=True).count() == 1


def test_a_lost_telephone_is_helped_and_told(manager: Browser, sign_in: Any, bram: User) -> None:
    with_app(bram)
    theirs = sign_in(bram)
    assert "Telefoon of passkey kwijt" in words(manager.get(reverse("user", args=[bram.pk])))
    manager.post(reverse("user_one_step", args=[bram.pk]))
    assert not Authenticator.objects.exists()
    assert theirs.get("/klanten/").status_code == 302
    assert mail.outbox[0].to == [bram.email]
    assert "Anna" not in mail.outbox[0].body
    assert AuditEvent.objects.filter(action="user.mfa_off", subject=bram.email).exists()
    assert Browser().post("/inloggen/", {"login": bram.email, "password": PASSWORD})["Location"] == "/"
