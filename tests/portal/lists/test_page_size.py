"""'Rijen per pagina': 50 unless its reader chose otherwise; an address that says how many wins."""

import re

import pytest
from django.urls import reverse

from portal.lists.page_size import resized
from tests.factories import ClientFactory

URL = "/klanten/"


@pytest.fixture
def browser(sign_in, bram, office):
    ClientFactory.create_batch(60, office=office)
    return sign_in(bram)


def rows(browser, **query):
    return browser.get(URL, query).content.decode().count('class="main"')


def choose(browser, size, back=URL):
    return browser.post(reverse("page_size"), {"aantal": size, "terug": back}).headers["Location"]


def test_a_list_has_fifty_rows(browser):
    assert rows(browser) == 50


def test_a_choice_is_remembered(browser, bram):
    assert choose(browser, 100) == "/klanten/?aantal=100"
    assert rows(browser) == 60
    bram.refresh_from_db()
    assert bram.page_size == 100


def test_a_choice_is_ones_own(browser, sign_in, anna):
    choose(browser, 25)
    assert rows(browser) == 25
    assert rows(sign_in(anna)) == 50


def test_an_address_wins_and_is_not_remembered(browser):
    choose(browser, 100)
    assert rows(browser, aantal=25) == 25
    assert rows(browser) == 60


@pytest.mark.parametrize("nonsense", ["0", "51", "-25", "1000000", "x", "", "٢٥"])
def test_a_number_that_nobody_offers_changes_nothing(browser, bram, nonsense):
    assert rows(browser, aantal=nonsense) == 50
    assert rows(browser, per_page=nonsense) == 50
    choose(browser, nonsense)
    bram.refresh_from_db()
    assert bram.page_size == 50


def test_another_number_begins_at_the_first_row(browser):
    assert choose(browser, 25, "/klanten/?q=a&page=2&aantal=100#clients") == "/klanten/?q=a&aantal=25#clients"
    assert choose(browser, 25, "/x/?toon=alle&na=50&voor=7") == "/x/?toon=alle&aantal=25"


@pytest.mark.parametrize(
    "elsewhere", ["https://ander.example/", "//ander.example/", "/\\ander.example", "", "x", "\n//a"]
)
def test_it_leads_nowhere_else(browser, elsewhere):
    assert choose(browser, 25, elsewhere) == "/"
    assert resized(elsewhere, 25) == "/"


def test_the_choice_stands_below_a_list_that_has_more_than_the_least(browser, sign_in, carla):
    html = browser.get(URL).content.decode()
    offered = re.findall(r'<button name="aantal" value="(\d+)"', html)
    assert offered == ["25", "50", "100", "200"]
    assert re.search(r'value="50" aria-current="true"', html)
    assert 'name="aantal"' not in sign_in(carla).get(URL).content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "99", "9" * 5000])
def test_a_page_that_is_not_there_is_the_nearest_that_is(browser, page):
    assert browser.get(URL, {"page": page}, follow=True).status_code == 200
