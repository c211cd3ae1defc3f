"""The audit trail: what is written down, that nobody changes it, and the page where the manager reads it."""

import csv
import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from migration.audit_actions import MigrationAction
from portal.audit.actions import PortalAction
from portal.models import AuditEvent, OnlyAddedTo, User
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("no_tries")
URL, CSV = "/instellingen/logboek/", "/instellingen/logboek/download/"


@pytest.fixture
def event(anna: User) -> AuditEvent:
    return AuditEvent.objects.note(anna, PortalAction.USER_INVITE, "dirk@kantoor.example")


def actions(user: User) -> list[str]:
    return list(AuditEvent.objects.filter(actor=user).order_by("pk").values_list("action", flat=True))


# --- What is written down ---------------------------------------------------------------------------------------------


def test_signing_in_failing_and_signing_out(client: Browser, anna: User) -> None:
    client.post("/inloggen/", {"login": anna.email.upper(), "password": "iets-heel-anders-1"})
    client.post("/inloggen/", {"login": anna.email, "password": "een-lange-zin-voor-de-tests"})
    client.post("/uitloggen/")
    assert actions(anna) == ["session.failed", "session.begin", "session.end"]


def test_an_unknown_address_is_a_line_in_the_log_without_it(client: Browser, anna: User, caplog: Any) -> None:
    client.post("/inloggen/", {"login": "niemand@elders.example", "password": "iets-heel-anders-1"})
    assert "an address that no user has" in caplog.text
    assert "niemand" not in caplog.text
    assert not AuditEvent.objects.exists()


