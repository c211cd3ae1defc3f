"""…/<nr>/?status=…&code=…&soort=…&jaar=…: which records the page shows, all of it in the address."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from migration.acts import failures
from migration.findings import cautions
from migration.findings.facets import facets_of
from migration.findings.filters import Shown
from migration.models import Run
from migration.road import pipeline
from portal.models import Office, User
from sba.samples import document
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


def test_only_what_needs_action_is_on_where_there_is_any(browser: Browser, mixed: Run, perfect: Run) -> None:
    assert re.search(r'name="toon" value="actie" checked>', page(browser, mixed))
    assert "Alleen actie nodig" not in page(browser, perfect)


def test_the_form_works_as_a_browser_sends_it(browser: Browser, mixed: Run) -> None:
    """The tick stands behind a hidden field of the same name, so that it can be taken away."""
    assert positions(page(browser, mixed, "toon=alle&status=failed&code=&soort=&jaar=&toon=actie")) == [4, 5, 7]
    assert positions(page(browser, mixed, "toon=alle&status=failed&code=&soort=&jaar=")) == [4, 5, 6, 7]
    assert positions(page(browser, mixed, "toon=alle&status=new&code=&soort=&jaar=&toon=actie")) == [1, 2, 3]
    assert len(positions(page(browser, mixed, "toon=alle&status=&code=&soort=&jaar="))) == 7


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


def test_a_count_is_shown_only_where_it_is_that_of_the_list(mixed: Run) -> None:
    counts = {tab.slug: tab.count for tab in Shown.of(mixed, {}).tabs}
    assert (counts["actie"], counts["mislukt"], counts["alle"]) == (3, 4, 7)
    assert {tab.count for tab in Shown.of(mixed, {"jaar": "2018"}).tabs} == {None}
    coded = {tab.slug: tab.count for tab in Shown.of(mixed, {"code": "SBA-202"}).tabs}
    assert (coded["actie"], coded["mislukt"], coded["alle"]) == (None, None, 7)


def test_an_import_status_says_how_many(browser: Browser, mixed: Run) -> None:
    html = page(browser, mixed)
    assert "Nieuw (3)" in html
    assert "Mislukt (4)" in html
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
    assert ">Nog te doen</option>" in page(browser, run)  # how many stands in the counters, and changes there
    assert positions(page(browser, run, "toon=alle&jaar=2018")) == [3, 4, 6]


def test_another_office_filters_nothing_of_ours(sign_in: SignIn, carla: User, mixed: Run) -> None:
    assert sign_in(carla).get(f"{mixed.get_absolute_url()}?toon=alle&jaar=2018").status_code == 404


def test_the_filters_need_no_count_and_no_offset(
    browser: Browser, fifty_three: Run, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(30) as queries:  # type: ignore[attr-defined]
        page(browser, fifty_three, "toon=alle&soort=IB&jaar=2019&na=3")
    asked = [query["sql"] for query in queries if "migration_record" in query["sql"]]
    counted = [sql for sql in asked if "COUNT(" in sql and "GROUP BY" not in sql]
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
