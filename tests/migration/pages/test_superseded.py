"""What another run came to since: which pages say so, where they lead, and that nothing is asked any more."""

import csv
import json
import re
from io import StringIO

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import runs as acts
from migration.models import Mail, Run
from migration.upkeep import mail, purge
from portal.models import Office, User
from sba.samples import document
from tests.factories import ClientFactory
from tests.markup import unfolded
from tests.migration.conftest import UNKNOWN, SignIn
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db
BROKEN = b"<kapot"


@pytest.fixture
def earlier(imported: Import, office: Office) -> Run:
    return imported([document(tax_id=UNKNOWN), BROKEN, b"<ook kapot"])


@pytest.fixture
def later(imported: Import, office: Office, earlier: Run) -> Run:
    """Brings the first of them, and fails at the second again."""
    ClientFactory(office=office, tax_id=UNKNOWN)
    run = imported([BROKEN, document(tax_id=UNKNOWN)])
    earlier.refresh_from_db()
    return run


def page(browser: Browser, run: Run, **query: str) -> str:
    return unfolded(browser.get(run.get_absolute_url(), query).content.decode())


def log(browser: Browser, run: Run, position: int) -> str:
    response = browser.get(reverse("migration:record_log", args=[run.pk, position]))
    assert response.status_code == 200
    return unfolded(response.content.decode())


def content(browser: Browser, name: str, *args: int) -> str:
    answer = browser.get(reverse(f"migration:{name}", args=args))
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def address(run: Run, position: int) -> str:
    return f'href="{reverse("migration:record_log", args=[run.pk, position])}"'


def test_the_log_says_by_which_migration_and_leads_there(browser: Browser, earlier: Run, later: Run) -> None:
    html = log(browser, earlier, 1)
    assert re.search(r"Achterhaald door <a [^>]*>migratie van \d\d-\d\d-\d{4} \d\d:\d\d</a> ", html)
    assert f"({later.reference})." in html
    assert address(later, 2) in html
    assert "Wat hier is mislukt, staat door die migratie in een dossier. Dit record vraagt geen actie meer." in html
    assert '<span class="tag">achterhaald</span>' in html
    assert "U hoeft niets te doen: dit record is achterhaald." in html
    assert ">Negeren</a>" not in html
    assert "Mag ik dit negeren?" not in html
    folded = html[html.index("Toch iets doen met dit record") :]
    assert "Opnieuw proberen" in folded[: folded.index("</details>")]


def test_what_failed_again_is_solved_there(browser: Browser, earlier: Run, later: Run) -> None:
    html = log(browser, earlier, 2)
    assert address(later, 1) in html
    assert "Daarin is het opnieuw mislukt: alleen daar wordt u nog om een oplossing gevraagd." in html
    assert "Achterhaald" not in log(browser, earlier, 3)
    assert "Achterhaald" not in log(browser, later, 1)


def test_no_way_leads_to_what_is_not_kept(browser: Browser, earlier: Run, later: Run) -> None:
    list(purge.remove_records(later))
    html = log(browser, earlier, 1)
    assert address(later, 2) not in html
    assert f'<a href="{later.get_absolute_url()}">migratie van' in html
    assert "de records van die migratie zijn niet meer bewaard" in html
    assert browser.get(later.get_absolute_url()).status_code == 200


def test_the_page_of_the_run_counts_and_marks_them(browser: Browser, earlier: Run, later: Run) -> None:
    html = page(browser, earlier, toon="mislukt")
    assert "1 record vraagt actie. 2 records zijn achterhaald door een andere migratie." in html
    assert html.count('<span class="tag">achterhaald</span>') >= 2
    assert "<small>2 achterhaald</small>" in html
    assert '<span class="count" data-state="attention"> 1 </span>' in html
    asking = page(browser, earlier, toon="actie")
    assert re.findall(r'id="log-(\d+)"', asking) == ["3"]


def test_where_nothing_asks_the_run_is_done(browser: Browser, imported: Import, earlier: Run, later: Run) -> None:
    imported([b"<ook kapot"])
    html = page(browser, earlier)
    assert "U hoeft niets te doen" in html
    assert "Wat is mislukt, is achterhaald door een andere migratie of was te verwachten: het mag zo blijven." in html
    assert "Niet meer negeren" not in html
    assert "Mislukte opnieuw proberen" not in html
    assert "favicon-attention" not in html


def test_the_overview_and_the_menu_ask_once(sign_in: SignIn, anna: User, earlier: Run, later: Run) -> None:
    html = unfolded(sign_in(anna).get("/instellingen/migratie/").content.decode())
    assert '<span class="sub">2 achterhaald</span>' in html
    assert "2 records vragen actie" in html


def test_the_search_says_so(browser: Browser, earlier: Run, later: Run) -> None:
    html = unfolded(browser.post(reverse("migration:find"), {"q": UNKNOWN}).content.decode())
    assert html.count('<span class="tag">achterhaald</span>') == 1
    assert "Ja – geïmporteerd" in html


def test_every_sheet_says_so(browser: Browser, earlier: Run, later: Run) -> None:
    rows = list(csv.DictReader(StringIO(content(browser, "download_failed_csv", earlier.pk)), delimiter=";"))
    told = [(row["Actie nodig"], row["Bijzonderheid"], row["Achterhaald door"]) for row in rows]
    gone = ("nee", "achterhaald", later.reference)
    assert told == [gone, gone, ("ja", "", "")]
    facts = json.loads(content(browser, "download_json", earlier.pk))
    assert (facts["run"]["counts"]["superseded"], facts["run"]["counts"]["needs_action"]) == (2, 1)
    assert [one["superseded_by"] for one in facts["records"]] == [later.reference, later.reference, ""]
    newest, older = csv.DictReader(StringIO(content(browser, "download_overview")), delimiter=";")
    assert (older["# achterhaald"], older["Actie nodig"]) == ("2", "1")
    assert (newest["# achterhaald"], newest["Actie nodig"]) == ("0", "1")


def test_the_report_and_the_mail_say_so(browser: Browser, earlier: Run, later: Run) -> None:
    html = unfolded(browser.get(reverse("migration:report", args=[earlier.pk])).content.decode())
    assert "Achterhaald door een andere migratie" in html
    assert f"{later.reference} </li>" in html
    Mail.objects.owe(earlier)
    body = str(mail.message_about(Mail.objects.filter(run=earlier).latest("pk")).body)
    assert "achterhaald:           2, door een andere migratie" in body


def test_an_undo_takes_the_mark_away(browser: Browser, anna: User, earlier: Run, later: Run) -> None:
    assert acts.undo(later, anna)
    moved(later)
    assert "Achterhaald" not in log(browser, earlier, 1)
    assert "achterhaald" not in page(browser, earlier)
