import re
from html import unescape

import pytest
from django.urls import reverse

from portal.models import Client
from tests.factories import ClientFactory

ANNA_BRAM = ["anna", "bram"]


@pytest.fixture
def client_of_the_office(office):
    return ClientFactory(
        office=office, name="W. de Boer", tax_id="123456782", client_number="K1001", former=True, kind="company"
    )


@pytest.fixture
def browser(sign_in, anna):
    return sign_in(anna)


def find(browser, term):
    return browser.post(reverse("find_clients"), {"q": term})


@pytest.mark.parametrize("who", ANNA_BRAM)
def test_everybody_of_the_office_sees_its_clients(who, request, sign_in, client_of_the_office):
    browser = sign_in(request.getfixturevalue(who))
    assert "W. de Boer" in browser.get(reverse("clients")).content.decode()
    assert browser.get(client_of_the_office.get_absolute_url()).status_code == 200


def test_another_office_sees_nothing_of_them(sign_in, carla, client_of_the_office):
    browser = sign_in(carla)
    assert browser.get(client_of_the_office.get_absolute_url()).status_code == 404
    assert "W. de Boer" not in browser.get(reverse("clients")).content.decode()
    assert "W. de Boer" not in find(browser, "123456782").content.decode()


def test_the_dossier_shows_the_facts_and_masks_the_number(browser, client_of_the_office):
    page = browser.get(client_of_the_office.get_absolute_url()).content.decode()
    for words in ("W. de Boer", "Voormalig", "Bedrijf", "K1001", "•••••6782"):
        assert words in page
    assert "123456782" not in page


def test_a_search_by_name_stands_in_the_address(browser, client_of_the_office, office):
    ClientFactory(office=office, name="P. Smit")
    answer = find(browser, "de boer")
    assert answer.headers["Location"] == "/klanten/?q=de+boer"
    page = browser.get("/klanten/?q=de+boer").content.decode()
    assert "W. de Boer" in page
    assert "P. Smit" not in page


def test_a_client_number_can_be_searched_for(browser, client_of_the_office):
    assert "W. de Boer" in browser.get("/klanten/?q=k10").content.decode()


def test_a_name_is_found_with_or_without_its_accents(browser, office):
    ClientFactory(office=office, name="Zoë ÉCLAIR")
    for sought in ("eclair", "éclair", "ÉCLAIR", "zoë"):
        assert "Zoë ÉCLAIR" in browser.get("/klanten/", {"q": sought}).content.decode()


@pytest.mark.parametrize("number", ["123456782", "1234.56.782", " 123456782 "])
def test_a_whole_number_leads_straight_to_the_dossier(browser, client_of_the_office, number):
    assert find(browser, number).headers["Location"] == client_of_the_office.get_absolute_url()


def test_a_number_without_its_leading_zero_is_found(browser, office):
    client = ClientFactory(office=office, tax_id="012345672")
    assert find(browser, "12345672").headers["Location"] == client.get_absolute_url()


def test_two_dossiers_with_one_number_are_both_shown(browser, client_of_the_office, office):
    ClientFactory(office=office, name="W. de Boer (BTW)", tax_id="123456782")
    answer = find(browser, "123456782")
    assert answer.status_code == 200
    assert "2 klanten" in answer.content.decode()
    assert "123456782" not in answer.content.decode()


@pytest.mark.parametrize("term", ["Jansen 1234 56782", "123_456_782", "0123 4567 8201 9001", "1234\u00a056782"])
def test_a_number_in_any_groups_never_comes_to_stand_in_an_address(browser, client_of_the_office, term):
    answer = find(browser, term)
    assert "6782" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("query", ["q=123456782", "q=Jansen+1234+56782", "x=123456782", "123456782=x"])
def test_an_address_that_holds_a_number_is_left_for_one_without(browser, client_of_the_office, query):
    assert browser.get(f"/klanten/?{query}").headers["Location"] == "/klanten/"


def test_a_number_in_a_name_is_masked_wherever_the_name_stands(browser, office):
    client = ClientFactory(office=office, name="P. Pieters 2345 67892")
    for url in (reverse("clients"), client.get_absolute_url()):
        page = browser.get(url).content.decode()
        assert "P. Pieters •••••7892" in page
        assert "67892" not in page


def test_a_number_is_never_searched_for_by_its_parts_or_by_its_address(browser, client_of_the_office):
    for term in ("123456782", "6782", "12345"):
        assert "W. de Boer" not in browser.get(f"/klanten/?q={term}").content.decode()


def test_a_number_with_something_beside_it_stays_out_of_the_address_too(browser, client_of_the_office):
    answer = find(browser, "123456782 boer")
    assert answer.status_code == 200
    assert "123456782" not in answer.content.decode()


def test_going_back_to_a_search_leads_to_the_list(browser):
    assert browser.get(reverse("find_clients")).headers["Location"] == reverse("clients")


