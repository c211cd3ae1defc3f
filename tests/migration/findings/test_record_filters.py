"""…/<nr>/?status=…&code=…&soort=…&jaar=…: which records the page shows, all of it in the address."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.acts import failures
from migration.findings import cautions, filters
from migration.findings.facets import facets_of
from migration.findings.filters import Shown
from migration.models import Run
from migration.road import pipeline
from portal.models import Client, Office, User
from portal.models.sort_name import sort_name
from sba.samples import SOMEONE, document
from tests.acting import some
from tests.factories import ClientFactory
from tests.markup import unfolded
from tests.migration.conftest import FORMER, HTMX, UNKNOWN, SignIn
from tests.migration.pages.test_run_page import positions, put
from tests.sba.conftest import Import
from tests.sba.messages import fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(imported: Import, client_of_ours: object, former_client: None) -> Run:
    """1 IB 2019, 2 ZVW 2019, 3 IB 2018: new. 4 IB 2018, 5 IB 2019: unknown client. 6 IB 2018: former one. 7: no XML."""
    return imported(
        {
            "1.xbrl": document(year=2019),
            "2.xbrl": document(tax="ZVW", year=2019),
            "3.xbrl": document(year=2018),
            "4.xbrl": document(tax_id=UNKNOWN, year=2018),
            "5.xbrl": document(tax_id=UNKNOWN, year=2019),
            "6.xbrl": document(tax_id=FORMER, year=2018),
            "7.xbrl": b"<kapot",
        }
    )


def page(browser: Browser, run: Run, query: str = "", headers: dict[str, str] | None = None) -> str:
    response = browser.get(f"{run.get_absolute_url()}?{query}", headers=headers or {})
    assert response.status_code == 200
    return unfolded(unescape(response.content.decode()))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("toon=alle&soort=ZVW", [2]),
        ("toon=alle&jaar=2018", [3, 4, 6]),
        ("toon=alle&soort=IB&jaar=2019", [1, 5]),
        ("soort=IB&jaar=2019", [5]),  # what needs action, where there is any
        ("toon=mislukt&jaar=2018", [4, 6]),
        ("status=new", [1, 2, 3]),
        ("status=new&jaar=2018", [3]),
        ("status=failed", [4, 5, 6, 7]),
        ("code=SBA-202", [4, 5]),
        ("toon=actie&code=SBA-202", [4, 5]),
        ("toon=actie&code=SBA-201", []),
        ("code=SBA-201", [6]),
        ("code=SBA-202&jaar=2018", [4]),
        ("toon=actie&jaar=2018", [4]),
        ("status=new&code=SBA-202", []),
    ],
)
def test_every_filter_leaves_what_it_says(browser: Browser, mixed: Run, query: str, expected: list[int]) -> None:
    assert positions(page(browser, mixed, query)) == expected


@pytest.mark.parametrize(
    "nonsense", ["soort=XX", "soort=ib", "jaar=19", "jaar=x", "jaar=2001", "status=x", "code=SBA", "toon=x", "aantal=7"]
)
def test_nonsense_filters_nothing(browser: Browser, mixed: Run, nonsense: str) -> None:
    assert positions(page(browser, mixed, nonsense)) == [4, 5, 7]
    alone = nonsense if nonsense.startswith("toon") else f"toon=alle&{nonsense}"
    assert positions(page(browser, mixed, alone)) in ([1, 2, 3, 4, 5, 6, 7], [4, 5, 7])


def current(html: str) -> str:
    """The tab that is on."""
    (slug,) = re.findall(r'<a id="show-(\S+)"[^>]*aria-current="page"', html)
    return str(slug)


def test_only_what_needs_action_is_on_where_there_is_any(browser: Browser, mixed: Run, perfect: Run) -> None:
    assert current(page(browser, mixed)) == "actie"
    assert current(page(browser, perfect)) == "alle"


def test_that_something_failed_is_said_in_one_place(browser: Browser, mixed: Run) -> None:
    """The tab: no tick and no import status says it once more."""
    for query, fields in {"": {"code"}, "toon=mislukt": {"code"}, "toon=alle": {"status", "let"}}.items():
        html = page(browser, mixed, query)
        assert set(re.findall(r'<select [^>]*name="(\w+)"', html)) == {*fields, "soort", "jaar"}
        assert 'type="checkbox"' not in html
        assert 'value="failed"' not in html
    assert current(page(browser, mixed, "status=failed")) == "mislukt"  # in addresses that somebody kept


def test_the_form_works_as_a_browser_sends_it(browser: Browser, mixed: Run) -> None:
    """A filter stays within its tab."""
    assert positions(page(browser, mixed, "toon=actie&code=&soort=&jaar=2018")) == [4]
    assert positions(page(browser, mixed, "toon=mislukt&code=SBA-202&soort=&jaar=")) == [4, 5]
    assert positions(page(browser, mixed, "toon=alle&status=new&soort=&jaar=&let=")) == [1, 2, 3]
    assert len(positions(page(browser, mixed, "toon=alle&status=&soort=&jaar="))) == 7


def test_what_can_be_chosen_is_what_there_is(mixed: Run) -> None:
    facets = facets_of(mixed)
    assert facets.taxes == ["IB", "ZVW"]
    assert facets.years == ["2018", "2019"]
    assert facets.codes == ["SBA-201", "SBA-202", "SBA-301"]


def test_the_facets_of_a_run_are_its_own(mixed: Run, imported: Import) -> None:
    other = imported([document(year=2011)])
    assert facets_of(other).years == ["2011"]
    assert "2011" not in facets_of(mixed).years


def test_an_empty_run_has_nothing_to_choose(refused: Run) -> None:
    facets = facets_of(refused)
    assert (facets.taxes, facets.years, facets.codes) == ([], [], [])


def test_a_chosen_filter_stays_chosen(browser: Browser, mixed: Run) -> None:
    html = page(browser, mixed, "toon=alle&soort=ZVW&jaar=2019")
    assert '<option value="ZVW" selected>' in html
    assert '<option value="2019" selected>' in html
    assert 'href="?toon=mislukt&soort=ZVW&jaar=2019#records"' in html
    assert "Wis filters" in html


@pytest.mark.parametrize("query", ["", "jaar=2018", "code=SBA-202", "toon=alle&soort=ZVW", "zoek=voorbeeld"])
def test_a_tab_keeps_the_counter_of_the_run(browser: Browser, mixed: Run, query: str) -> None:
    html = page(browser, mixed, query)
    counts = re.findall(r'<a id="show-(\w+)".*?<span class="count"[^>]*> (\d+) </span>', html)
    assert counts == [("actie", "3"), ("mislukt", "4"), ("alle", "7")]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", "3 records"),
        ("toon=alle", "7 records"),
        ("status=new", "3 records"),
        ("jaar=2018", "1 record"),
        ("toon=alle&jaar=2018", "3 records"),
        ("code=SBA-202", "2 records"),
    ],
)
def test_every_list_says_how_many_it_shows(browser: Browser, mixed: Run, query: str, count: str) -> None:
    assert f'<p role="status">{count}</p>' in page(browser, mixed, query)


def test_what_is_dear_to_count_is_counted_to_a_bound(
    browser: Browser, fifty_three: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert '<p role="status">53 records</p>' in page(browser, fifty_three, "toon=alle&soort=IB")
    monkeypatch.setattr(filters, "COUNTED_AT_MOST", 51)
    assert '<p role="status">meer dan 51 records</p>' in page(browser, fifty_three, "toon=alle&soort=IB")


def test_an_import_status_says_how_many(browser: Browser, mixed: Run) -> None:
    html = page(browser, mixed, "toon=alle")
    assert "Nieuw (3)" in html
    assert "Overschreven" not in re.findall(r"<option.*?</option>", html)
    assert "Nieuw (3)" not in page(browser, mixed, "toon=alle&jaar=2019")


def test_nothing_left_can_be_cleared(browser: Browser, mixed: Run) -> None:
    html = page(browser, mixed, "toon=actie&code=SBA-201")
    assert "Er zijn geen records met deze filters." in html
    assert "Wis filters" in html


def test_a_filter_survives_the_next_page(browser: Browser, fifty_three: Run) -> None:
    html = page(browser, fifty_three, "toon=actie&code=SBA-202")
    assert 'href="?toon=actie&code=SBA-202&na=50"' in html
    assert positions(page(browser, fifty_three, "toon=actie&code=SBA-202&na=50")) == [51, 52, 53]
    assert positions(page(browser, fifty_three, "toon=alle&soort=IB&voor=3")) == [1, 2]


def test_htmx_gets_the_filtered_records_alone(browser: Browser, mixed: Run) -> None:
    html = page(browser, mixed, "toon=alle&soort=ZVW", {**HTMX, "HX-Target": "records"})
    assert html.strip().startswith('<section id="records"')
    assert positions(html) == [2]


def test_a_run_that_moves_can_be_filtered_too(browser: Browser, mixed: Run) -> None:
    run = put(mixed, state=Run.State.WRITING, new=0, unprocessed=3)
    assert ">Nog te doen</option>" in page(
        browser, run, "toon=alle"
    )  # how many stands in the counters, and changes there
    assert positions(page(browser, run, "toon=alle&jaar=2018")) == [3, 4, 6]


def test_another_office_filters_nothing_of_ours(sign_in: SignIn, carla: User, mixed: Run) -> None:
    assert sign_in(carla).get(f"{mixed.get_absolute_url()}?toon=alle&jaar=2018").status_code == 404


def test_the_filters_count_to_a_bound_and_need_no_offset(
    browser: Browser, fifty_three: Run, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(30) as queries:  # type: ignore[attr-defined]
        page(browser, fifty_three, "toon=alle&soort=IB&jaar=2019&na=3")
    asked = [query["sql"] for query in queries if "migration_record" in query["sql"]]
    counted = [sql for sql in asked if "COUNT(" in sql and "GROUP BY" not in sql and "LIMIT 10001" not in sql]
    assert not [*counted, *(sql for sql in asked if "OFFSET" in sql)]


# --- Records of which there are few ----------------------------------------------------------------------------------


@pytest.fixture
def lasting(imported: Import, client_of_ours: object) -> Run:
    """1: its term is over. 2: it runs, and the letter speaks against the entrypoint. 3: it runs, client unknown."""
    day = timezone.localdate() - timedelta(days=10)
    return imported(
        {
            "1.xbrl": document(year=2018),
            "2.xbrl": fact("TaxAppropriation", "V", document(dated_on=day)),
            "3.xbrl": document(tax_id=UNKNOWN, dated_on=day),
        }
    )


def test_the_terms_that_run_are_those_of_today(browser: Browser, lasting: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert positions(page(browser, lasting, "toon=termijn")) == [2]
    last_day = lasting.records.get(position=2).until
    assert last_day
    for day, found in ((last_day, [2]), (last_day + timedelta(days=1), [])):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: day)
        assert [record.position for record in Shown(lasting, "termijn").records] == found


def test_a_term_that_runs_is_found_after_a_retry_as_well(lasting: Run, office: Office, olga: User) -> None:
    lasting.records.update(term_ran=False)
    ClientFactory(office=office, tax_id=UNKNOWN)
    assert failures.retry(some(lasting, lasting.records.failures()), olga)
    pipeline.move(lasting.pk)
    assert [record.position for record in Shown(lasting, "termijn").records] == [3]


def test_a_warning_that_one_record_has_is_found(browser: Browser, lasting: Run) -> None:
    assert positions(page(browser, lasting, "toon=alle&let=W-109")) == [2]
    assert positions(page(browser, lasting, "toon=alle&let=W-109&jaar=2018")) == []


def test_what_few_records_have_is_found_among_those_few(lasting: Run) -> None:
    """However large the run: a walk along all of its records takes seconds."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    found = Shown(lasting, "termijn").records.filter(position__gt=0)
    assert "record_term_ran" in found.explain()
    assert "record_term_ran" in cautions.carrying("W-101", lasting).order_by("position").explain()