def test_a_known_and_an_unknown_address_cost_as_many_writes(client: Browser, anna: User) -> None:
    def writes(email: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.post("/inloggen/", {"login": email, "password": "iets-heel-anders-1"})
        return sum(bool(re.match("INSERT|UPDATE|DELETE", query["sql"])) for query in queries)

    writes("eerst@elders.example")
    assert writes(anna.email) == writes("niemand@elders.example")


def test_an_address_of_any_length_fits(office: Any, sign_in: Any) -> None:
    user = UserFactory(office=office, email=f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example")
    sign_in(user)
    assert len(AuditEvent.objects.get().subject) == 200


# --- Only added to ----------------------------------------------------------------------------------------------------


def test_the_model_neither_changes_nor_removes_a_line(event: AuditEvent) -> None:
    event.subject = "niets"
    for attempt in (event.save, event.delete, AuditEvent.objects.all().delete):
        with pytest.raises(OnlyAddedTo):
            attempt()
    with pytest.raises(OnlyAddedTo):
        AuditEvent.objects.update(subject="niets")
    with pytest.raises(OnlyAddedTo):
        AuditEvent.objects.bulk_update([event], ["subject"])
    assert AuditEvent.objects.get().subject == "dirk@kantoor.example"


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "only added to" in str(error)
    return False


EMPTYING = {
    "sqlite": (
        "INSERT OR REPLACE INTO portal_auditevent (id, office_id, action, subject, at)"
        " SELECT id, office_id, action, 'niets', at FROM portal_auditevent",
    ),
    "postgresql": ("TRUNCATE portal_auditevent", "TRUNCATE portal_office CASCADE"),
}


def test_nor_does_the_database(event: AuditEvent) -> None:
    assert refused("UPDATE portal_auditevent SET subject = 'niets'")
    assert refused("DELETE FROM portal_auditevent")
    connection.check_constraints()  # PostgreSQL truncates nothing that waits for a check
    for statement in EMPTYING[connection.vendor]:
        assert refused(statement), statement
    assert AuditEvent.objects.get().subject == "dirk@kantoor.example"


@pytest.mark.django_db(transaction=True)
def test_nor_is_it_emptied_with_the_whole_database(event: AuditEvent) -> None:
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    assert AuditEvent.objects.get() == event


# --- The page ---------------------------------------------------------------------------------------------------------


def many(user: User, count: int, action: str = "run.upload") -> None:
    lines = (AuditEvent(office=user.office, actor=user, action=action, subject=f"nr {n:04}") for n in range(count))
    AuditEvent.objects.bulk_create(lines)


def subjects(page: str) -> list[str]:
    return re.findall(r"nr \d{4}", page)


def shown(browser: Browser, query: str = "") -> str:
    return browser.get(f"{URL}{query}").content.decode()


def follow(browser: Browser, page: str, rel: str) -> str:
    address = re.search(rf'rel="{rel}" href="([^"]+)"', page)[1].replace("&amp;", "&")
    return shown(browser, address)


def test_the_newest_stands_first_in_dutch(sign_in: Any, anna: User, event: AuditEvent) -> None:
    page = shown(sign_in(anna))
    assert page.index("Ingelogd") < page.index("Uitgenodigd")
    assert "dirk@kantoor.example" in page


def test_one_walks_through_all_of_it_and_back(sign_in: Any, anna: User) -> None:
    many(anna, 120)
    browser = sign_in(anna)
    pages = [shown(browser)]
    while 'rel="next"' in pages[-1]:
        pages.append(follow(browser, pages[-1], "next"))
    assert [len(subjects(page)) for page in pages] == [49, 50, 21]  # the sign-in itself is the newest
    assert len({subject for page in pages for subject in subjects(page)}) == 120
    assert subjects(follow(browser, pages[2], "prev")) == subjects(pages[1])
    assert subjects(follow(browser, pages[1], "prev")) == subjects(pages[0])


def test_it_shows_as_many_lines_as_its_reader_chose(sign_in: Any, anna: User) -> None:
    many(anna, 60)
    browser = sign_in(anna)
    chosen = browser.post(reverse("page_size"), {"aantal": 25, "terug": f"{URL}?wat=migratie#audit"})
    assert chosen["Location"] == f"{URL}?wat=migratie&aantal=25#audit"
    assert len(subjects(shown(browser))) == 24  # the sign-in itself is the newest
    page = shown(browser, "?aantal=100")
    assert len(subjects(page)) == 60
    assert '<button name="aantal" value="100" aria-current="true">100</button>' in page
    assert f'name="terug" value="{URL}?aantal=100#audit"' in page


def test_a_short_trail_offers_no_other_number_of_lines(sign_in: Any, anna: User) -> None:
    many(anna, 24)
    browser = sign_in(anna)  # the 25th line
    assert "Rijen per pagina" not in shown(browser)
    many(anna, 1)
    assert "Rijen per pagina" in shown(browser)


def test_a_page_counts_nothing_and_skips_nothing(sign_in: Any, anna: User) -> None:
    many(anna, 200)
    browser = sign_in(anna)
    with CaptureQueriesContext(connection) as queries:
        follow(browser, shown(browser), "next")
    statements = " ".join(query["sql"] for query in queries).upper()
    assert "COUNT(" not in statements
    assert "OFFSET" not in statements
    assert len(queries) <= 10


def test_a_sign_in_that_was_written_down_in_another_word_is_found_and_shown_the_same(sign_in: Any, anna: User) -> None:
    many(anna, 1, "ingelogd")
    page = shown(sign_in(anna), "?wat=aanmelden")
    assert subjects(page) == ["nr 0000"]
    assert page.count(">Ingelogd<") == 2


def test_it_can_be_narrowed_by_who_what_and_when(sign_in: Any, anna: User, bram: User) -> None:
    many(anna, 2)
    many(bram, 1)
    AuditEvent.objects.note(bram, MigrationAction.CLIENT_FORMER, "nr 9999")
    browser = sign_in(anna)
    assert subjects(shown(browser, f"?wie={bram.pk}")) == ["nr 9999", "nr 0000"]
    assert len(subjects(shown(browser, "?wat=migratie"))) == 4
    assert subjects(shown(browser, "?wat=aanmelden")) == []
    assert len(subjects(shown(browser, "?periode=dag"))) == 4
    assert "Geen regels gevonden" in shown(browser, f"?wie={bram.pk}&wat=gebruikers")


@pytest.mark.parametrize(
    "query", ["?wie=x&wat=y&periode=z", "?voor=x", "?na=-1", "?voor=99999999999999999999", "?na=²"]
)
def test_nonsense_in_the_address_filters_nothing(sign_in: Any, anna: User, query: str) -> None:
    many(anna, 3)
    assert len(subjects(shown(sign_in(anna), query))) == 3


def test_another_office_sees_none_of_it(sign_in: Any, anna: User, carla: User) -> None:
    many(anna, 3)
    browser = sign_in(carla)
    assert subjects(shown(browser)) == []
    assert subjects(shown(browser, f"?wie={anna.pk}")) == []
    assert "nr 0001" not in download(browser)


def download(browser: Browser, query: str = "") -> str:
    return b"".join(browser.get(f"{CSV}{query}").streaming_content).decode("utf-8-sig")


def test_the_download_holds_what_the_filters_leave_and_is_written_down(sign_in: Any, anna: User, bram: User) -> None:
    many(anna, 1200)
    many(bram, 3)
    rows = list(csv.reader(io.StringIO(download(sign_in(anna), f"?wie={bram.pk}")), delimiter=";"))
    assert rows[0] == ["Datum en tijd", "Wie", "E-mailadres", "Wat", "Waaraan"]
    assert [row[3:] for row in rows[1:]] == [["Bestand geüpload", f"nr {n:04}"] for n in (2, 1, 0)]
    assert AuditEvent.objects.filter(actor=anna, action="audit.export", subject=f"wie={bram.pk}").exists()
    assert len(download(sign_in(anna)).splitlines()) > 1204


def test_no_cell_becomes_a_formula(sign_in: Any, anna: User) -> None:
    AuditEvent.objects.note(anna, PortalAction.USER_INVITE, "=HYPERLINK(1)")
    assert ";'=HYPERLINK(1)" in download(sign_in(anna))


def test_what_the_portal_does_by_itself_is_shown_too(sign_in: Any, anna: User) -> None:
    AuditEvent.objects.note_by_itself(anna.office_id, MigrationAction.RUN_DISCARD, "MIG-2026-0001")
    assert "De portal" in shown(sign_in(anna))
    assert "De portal" in download(sign_in(anna))
