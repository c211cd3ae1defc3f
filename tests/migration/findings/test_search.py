"""Search across runs: a number by POST and as a whole, words in the address, a reference straight to its page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.acts import failures
from migration.acts import runs as acts
from migration.acts.failures import Scope
from migration.models import Alias, Run
from migration.upkeep.forgetting import forget_names
from portal.models import Office, User
from sba.samples import SOMEONE, document
from tests.factories import ClientFactory
from tests.migration.conftest import UNKNOWN
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db

Find = Callable[..., HttpResponse]


@pytest.fixture
def find(sign_in: Callable[[User], Browser], bram: User) -> Find:
    def search(term: str, user: User = bram) -> HttpResponse:
        return sign_in(user).post(reverse("migration:find"), {"q": term}, follow=True)  # type: ignore[return-value]

    return search


def rows(response: HttpResponse) -> list[int]:
    return [record.position for record in response.context["found"].records]  # type: ignore[attr-defined]


def address(response: HttpResponse) -> str:
    return str(response.request["PATH_INFO"]) + "?" + str(response.request["QUERY_STRING"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("term", [SOMEONE, f"{SOMEONE[:4]}.{SOMEONE[4:6]}.{SOMEONE[6:]}", f" {SOMEONE} "])
def test_a_number_finds_its_records_and_stays_out_of_the_address(find: Find, partly: Run, term: str) -> None:
    response = find(term)
    assert rows(response) == [1]
    assert address(response) == "/instellingen/migratie/zoeken/nu/?"
    assert SOMEONE not in response.content.decode()


def test_a_part_of_a_number_finds_nothing(find: Find, partly: Run) -> None:
    assert rows(find(SOMEONE[:8])) == []


def test_a_failed_record_is_found_by_its_number(find: Find, partly: Run) -> None:
    assert rows(find(UNKNOWN)) == [3]


def test_a_name_finds_what_came_of_the_client(find: Find, partly: Run) -> None:
    response = find("testema")
    assert rows(response) == [2]
    assert address(response) == "/instellingen/migratie/zoeken/?q=testema"


def test_a_file_name_finds_the_migration(find: Find, partly: Run) -> None:
    assert find("EXPORT-0").context["found"].runs == [partly]  # type: ignore[attr-defined]


def test_nobody_finds_a_number_in_the_name_of_a_file_piece_by_piece(find: Find, partly: Run) -> None:
    partly.file_name = f"export {UNKNOWN}.zip"
    partly.save()
    assert find("export").context["found"].runs == [partly]  # type: ignore[attr-defined]
    for part in (UNKNOWN[2:], f"{UNKNOWN[4:]}.zip", f"export {UNKNOWN[:3]}"):
        assert not find(part).context["found"]  # type: ignore[attr-defined]


def test_a_code_finds_the_records_that_failed_for_it(find: Find, partly: Run) -> None:
    assert rows(find("sba-202")) == [3]


def test_a_reference_leads_straight_to_its_page(find: Find, partly: Run) -> None:
    assert address(find(partly.reference)) == f"{partly.get_absolute_url()}?"
    assert address(find(partly.reference.replace("-00", "-"))) == f"{partly.get_absolute_url()}?"
    assert rows(find(f"MIG-2012-{partly.pk:04}")) == []
    assert address(find(f"{partly.reference}/0003")) == f"{partly.get_absolute_url()}records/3/log/?"


def test_nothing_found_says_what_to_do(find: Find, partly: Run) -> None:
    assert "Geen record gevonden voor zonnebloem." in find("zonnebloem").content.decode()


@pytest.mark.parametrize("term", [SOMEONE, UNKNOWN, "testema", "export", "SBA-202"])
def test_another_office_finds_nothing_of_ours(find: Find, partly: Run, carla: User, term: str) -> None:
    assert not find(term, user=carla).context["found"]  # type: ignore[attr-defined]


def test_the_reference_of_another_office_leads_nowhere(find: Find, partly: Run, carla: User) -> None:
    response = find(partly.reference, user=carla)
    assert not response.context["found"]  # type: ignore[attr-defined]


def test_a_number_in_an_address_is_not_answered(sign_in: Callable[[User], Browser], bram: User, partly: Run) -> None:
    response = sign_in(bram).get(reverse("migration:search"), {"q": SOMEONE})
    assert response["Location"] == reverse("migration:overview")


@pytest.mark.parametrize("term", ["export-20261122.zip", "1" * 13])
def test_text_with_many_digits_finds_nothing_else_and_stays_out_of_the_address(
    find: Find, partly: Run, term: str
) -> None:
    response = find(term)
    assert rows(response) == []
    assert address(response) == "/instellingen/migratie/zoeken/nu/?"


@pytest.mark.parametrize(
    "address", ["/klanten/?q=%00a", "/instellingen/migratie/zoeken/?q=a%00b", "/klanten/99999999999/"]
)
@pytest.mark.parametrize("more", ["", "&page=abc&sort=evil&na=-1&voor=x&toon=<script>&code=%00"])
def test_nonsense_in_an_address_never_breaks_a_page(
    sign_in: Callable[[User], Browser], bram: User, partly: Run, address: str, more: str
) -> None:
    assert sign_in(bram).get(address + more).status_code in (200, 302, 404)


def test_a_number_too_large_for_a_database_is_not_found(
    sign_in: Callable[[User], Browser], bram: User, partly: Run
) -> None:
    for number in ("9" * 19, "9" * 9):
        address = f"/instellingen/migratie/{number}/records/1/log/"
        assert sign_in(bram).get(address).status_code == 404


def test_where_there_is_more_than_is_shown_the_page_says_so(find: Find, imported: Import, office: Office) -> None:
    more = "Er is meer gevonden dan hier staat."
    imported([document(tax_id=UNKNOWN, year=2013 + number % 12, volume=1 + number // 12) for number in range(51)])
    assert more in find("SBA-202").content.decode()
    assert len(rows(find("SBA-202"))) == 50
    ClientFactory.create_batch(21, office=office, name="J. Jansen")
    assert more in find("jansen").content.decode()
    assert more not in find("pietersen").content.decode()


# --- The name in the record, and by client ---------------------------------------------------------------------------


def clients(response: HttpResponse) -> list[tuple[str, list[int]]]:
    found = response.context["found"].of_clients  # type: ignore[attr-defined]
    return [(client.name, [record.position for record in client.found]) for client in found]


@pytest.mark.parametrize("term", ["wolkenkamp", "WÓLKENKAMP", "wolkenkamp  bouw", "kamp bouw"])
def test_a_name_in_a_record_is_found_where_no_client_is_known(find: Find, imported: Import, term: str) -> None:
    imported([document(tax_id=UNKNOWN, name="Wolkenkamp Bouw B.V.", year=year) for year in (2018, 2019)])
    assert clients(find(term)) == [("Wolkenkamp Bouw B.V.", [1, 2])]


def test_a_name_in_a_record_is_found_where_the_client_has_another(find: Find, imported: Import, office: Office) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, name="Aannemer Jansen")
    imported([document(name="Wolkenkamp Bouw B.V.")])
    for term in ("wolkenkamp", "aannemer"):
        assert clients(find(term)) == [("Aannemer Jansen", [1])]


def test_a_name_in_a_record_is_found_after_a_retry_and_until_the_record_goes(
    find: Find, imported: Import, office: Office, olga: User
) -> None:
    run = imported([document(tax_id=UNKNOWN, name="Wolkenkamp")])
    Alias.objects.all().delete()
    assert failures.retry(Scope(run, position=1), olga)
    moved(run)
    assert clients(find("wolkenkamp")) == [("Wolkenkamp", [1])]
    assert list(forget_names()) == []
    run.records.all().delete()
    assert list(forget_names()) == [1]
    assert not Alias.objects.exists()


def test_what_is_found_stands_together_by_client(find: Find, imported: Import, office: Office) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, name="Bakker, Zoë")
    imported([document(tax_id=UNKNOWN, name="A. Bakker"), document(year=2019), document(tax_id=UNKNOWN, year=2018)])
    response = find("bakker")
    assert clients(response) == [("A. Bakker", [1, 3]), ("Bakker, Zoë", [2])]
    assert response.content.decode().count("Bakker, Zoë") == 2  # above the answers, and above the records


def test_a_year_of_which_there_is_nothing_is_answered_by_the_name_in_a_record(find: Find, imported: Import) -> None:
    imported([document(tax_id=UNKNOWN, name="Wolkenkamp", year=2018)])
    (found,) = find("wolkenkamp 2019").context["found"].answers  # type: ignore[attr-defined]
    assert (found.client_name, found.sentence) == ("Wolkenkamp", "Nee – in geen enkele migratie gevonden")


def test_a_migration_is_called_by_its_date_and_reference(find: Find, partly: Run) -> None:
    for term in (SOMEONE, UNKNOWN, "export"):
        html = find(term).content.decode()
        assert partly.reference in html
        assert f"migratie {partly.pk}" not in html


def test_another_office_finds_no_name_of_ours(find: Find, imported: Import, carla: User) -> None:
    imported([document(tax_id=UNKNOWN, name="Wolkenkamp")])
    assert not find("wolkenkamp", user=carla).context["found"]  # type: ignore[attr-defined]


# --- 'Is de aanslag 2021 van deze klant overgekomen?' ----------------------------------------------------------------


def answers(response: HttpResponse) -> list[tuple[str, str]]:
    return [(one.what, one.sentence) for one in response.context["found"].answers]  # type: ignore[attr-defined]


def yes(run: Run) -> str:
    return f"Ja – geïmporteerd op {timezone.localtime(run.ended_at):%d-%m-%Y} ({run.reference})"


def no(why: str, run: Run) -> str:
    return f"{why} (migratie van {timezone.localtime(run.ended_at):%d-%m-%Y}, {run.reference})"


def test_a_number_is_answered_per_year_and_kind(find: Find, imported: Import, client_of_ours: object) -> None:
    run = imported([document(year=2020), document(year=2021), document(year=2021, tax="ZVW")])
    assert answers(find(SOMEONE)) == [
        ("IB 2021 definitief", yes(run)),
        ("ZVW 2021 definitief", yes(run)),
        ("IB 2020 definitief", yes(run)),
    ]


def test_a_year_typed_along_narrows_and_stays_out_of_the_address(
    find: Find, imported: Import, client_of_ours: object
) -> None:
    run = imported([document(year=2020), document(year=2021)])
    for term in (f"{SOMEONE} 2021", f"2021 {SOMEONE}"):
        response = find(term)
        assert answers(response) == [("IB 2021 definitief", yes(run))]
        assert rows(response) == [2]
        assert address(response) == "/instellingen/migratie/zoeken/nu/?"


def test_a_name_with_a_year_is_answered_too(find: Find, imported: Import, office: Office) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, name="J. Jansen")
    run = imported([document(year=2020), document(year=2021)])
    response = find("jansen 2021")
    assert answers(response) == [("IB 2021 definitief", yes(run))]
    assert yes(run) in response.content.decode()


def test_what_failed_is_answered_by_its_reason(find: Find, partly: Run) -> None:
    assert answers(find(UNKNOWN)) == [("IB 2017 definitief", no("Nee – SBA-202 Klant niet gevonden", partly))]


def test_what_no_migration_holds_is_said_plainly(find: Find, imported: Import, client_of_ours: object) -> None:
    imported([document(year=2020)])
    assert answers(find(f"{SOMEONE} 2019")) == [("Aanslagen 2019", "Nee – in geen enkele migratie gevonden")]


def test_a_failure_that_a_later_migration_made_good_is_a_yes(find: Find, imported: Import, office: Office) -> None:
    imported([document(tax_id=UNKNOWN)])
    ClientFactory(office=office, tax_id=UNKNOWN)
    later = imported([document(tax_id=UNKNOWN)])
    imported([document(tax_id=UNKNOWN)])  # it stood there already: the one that brought it tells
    assert answers(find(UNKNOWN)) == [("IB 2019 definitief", yes(later))]


def test_of_several_assessments_of_one_year_and_kind_each_counts(
    find: Find, imported: Import, client_of_ours: object
) -> None:
    files = {f"{volume}.xbrl": document(kind="voorlopig", volume=volume) for volume in (1, 2)}
    run = imported(files | {"3.xbrl": document(kind="voorlopig", volume=2, amount=77)})
    (found,) = find(SOMEONE).context["found"].answers  # type: ignore[attr-defined]
    why = "Deels – 1 van 2 geïmporteerd; SBA-403 Twee keer in dit bestand, met verschillende inhoud"
    assert found.sentence == no(why, run)
    assert found.tone == "attention"


def test_what_was_undone_is_a_no(find: Find, imported: Import, client_of_ours: object, anna: User) -> None:
    run = imported([document()])
    again = imported([document()])  # unchanged
    acts.undo(run, anna)
    moved(run)
    ((_, sentence),) = answers(find(SOMEONE))
    assert sentence == no("Nee – teruggedraaid", again)


def test_another_office_gets_no_answer(find: Find, partly: Run, carla: User) -> None:
    assert answers(find(SOMEONE, user=carla)) == []
    assert answers(find(f"{SOMEONE} 2019", user=carla)) == []


def test_an_answer_costs_the_same_however_much_there_is(
    sign_in: Callable[[User], Browser],
    bram: User,
    imported: Import,
    client_of_ours: object,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    imported([document(year=year) for year in range(2013, 2021)])
    imported([document(year=year) for year in range(2013, 2016)])
    browser = sign_in(bram)
    for term, count in ((SOMEONE, 8), (f"{SOMEONE} 2019", 1)):
        # session, user, 27 to count and write down, client, records, what stands there, the menu's badge
        with django_assert_num_queries(33):
            response = browser.post(reverse("migration:find"), {"q": term})
        assert len(answers(response)) == count  # type: ignore[arg-type]