# --- Somebody's ------------------------------------------------------------------------------------------------------


@pytest.fixture
def several(imported: Import, office: Office) -> Run:
    """1 and 4 of A. Zwart, 2 and 5 of a client who is called 'Bakker' here, 3 not readable, 6 of whom 1 is of."""
    ClientFactory(office=office, tax_id=SOMEONE, name="J. Bakker")
    return imported(
        {
            f"{UNKNOWN}.xbrl": document(tax_id=UNKNOWN, name="A. Zwart", year=2019),
            "b.xbrl": document(name="Ünal", year=2019),
            "kapot.xbrl": b"<kapot",
            "d.xbrl": document(tax_id=UNKNOWN, name="A. Zwart", year=2018),
            "e.xbrl": document(name="Ünal", year=2018),
            "f.xbrl": document(tax_id=UNKNOWN, name="Mevr. A. de Zwart", year=2017),
        }
    )


def seek(browser: Browser, run: Run, term: str) -> tuple[str, list[int]]:
    """Where it leads, and what is there."""
    response = browser.post(reverse("migration:find_in_run", args=[run.pk]), {"q": term}, follow=True)
    where, html = response.redirect_chain[-1][0], unescape(response.content.decode())
    return str(where).removeprefix(run.get_absolute_url()), positions(html)


