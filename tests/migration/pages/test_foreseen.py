"""Before anything is written nothing has failed: what the check foresees is told as such, and asks for nothing."""

import json
import re

import pytest
from django.db.models.functions import Now
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import runs as acts
from migration.models import Run
from migration.problems import GAVE_UP
from portal.models import User
from tests.markup import unfolded
from tests.sba.conftest import moved

pytestmark = pytest.mark.django_db
OVERVIEW = "/instellingen/migratie/"


@pytest.fixture(params=["checking", "ready"])
def foreseen(ready: Run, request: pytest.FixtureRequest) -> Run:
    """Nothing is written of it: 3 of its records will probably fail, of which 1 as expected."""
    Run.objects.filter(pk=ready.pk).update(state=request.param)
    ready.refresh_from_db()
    return ready


def page(browser: Browser, address: str, **query: str) -> str:
    return unfolded(browser.get(address, query).content.decode())


def cell(html: str, label: str) -> str:
    found = re.search(f'<td role="cell" data-label="{label}"(.*?)</td>', html)
    assert found
    return found[1]


def test_the_overview_says_what_will_probably_fail_in_grey(browser: Browser, foreseen: Run) -> None:
    html = page(browser, OVERVIEW)
    assert '<span class="foreseen muted"> waarschijnlijk 3<' in cell(html, "# mislukt")
    assert "badge" not in cell(html, "# mislukt")
    assert cell(html, "Actie nodig").startswith(' class="asks number zero"> 0')
    assert 'aria-label="3 waarschijnlijk mislukt, 1 nog te doen"' in html
    assert "vragen actie" not in html


def test_it_is_sorted_as_one_without_failures(browser: Browser, partly: Run, foreseen: Run) -> None:
    html = page(browser, OVERVIEW, sort="-failed")
    assert html.index(f'id="run-{partly.pk}"') < html.index(f'id="run-{foreseen.pk}"')


def test_the_page_of_the_run_asks_for_nothing(browser: Browser, foreseen: Run) -> None:
    html = page(browser, foreseen.get_absolute_url())
    assert "favicon-attention" not in html
    assert 'id="show-actie"' not in html
    assert "Alleen actie nodig" not in html
    assert "Er zijn mislukte records." not in html
    tab = re.search('id="show-mislukt".*?</a>', html)
    assert tab
    assert 'aria-current="page"' in tab[0]
    assert "Zal waarschijnlijk mislukken" in tab[0]


def test_a_record_will_probably_fail(browser: Browser, foreseen: Run) -> None:
    html = page(browser, foreseen.get_absolute_url(), toon="mislukt")
    assert html.count("</svg>Zal waarschijnlijk mislukken</span>") == 3
    assert 'class="badge" data-state="stop"' not in html
    assert not any(record.needs_action for record in foreseen.records.all())


def test_the_search_says_that_it_is_not_done_yet(browser: Browser, foreseen: Run) -> None:
    html = unfolded(browser.post(reverse("migration:find"), {"q": "T. Testema"}, follow=True).content.decode())
    assert "Nog niet – mislukt waarschijnlijk: SBA-201 Voormalige klant" in html


def test_what_is_taken_away_says_so_too(browser: Browser, foreseen: Run) -> None:
    answer = browser.get(reverse("migration:download_json", args=[foreseen.pk]))
    counts = json.loads(b"".join(answer.streaming_content))["run"]["counts"]  # type: ignore[attr-defined]
    assert (counts["failed"], counts["likely_to_fail"], counts["needs_action"]) == (0, 3, 0)
    overview = browser.get(reverse("migration:download_overview"))
    header, row = b"".join(overview.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    told = dict(zip(header.split(";"), row.split(";"), strict=True))
    assert (told["# mislukt"], told["# waarschijnlijk mislukt"], told["Actie nodig"]) == ("0", "3", "0")


def test_what_was_foreseen_has_failed_once_the_run_has_ended(browser: Browser, ready: Run, anna: User) -> None:
    acts.confirm(ready, anna)
    moved(ready)
    html = page(browser, OVERVIEW)
    assert "waarschijnlijk" not in html
    assert "2 records vragen actie" in html


def test_what_a_check_found_that_gave_up_asks_for_nothing_either(browser: Browser, ready: Run, anna: User) -> None:
    Run.objects.filter(pk=ready.pk).update(state=Run.State.REFUSED, problem_code=GAVE_UP.code, ended_at=Now())
    ready.refresh_from_db()
    html = page(browser, OVERVIEW)
    assert "waarschijnlijk 3<" in cell(html, "# mislukt")
    assert cell(html, "Actie nodig").startswith(' class="asks number zero"> 0')
    assert (ready.open_actions, Run.objects.visible_to(anna).open_actions()) == (0, 0)
    assert Run.objects.filter(pk=ready.pk).values_list(Run.OPEN_ACTIONS, Run.FAILURES).get() == (0, 0)
