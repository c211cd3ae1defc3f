"""'Hulp': every code that a log may hold is explained there, at an anchor that never changes."""

import re
from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.models import Run
from migration.problems import CATALOGUE, CAUTIONS
from migration.words import codes
from portal.models import User
from tests.migration.conftest import SignIn

pytestmark = pytest.mark.django_db
URL = reverse("migration:guide")


@pytest.fixture
def page(sign_in: SignIn, bram: User) -> str:
    return unescape(sign_in(bram).get(URL).content.decode())


def test_every_code_has_a_place_of_its_own(page: str) -> None:
    places = re.findall(r'<article class="guide-code" id="([^"]+)"', page)
    assert sorted(places) == sorted([*CATALOGUE, *CAUTIONS])
    assert len(set(re.findall(r' id="([^"]+)"', page))) == len(re.findall(r' id="([^"]+)"', page))


@pytest.mark.parametrize("code", ["MIG-904", "SBA-202"])
def test_a_code_says_what_happened_what_to_do_and_whether_to_ignore_it(page: str, code: str) -> None:
    problem = CATALOGUE[code]
    told = " ".join(re.sub(r"<[^>]*>", " ", page.partition(f'id="{code}"')[2].partition("</article>")[0]).split())
    for words in (problem.title, *problem.remedy, problem.ignore_why, problem.retry_why):
        assert words in told
    assert codes.without_facts(problem.cause) in told


def test_no_gap_is_left_open(page: str) -> None:
    assert not re.search(r"\{[a-z_]+\}", page.partition("<main")[2].partition("<dialog")[0])
    assert codes.without_facts("Gevonden: {found}. Nog {n} keer.") == "Gevonden: … Nog … keer."


def test_the_groups_go_by_the_first_digit_and_warnings_come_last() -> None:
    titles = [group.title for group in codes.groups()]
    assert titles[-1] == codes.CAUTIONS_TITLE
    assert codes.group_of("XYZ-203") == codes.GROUPS["2"]
    assert codes.group_of("XYZ-703") == codes.OTHERS


def test_the_steps_use_the_words_of_the_pages(page: str) -> None:
    for words in ("'Upload migratiebestand'", "'Selecteer een bestand'", "'Exporteren'", "'Datum migratie'", "'Log'"):
        assert words in page


def test_every_page_leads_there(sign_in: SignIn, bram: User, client: Browser) -> None:
    assert f'href="{URL}"' in sign_in(bram).get("/klanten/").content.decode()
    assert f'href="{URL}"' not in Browser().get("/inloggen/").content.decode()


def test_a_cause_leads_to_its_explanation(sign_in: SignIn, bram: User, partly: Run) -> None:
    assert f'href="{URL}#SBA-202"' in sign_in(bram).get(partly.get_absolute_url()).content.decode()