def test_records_can_stand_by_client(browser: Browser, several: Run) -> None:
    assert positions(page(browser, several, "toon=alle&sorteer=klant")) == [2, 5, 1, 4, 6, 3]
    assert positions(page(browser, several, "toon=actie&sorteer=klant")) == [1, 4, 6, 3]
    assert positions(page(browser, several, "toon=alle&sorteer=klant&jaar=2019")) == [2, 1]
    assert positions(page(browser, several, "toon=alle&sorteer=x")) == [1, 2, 3, 4, 5, 6]


def test_the_order_stays_and_can_be_taken_back(browser: Browser, several: Run) -> None:
    html = page(browser, several, "toon=alle&sorteer=klant&jaar=2019")
    assert 'href="?toon=alle&jaar=2019#records"' in html
    assert 'href="?toon=mislukt&jaar=2019&sorteer=klant#records"' in html
    assert '<input type="hidden" name="sorteer" value="klant">' in html
    assert "op klant" in html


def test_pages_by_client_are_found_by_position(several: Run) -> None:
    def shown(**query: str) -> tuple[list[int], int | None, int | None]:
        window = Shown.of(several, {"toon": "alle", "sorteer": "klant", **query}).window(query, 2)
        return [record.position for record in window.rows], window.before, window.after

    assert shown() == ([2, 5], None, 5)
    assert shown(na="5") == ([1, 4], 1, 4)
    assert shown(na="4") == ([6, 3], 6, None)
    assert shown(voor="6") == ([1, 4], 1, 4)
    assert shown(voor="1") == ([2, 5], None, 5)
    assert shown(na="999") == ([2, 5], None, 5)


