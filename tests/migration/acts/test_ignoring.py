"""…/<nr>/negeren/: what may not be ignored is a quiet link, and its page says what is lost and which terms run."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from migration.findings.losses import loss_of
from migration.models import Run
from sba.problems import CLIENT_UNKNOWN
from sba.samples import document
from tests.markup import unfolded
from tests.migration.conftest import UNKNOWN
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db

RECENTLY = timezone.localdate() - timedelta(days=10)
LOST = "in geen enkel dossier"


@pytest.fixture
def lost(imported: Import, client_of_ours: object) -> Run:
    """Of an unknown client one with a term that runs and two without, an unreadable one, and no SBA at all."""
    of = {"tax_id": UNKNOWN, "name": "U. Onbekend"}
    late = (document(year=year, **of) for year in (2017, 2018))
    return imported([document(year=RECENTLY.year, dated_on=RECENTLY, **of), *late, b"<kapot", OTHER_MESSAGE])


OTHER_MESSAGE = b'<xbrl xmlns="http://www.xbrl.org/2003/instance"/>'
"""SBA-305, which may be ignored."""


def page(browser: Browser, run: Run, **query: str) -> str:
    response = browser.get(reverse("migration:ignore", args=[run.pk]), query)
    assert response.status_code == 200
    return unfolded(unescape(response.content.decode()))


def ways_to_ignore(html: str) -> list[str]:
    """The looks of the links that lead there."""
    return [tag[0] for tag in re.finditer(r"<a [^>]*/negeren/[^>]*>", html)]


def is_button(tag: str) -> bool:
    return 'class="button' in tag


# --- Where one begins ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("position", "looks_like_a_button"), [(1, False), (4, False), (5, True)])
def test_in_a_log_only_what_may_be_ignored_has_a_button_for_it(
    browser: Browser, lost: Run, position: int, looks_like_a_button: bool
) -> None:
    html = browser.get(lost.records.get(position=position).get_absolute_url()).content.decode()
    (tag,) = ways_to_ignore(html)
    assert is_button(tag) is looks_like_a_button


def test_at_its_cause_it_is_quiet_too(browser: Browser, lost: Run) -> None:
    tags = ways_to_ignore(browser.get(lost.get_absolute_url()).content.decode())
    assert {re.search("code=([^\"]+)", tag)[1]: "muted" in tag for tag in tags} == {  # type: ignore[index]
        "SBA-202": True, "SBA-301": True, "SBA-305": False,
    }  # fmt: skip


# --- What the page says ----------------------------------------------------------------------------------------------


def test_it_says_what_is_lost_and_which_terms_run(browser: Browser, lost: Run) -> None:
    html = page(browser, lost, code="SBA-202")
    until = lost.records.get(position=1).until
    assert f"Hiermee komen 3 SBA's {LOST}" in html
    assert CLIENT_UNKNOWN.ignore_why in html
    assert "Het gaat om 1 klant." in html
    assert f"Van 1 SBA loopt de bezwaartermijn nog</strong>, de eerste t/m {until:%d-%m-%Y}. Bewaak" in html
    assert "kon niets worden gelezen" not in html


def test_of_what_could_not_be_read_no_term_is_known(browser: Browser, lost: Run) -> None:
    html = page(browser, lost, code="SBA-301")
    assert f"Hiermee komt 1 SBA {LOST}" in html
    assert "Van 1 SBA kon niets worden gelezen: of de bezwaartermijn nog loopt, is niet bekend." in html
    assert "Er loopt geen bezwaartermijn meer" not in html


def test_what_may_be_ignored_asks_no_more_than_why(browser: Browser, lost: Run) -> None:
    assert LOST not in page(browser, lost, code="SBA-305")


def test_of_all_together_only_what_may_not_be_ignored_is_a_loss(browser: Browser, lost: Run) -> None:
    html = page(browser, lost)
    assert f"Hiermee komen 4 SBA's {LOST}" in html
    assert re.search(r"SBA-202</span> Klant niet gevonden, 3 records\.", html)
    assert "SBA-305" not in html


def test_of_one_record_it_tells_what_it_is(browser: Browser, lost: Run) -> None:
    html = page(browser, lost, record="2")
    assert "<dt>Klant</dt><dd>U. Onbekend</dd>" in html
    assert "<dt>Jaar</dt><dd>2017</dd>" in html
    assert "Er loopt geen bezwaartermijn meer" in html
    assert "Van 1 SBA daarvan loopt de bezwaartermijn nog." in html, "of the others of this client"
    assert UNKNOWN not in html


def test_what_is_ignored_already_is_lost_no_more(browser: Browser, lost: Run) -> None:
    browser.post(reverse("migration:ignore", args=[lost.pk]), {"code": "SBA-202", "reason": "verhuisd"})
    assert not loss_of(lost.records.filter(problem_code="SBA-202"), lost)


def test_more_of_them_cost_no_more_queries(browser: Browser, imported: Import, client_of_ours: object) -> None:
    counted = []
    for count in (2, 40):
        run = imported([document(tax_id=UNKNOWN, volume=n, amount=count) for n in range(1, count)] + [b"<kapot"])
        with CaptureQueriesContext(connection) as captured:
            page(browser, run)
        counted.append(len(captured))
    assert counted[0] == counted[1]