def test_nothing_found_says_what_to_do(browser, client_of_the_office):
    page = find(browser, "111222333").content.decode()
    assert "Geen klanten gevonden" in page
    assert "Wis zoekopdracht" in page
    assert "111222333" not in page


def test_an_office_without_clients_is_told_how_to_begin(browser):
    assert "Er zijn nog geen klanten" in browser.get(reverse("clients")).content.decode()


def test_there_are_fifty_on_a_page_and_the_rest_behind_a_link(browser, office):
    ClientFactory.create_batch(51, office=office)
    page = browser.get(reverse("clients")).content.decode()
    assert page.count('class="main"') == 50
    assert "51 klanten" in page
    there = f"?na={Client.objects.by_surname()[49].pk}"
    assert f'href="{there}"' in page
    assert f'hx-get="{there}"' in page
    assert browser.get(f"/klanten/{there}").content.decode().count('class="main"') == 1


def shown(page):
    return re.findall(r'href="/klanten/(\d+)/"', page.content.decode())


@pytest.mark.parametrize("sort", ["", "-name", "kind", "-kind", "client_number", "-client_number"])
def test_every_client_stands_on_one_page_there_and_back(browser, office, other_office, sort):
    """Many have the same name, kind or number: the key of the last row is where the next page begins."""
    ClientFactory(office=other_office)
    for n in range(60):
        ClientFactory(office=office, name=f"J. Jansen {n % 3}", kind=["person", "company"][n % 2], client_number=n % 4)
    address, seen, pages = f"/klanten/?sort={sort}&aantal=25", [], []
    while address:
        page = browser.get(address)
        pages.append(shown(page))
        found = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        address = found and "/klanten/" + unescape(found[1])
    assert [len(one) for one in pages] == [25, 25, 10]
    seen = [key for one in pages for key in one]
    assert len(set(seen)) == 60
    while found := re.search(r'rel="prev" href="([^"]+)"', page.content.decode()):
        page = browser.get("/klanten/" + unescape(found[1]))
        pages.pop()
        assert shown(page) == pages[-1]
    assert len(pages) == 1


@pytest.mark.parametrize("key", ["999999", "abc", ""])
def test_a_list_whose_place_is_gone_begins_anew(browser, client_of_the_office, key):
    assert shown(browser.get(f"/klanten/?na={key}")) == [str(client_of_the_office.pk)]


def test_a_client_of_another_office_is_no_place_in_the_list(browser, client_of_the_office, other_office):
    of_others = ClientFactory(office=other_office, name="A. Zzz")
    assert shown(browser.get(f"/klanten/?na={of_others.pk}")) == [str(client_of_the_office.pk)]


def test_clients_stand_under_their_surname(browser, office):
    names = [
        "Bakkerij De Vries B.V.",
        "A. van den Berg",
        "A.B. van der Berg",
        "Berg-Jansen, Z.",
        "T. Bergen",
        "J. de Boer",
    ]
    for name in reversed(names):
        ClientFactory(office=office, name=name, kind="company" if "B.V." in name else "person")
    listed = re.findall(r'href="/klanten/\d+/">([^<]+)<', browser.get("/klanten/").content.decode())
    assert listed == names


def test_the_sorted_column_says_so(browser, client_of_the_office):
    page = browser.get("/klanten/?sort=-client_number").content.decode()
    assert page.count("aria-sort") == 1
    assert 'aria-sort="descending"' in page


def test_rows_with_the_same_value_keep_their_places(browser, office):
    ids = [ClientFactory(office=office, name="Jansen").pk for _ in range(3)]
    for sort, expected in (("name", ids), ("-name", ids[::-1]), ("kind", ids)):
        page = browser.get(f"/klanten/?sort={sort}").content.decode()
        places = [page.index(f'href="/klanten/{pk}/"') for pk in expected]
        assert places == sorted(places)


def test_htmx_gets_only_the_part_that_changes(browser, client_of_the_office):
    answer = browser.get("/klanten/?sort=name", headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<section id="clients"')
    assert "HX-Request" in answer.headers["Vary"]


def test_the_page_costs_as_many_queries_for_fifty_clients_as_for_one(browser, office, django_assert_num_queries):
    ClientFactory.create_batch(50, office=office)
    with django_assert_num_queries(5):  # session, user with office, count, rows, what waits
        browser.get(reverse("clients"))


def test_a_page_fetches_no_other_rows_than_its_own(browser, office, django_assert_max_num_queries):
    """Not even to count them."""
    ClientFactory.create_batch(3, office=office)
    with django_assert_max_num_queries(20) as captured:
        assert "3 klanten" in unescape(browser.get(reverse("clients")).content.decode())
    asked = [query["sql"] for query in captured.captured_queries if 'FROM "portal_client"' in query["sql"]]
    assert len(asked) == 2
    assert all("LIMIT" in sql or "COUNT(" in sql for sql in asked)