def test_a_page_by_client_goes_on_behind_what_was_solved_meanwhile(several: Run) -> None:
    several.records.filter(position=4).update(ignored=True)
    window = Shown.of(several, {"toon": "actie", "sorteer": "klant"}).window({"na": "4"}, 2)
    assert [record.position for record in window.rows] == [6, 3]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("zwart", [1, 4, 6]),
        ("bakker", [2, 5]),  # what the client is called
        ("unal", [2, 5]),  # and what the document calls it
        ("KAPOT", [3]),  # a file
        ("niemand", []),
    ],
)
def test_words_are_sought_in_the_whole_run(browser: Browser, several: Run, term: str, expected: list[int]) -> None:
    assert seek(browser, several, term) == (f"?zoek={term}#records", expected)


def test_a_number_is_sought_and_stays_out_of_the_address(browser: Browser, several: Run) -> None:
    assert seek(browser, several, UNKNOWN) == ("?klant=1#records", [1, 4, 6])
    printed = f"{SOMEONE[:4]}.{SOMEONE[4:6]}.{SOMEONE[6:]}"
    assert seek(browser, several, printed) == ("?klant=2#records", [2, 5])
    assert seek(browser, several, f"{UNKNOWN}.xbrl") == ("?klant=1#records", [1, 4, 6])
    assert seek(browser, several, UNKNOWN[:8]) == ("?#records", [1, 3, 4, 6])  # a part of a number finds nothing
    assert SOMEONE not in page(browser, several, "klant=2")


