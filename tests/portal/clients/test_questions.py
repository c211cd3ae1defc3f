"""A number cannot be asked out of a search: so many questions a minute and an hour, however and wherever they come."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice, product
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.models import Run
from portal.models import AuditEvent, User
from portal.people.allauth_private import ALLOWED, USUAL
from portal.people.colleagues import end_of_today
from sba.samples import SOMEONE
from tests.factories import PASSWORD, ClientFactory, UserFactory
from tests.portal.people.clock import an_hour_later, asked_ago, asked_before

pytestmark = pytest.mark.usefixtures("no_tries")
HTMX = {"HX-Request": "true"}
REFUSED = "Even wachten met zoeken op BSN/FI"
SignIn = Callable[[User], Browser]


@pytest.fixture
def browser(sign_in: SignIn, bram: User) -> Browser:
    """Of a Lezer, who sees the last four digits of every number."""
    return sign_in(bram)


@pytest.fixture
def someone(bram: User) -> Any:
    return ClientFactory(office=bram.office, name="J. Jansen", tax_id=SOMEONE)


@pytest.fixture
def run(bram: User) -> Run:
    fields = {"importer_slug": "sba", "target": "x", "file_size": 1, "file_digest": "x", "state": "finished"}
    return Run.objects.create(office=bram.office, started_by=bram, file_name=f"export {SOMEONE}.zip", **fields)


def candidates() -> Iterator[str]:
    """Every number that may be the one of which a Lezer sees the end, but for that one."""
    w, x, y, z = map(int, SOMEONE[-4:])
    for a, b, c, d, e in product(range(10), repeat=5):
        checked = 9 * a + 8 * b + 7 * c + 6 * d + 5 * e + 4 * w + 3 * x + 2 * y - z
        if checked % 11 == 0 and (number := f"{a}{b}{c}{d}{e}{SOMEONE[-4:]}") != SOMEONE:
            yield number


def asks(browser: Browser, number: str, url: str = "", **more: Any) -> Any:
    return browser.post(url or reverse("find_clients"), {"q": number}, **more)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def sought(**of: Any) -> list[tuple[str, str]]:
    lines = AuditEvent.objects.filter(action__startswith="number.", **of)
    return list(lines.order_by("pk").values_list("action", "subject"))


def use_up(browser: Browser) -> None:
    """All that may be asked in a minute, and one more."""
    for number in islice(candidates(), 11):
        asks(browser, number)


# --- The attack -------------------------------------------------------------------------------------------------------


def test_the_rest_of_a_number_takes_a_week_of_hours(browser: Browser, bram: User, someone: Any) -> None:
    numbers = candidates()
    assert sum(1 for _ in candidates()) + 1 == 9091
    assert [asks(browser, number).status_code for number in islice(numbers, 12)] == [200] * 10 + [429] * 2
    asked_ago(bram, minutes=1)
    asked_before(bram, USUAL, count=45, minutes=30)
    assert [asks(browser, number).status_code for number in islice(numbers, 7)] == [200] * 5 + [429] * 2
    asked_ago(bram, minutes=1)
    assert asks(browser, SOMEONE).status_code == 429  # a minute is over, the hour is not: nor is it told who it is
    asked_ago(bram, minutes=60)
    assert asks(browser, SOMEONE)["Location"] == someone.get_absolute_url()


def test_fields_share_the_limit_and_so_do_the_ways_to_ask(browser: Browser, run: Run, someone: Any) -> None:
    everywhere = [
        reverse("find_clients"),
        reverse("migration:find"),
        reverse("migration:find_in_run", args=[run.pk]),
    ]
    numbers = candidates()
    got = [asks(browser, next(numbers), url, headers=headers) for url in everywhere * 2 for headers in ({}, HTMX)]
    assert [answer.status_code for answer in got[:10]].count(429) == 0
    assert [answer.status_code for answer in got[10:]] == [429, 429]
    for url in everywhere:
        for headers in ({}, HTMX):
            assert asks(browser, SOMEONE, url, headers=headers).status_code == 429
            assert browser.get(url, {"q": SOMEONE}, headers=headers)["Location"].partition("?")[0] in (
                reverse("clients"), reverse("migration:overview"), f"{run.get_absolute_url()}#records",
            )  # fmt: skip


@pytest.mark.parametrize("term", [SOMEONE, f"{SOMEONE} 2019", f"export {SOMEONE}.zip", "1 2 3 4 5 6 7 8 9"])
def test_whatever_holds_a_number_is_a_question(browser: Browser, run: Run, term: str) -> None:
    assert asks(browser, term, reverse("migration:find")).status_code == 200
    assert sought() == [("number.sought", "1e keer dit uur")]
    use_up(browser)
    assert REFUSED in words(asks(browser, term, reverse("migration:find")))


def test_another_browser_of_the_same_user_asks_no_more_either(browser: Browser, sign_in: SignIn, bram: User) -> None:
    use_up(browser)
    assert asks(sign_in(bram), SOMEONE).status_code == 429


def test_a_colleague_goes_on(browser: Browser, sign_in: SignIn, olga: User) -> None:
    use_up(browser)
    assert asks(sign_in(olga), SOMEONE).status_code == 200


def test_words_are_no_question(browser: Browser, run: Run, someone: Any) -> None:
    use_up(browser)
    assert "J. Jansen" in words(asks(browser, "jansen", follow=True))
    assert asks(browser, "jansen", reverse("migration:find"), follow=True).status_code == 200
    assert asks(browser, run.reference, reverse("migration:find"))["Location"] == run.get_absolute_url()


# --- What is said -----------------------------------------------------------------------------------------------------


def test_the_page_says_when_it_goes_on_and_whom_to_ask(browser: Browser, bram: User) -> None:
    use_up(browser)
    answer = asks(browser, SOMEONE)
    assert 0 < int(answer["Retry-After"]) <= 120
    free_at = timezone.localtime(answer.context["free_at"])
    assert f"{free_at:%H:%M} uur" in words(answer)
    assert "Vraag een beheerder van uw kantoor" in words(answer)
    assert SOMEONE not in words(answer)
    asked_ago(bram, minutes=1)
    assert asks(browser, SOMEONE).status_code == 200


def test_a_part_of_a_page_says_so_in_the_place_of_the_page(browser: Browser) -> None:
    use_up(browser)
    answer = asks(browser, SOMEONE, headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (429, "#main", "innerHTML")
    assert REFUSED in words(answer)
    assert "<html" not in words(answer)
    assert '{"code":"429","swap":true}' in browser.get(reverse("clients")).content.decode()


# --- What is written down, and told -----------------------------------------------------------------------------------


def test_every_question_is_written_down_without_its_number(browser: Browser, someone: Any, bram: User) -> None:
    for number in (SOMEONE, "111222333", f"{SOMEONE} 2019"):
        asks(browser, number)
    assert sought(actor=bram) == [("number.sought", f"{count}e keer dit uur") for count in (1, 2, 3)]


def test_the_limit_is_written_down_and_told_to_every_manager_once_an_hour(
    browser: Browser, anna: User, bram: User, carla: User
) -> None:
    UserFactory(office=bram.office, role=User.Role.MANAGER, email="ex@kantoor.example", is_active=False)
    UserFactory(office=bram.office, role=User.Role.MANAGER, email="eva@kantoor.example")
    for _ in range(2):
        use_up(browser)
    assert sought(action="number.limit") == [("number.limit", bram.email)]
    assert [message.to for message in mail.outbox] == [[anna.email], ["eva@kantoor.example"]]
    assert "/instellingen/logboek/?wat=nummers" in mail.outbox[0].body
    for who in (bram.name, bram.email):
        assert who not in mail.outbox[0].body
    asked_ago(bram, minutes=60)
    use_up(browser)
    assert len(sought(action="number.limit")) == 2
    assert len(mail.outbox) == 4


def test_the_trail_can_be_narrowed_to_questions(sign_in: SignIn, browser: Browser, anna: User) -> None:
    asks(browser, SOMEONE)
    page = words(sign_in(anna).get("/instellingen/logboek/?wat=nummers"))
    assert "Gezocht op BSN/FI" in page
    assert "1e keer dit uur" in page
    assert "Ingelogd" not in page.partition("<tbody")[2]


# --- More room --------------------------------------------------------------------------------------------------------


def allow(browser: Browser, user: User, reason: str = "Controle van de jaarlijst") -> Any:
    return browser.post(reverse("user_questions", args=[user.pk]), {"reason": reason}, follow=True)


def test_a_manager_gives_room_until_midnight_and_takes_it_back(
    browser: Browser, sign_in: SignIn, anna: User, bram: User
) -> None:
    use_up(browser)
    manager = sign_in(anna)
    page = words(allow(manager, bram))
    assert "Bram Jansen kan tot middernacht vaker zoeken op BSN/FI." in page
    assert "ten hoogste 600 keer per uur op BSN/FI. De reden: Controle van de jaarlijst" in page
    assert [asks(browser, number).status_code for number in islice(candidates(), 31)] == [200] * 30 + [429]
    bram.refresh_from_db()
    assert bram.more_questions_until == end_of_today() > timezone.now()
    manager.post(reverse("user_no_questions", args=[bram.pk]))
    assert asks(browser, SOMEONE).status_code == 429
    assert sought(actor=anna) == [
        ("number.allow", "bram@kantoor.example: Controle van de jaarlijst"),
        ("number.forbid", "bram@kantoor.example"),
    ]


def test_with_room_there_is_an_end_too(browser: Browser, sign_in: SignIn, anna: User, bram: User) -> None:
    allow(sign_in(anna), bram)
    asked_before(bram, ALLOWED, count=598, minutes=30)
    assert [asks(browser, SOMEONE).status_code for _ in range(3)] == [200, 200, 429]


def test_room_ends_with_the_day(browser: Browser, sign_in: SignIn, anna: User, bram: User) -> None:
    use_up(browser)
    allow(sign_in(anna), bram)
    User.objects.filter(pk=bram.pk).update(more_questions_until=timezone.now() - timedelta(seconds=1))
    assert asks(browser, SOMEONE).status_code == 429
    assert "Ruimte geven" in words(sign_in(anna).get(reverse("user", args=[bram.pk])))


def test_a_manager_gives_themselves_room_by_a_reason(sign_in: SignIn, anna: User) -> None:
    manager = sign_in(anna)
    assert "Ruimte geven" in words(manager.get(reverse("user", args=[anna.pk])))
    allow(manager, anna)
    anna.refresh_from_db()
    assert anna.may_ask_more
    assert sought(actor=anna, action="number.allow")


def test_there_is_no_room_without_a_reason_nor_a_number_in_it(sign_in: SignIn, anna: User, bram: User) -> None:
    manager = sign_in(anna)
    answer = allow(manager, bram, reason=" ")
    assert answer.status_code == 422
    assert words(answer).count("Vul in waarom dit nodig is.") == 2
    allow(manager, bram, reason=f"Zoekt {SOMEONE}")
    bram.refresh_from_db()
    assert bram.more_questions_why == f"Zoekt •••••{SOMEONE[-4:]}"
    assert SOMEONE not in str(sought())


def test_after_a_while_the_reason_waits_until_the_manager_is_known(sign_in: SignIn, anna: User, bram: User) -> None:
    manager = an_hour_later(sign_in(anna))
    answer = manager.post(reverse("user_questions", args=[bram.pk]), {"reason": "Controle"})
    assert answer["Location"] == f"/bevestigen/?next={bram.get_absolute_url()}"
    bram.refresh_from_db()
    assert not bram.may_ask_more
    page = words(sign_in_again(manager, anna).get(bram.get_absolute_url()))
    assert 'value="Controle"' in page
    assert "Er is nog niets gewijzigd of verstuurd" in page


def sign_in_again(browser: Browser, user: User) -> Browser:
    browser.post("/bevestigen/", {"password": PASSWORD})
    return browser


def test_of_another_office_nobody_gets_room(sign_in: SignIn, carla: User, bram: User) -> None:
    assert allow(sign_in(carla), bram).status_code == 404
    assert allow(sign_in(bram), bram).status_code == 403
    bram.refresh_from_db()
    assert not bram.may_ask_more
