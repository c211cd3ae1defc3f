"""The four checks before one begins: /instellingen/migratie/upload/controles/"""

import pytest
from django.urls import reverse
from django.utils import timezone

from migration.models import PriorCheck
from portal.models import AuditEvent, User
from tests.migration.conftest import HTMX, SignIn

pytestmark = pytest.mark.django_db
URL = reverse("migration:prior_checks")
PREPARE = reverse("migration:wizard_prepare")


def deeds() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.filter(action__startswith="check.").order_by("pk").values_list("action", "subject"))


def test_a_tick_tells_who_and_when(sign_in: SignIn, olga: User, anna: User) -> None:
    response = sign_in(olga).post(URL, {"check": ["actief", "ophalen"]}, headers=HTMX)
    said = f"Nagekeken door Olga Visser op {timezone.localdate():%d-%m-%Y}"
    assert response.content.decode().count(said) == 2
    assert said in sign_in(anna).get(PREPARE).content.decode()
    assert sorted(deeds()) == [("check.tick", "actief"), ("check.tick", "ophalen")]


def test_a_tick_can_be_taken_back(sign_in: SignIn, olga: User, anna: User) -> None:
    sign_in(olga).post(URL, {"check": ["actief", "ophalen"]})
    sign_in(anna).post(URL, {"check": ["ophalen"], "seen": ["actief", "ophalen"]})
    (left,) = PriorCheck.objects.all()
    assert (left.slug, left.ticked_by) == ("ophalen", olga)
    assert deeds()[-1] == ("check.untick", "actief")


def test_an_old_page_takes_nothing_back_that_it_did_not_show(sign_in: SignIn, olga: User, anna: User) -> None:
    sign_in(olga).post(URL, {"check": ["actief"]})
    sign_in(anna).post(URL, {"check": ["certificaat"]})
    assert set(PriorCheck.objects.values_list("slug", "ticked_by__name")) == {
        ("actief", "Olga Visser"),
        ("certificaat", "Anna de Vries"),
    }


def test_the_same_tick_twice_is_one(sign_in: SignIn, olga: User) -> None:
    browser = sign_in(olga)
    for _ in range(2):
        browser.post(URL, {"check": ["actief"]})
    assert PriorCheck.objects.count() == len(deeds()) == 1


def test_what_is_no_check_is_not_kept(sign_in: SignIn, olga: User) -> None:
    sign_in(olga).post(URL, {"check": ["onzin"]})
    assert not PriorCheck.objects.exists()


def test_another_office_has_its_own(sign_in: SignIn, olga: User, carla: User) -> None:
    sign_in(olga).post(URL, {"check": ["actief"]})
    assert "Nagekeken door" not in sign_in(carla).get(PREPARE).content.decode()


def test_a_reader_sees_them_and_cannot_tick(sign_in: SignIn, olga: User, bram: User) -> None:
    sign_in(olga).post(URL, {"check": ["actief"]})
    html = sign_in(bram).get(reverse("migration:overview")).content.decode()
    assert "Nagekeken door Olga Visser" in html
    assert html.count(" disabled>") == 4
    assert sign_in(bram).post(URL, {"seen": ["actief"]}).status_code == 403
    assert PriorCheck.objects.exists()


@pytest.mark.parametrize(("fields", "there"), [({}, "wizard_prepare"), ({"overview": "1"}, "overview")])
def test_a_plain_form_goes_back_to_its_page(sign_in: SignIn, olga: User, fields: dict[str, str], there: str) -> None:
    assert sign_in(olga).post(URL, fields)["Location"] == reverse(f"migration:{there}")