def test_accents_make_no_difference(browser: Browser, several: Run, office: Office) -> None:
    Client.objects.filter(office=office).update(name="J. BÉKER", sort_name=sort_name("J. BÉKER", is_company=False))
    for term in ("beker", "béker", "Bèker", "unäl"):
        assert seek(browser, several, term)[1] == [2, 5]
    assert seek(browser, several, "\N{COMBINING ACUTE ACCENT}")[1] == []


@pytest.mark.parametrize("part", [UNKNOWN[1:8], UNKNOWN[2:], f"{UNKNOWN[4:]}.xbrl"])
def test_nobody_finds_a_number_piece_by_piece(browser: Browser, several: Run, part: str) -> None:
    """Its end is shown, and the name of a file may hold all of it: with the rest in pieces it could be told."""
    assert seek(browser, several, part) == (f"?zoek={part}#records", [])


@pytest.mark.parametrize(
    ("term", "expected"), [("000017", [1]), ("2019", [1, 2]), ("2019_0", [1]), ("17.x", [1]), ("18", [3])]
)
def test_digits_of_a_file_that_are_shown_are_found(
    browser: Browser, imported: Import, term: str, expected: list[int]
) -> None:
    run = imported({"2019/IB_2019_000017.xbrl": document(), "x2019.xbrl": b"<kapot", "y2018.xbrl": b"<stuk"})
    assert seek(browser, run, term)[1] == expected


def test_a_number_that_is_not_there_is_told(browser: Browser, several: Run) -> None:
    url = reverse("migration:find_in_run", args=[several.pk])
    html = unescape(browser.post(url, {"q": FORMER}, follow=True).content.decode())
    assert "Geen record gevonden in deze migratie." in html
    assert FORMER not in html


def test_a_code_or_a_reference_leads_to_what_it_names(browser: Browser, several: Run) -> None:
    assert seek(browser, several, "sba-301") == ("?code=SBA-301#records", [3])
    response = browser.post(reverse("migration:find_in_run", args=[several.pk]), {"q": f"{several.reference}/0003"})
    assert response["Location"] == several.records.get(position=3).get_absolute_url()


def test_a_number_in_an_address_is_not_answered(browser: Browser, several: Run) -> None:
    response = browser.get(several.get_absolute_url(), {"zoek": SOMEONE})
    assert response["Location"] == several.get_absolute_url()


def test_what_cannot_be_read_stands_alone(browser: Browser, several: Run) -> None:
    assert positions(page(browser, several, "klant=3")) == [3]
    assert positions(page(browser, several, "klant=999")) == []


def test_nobody_else_seeks_in_it(sign_in: SignIn, carla: User, several: Run) -> None:
    url = reverse("migration:find_in_run", args=[several.pk])
    assert sign_in(carla).post(url, {"q": "zwart"}).status_code == 404
