"""…/<nr>/oorzaken/<code>/: whose records failed for one reason, and what helps all of them."""

import re
from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.findings.by_client import clients_of
from migration.models import Run
from migration.road import pipeline
from portal.models import Client, Office, User
from sba.samples import SOMEONE, document
from tests.factories import ClientFactory, invented_tax_id
from tests.markup import unfolded
from tests.migration.conftest import FORMER, HTMX, SignIn
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db

PEOPLE = [invented_tax_id(7100 + at) for at in range(7)]
"""Nobody knows them; the first has seven records, the last one."""


@pytest.fixture
def unknown(imported: Import) -> Run:
    """Seven clients with 7, 6 … 1 records, that of each next one between those of the first."""
    years = ((year, number) for year in range(7) for number in range(7 - year))
    return imported(
        [document(tax_id=PEOPLE[who], name=f"Klant {who} B.V.", tax="VPB", year=2013 + year) for year, who in years]
    )


def page(browser: Browser, run: Run, code: str = "SBA-202", **query: object) -> str:
    response = browser.get(reverse("migration:cause", args=[run.pk, code]), query)
    assert response.status_code == 200
    return unfolded(unescape(response.content.decode()))


def lines(html: str) -> list[tuple[str, str]]:
    """(name, how many)."""
    return re.findall(r"<strong>(.*?)</strong>.*?· (.*?)</span>", html)


def test_who_has_most_comes_first_with_the_name_in_the_record(browser: Browser, unknown: Run) -> None:
    html = page(browser, unknown)
    assert lines(html) == [(f"Klant {at} B.V.", f"{7 - at} SBA's" if at < 6 else "1 SBA") for at in range(7)]
    assert "28 records van 7 klanten" in html
    assert not [number for number in PEOPLE if number in html]
    assert f"•••••{PEOPLE[0][-4:]}" in html


def test_every_page_is_found_by_what_stands_at_its_edge(unknown: Run) -> None:
    def names(**query: str) -> tuple[list[str], str, str]:
        found = clients_of(unknown, "SBA-202", query, 3)
        return [one.record.client_name[6] for one in found.shown], str(found.before), str(found.after)

    assert names() == (["0", "1", "2"], "None", "5-3")
    assert names(na="5-3") == (["3", "4", "5"], "4-4", "2-6")
    assert names(na="2-6") == (["6"], "1-7", "None")
    assert names(voor="1-7") == (["3", "4", "5"], "4-4", "2-6")
    assert names(voor="4-4") == (["0", "1", "2"], "None", "5-3")
    for nonsense in ("x", "-", "1-", "1-x", "9" * 30 + "-1", "²-1"):
        assert names(na=nonsense)[0] == ["0", "1", "2"]


def test_an_edge_that_is_solved_meanwhile_still_leads_on(unknown: Run) -> None:
    unknown.records.filter(tax_id=PEOPLE[2]).update(ignored=True)
    found = clients_of(unknown, "SBA-202", {"na": "5-3"}, 3)
    assert [one.count for one in found.shown] == [4, 3, 2]


def test_one_answer_holds_for_all_records_of_the_client_and_leads_back(
    browser: Browser, unknown: Run, office: Office
) -> None:
    (there,) = re.findall(r'href="([^"]+)"[^>]*aria-label="Maak klant aan voor record 1"', page(browser, unknown))
    assert 'value="Klant 0 B.V."' in browser.get(there).content.decode()
    response = browser.post(there, {"name": "Klant 0 B.V.", "kind": "company"})
    assert response["Location"] == reverse("migration:cause", args=[unknown.pk, "SBA-202"])
    html = page(browser, unknown)
    assert "De records worden opnieuw geprobeerd" in html
    assert 'hx-trigger="every 2s"' in html
    assert "Maak klant aan" not in html  # one thing at a time
    pipeline.move(unknown.pk)
    assert unknown.records.filter(client=Client.objects.get(office=office), failed=False).count() == 7
    assert lines(page(browser, unknown))[0] == ("Klant 1 B.V.", "6 SBA's")


def test_a_link_to_a_client_leads_back_too(browser: Browser, unknown: Run, office: Office) -> None:
    client = ClientFactory(office=office, name="Oude klant")
    address = f"{reverse('migration:link_client', args=[unknown.pk, 1])}?vanuit=SBA-202"
    there = browser.post(address, {"q": "Oude klant"})["Location"]
    assert "vanuit=SBA-202" in there
    response = browser.post(there, {"client": client.pk, "understood": "on"})
    assert response["Location"] == reverse("migration:cause", args=[unknown.pk, "SBA-202"])


def test_a_dossier_is_chosen_for_all_records_of_the_client(
    browser: Browser, imported: Import, office: Office, client_of_ours: Client
) -> None:
    twin = ClientFactory(office=office, tax_id=SOMEONE, name="Tweede dossier")
    run = imported([document(year=year) for year in (2018, 2019)])
    html = page(browser, run, "SBA-203")
    (there,) = re.findall(r'<a class="plain-button" href="([^"]+)"[^>]*> Kies dossier', html)
    form = browser.get(there).content.decode()
    assert re.search(r'name="others"[^>]*checked', form)
    assert "?vanuit=SBA-203" in form
    response = browser.post(there, {"dossier": twin.pk, "others": "on"})
    assert response["Location"] == reverse("migration:cause", args=[run.pk, "SBA-203"])
    pipeline.move(run.pk)
    assert run.records.filter(client=twin, failed=False).count() == 2
    assert "Er zijn geen records meer met SBA-203." in page(browser, run, "SBA-203")


def test_what_only_a_retry_helps_is_tried_again_for_the_client(browser: Browser, unknown: Run, office: Office) -> None:
    unknown.records.update(problem_code="SBA-902")
    ClientFactory(office=office, tax_id=PEOPLE[0])
    (there,) = set(re.findall(r'action="([^"]+/herhaling/[^"]+)"', page(browser, unknown, "SBA-902")))
    response = browser.post(there, {"record": 1, "klant": 1})
    assert response["Location"] == reverse("migration:cause", args=[unknown.pk, "SBA-902"])
    assert unknown.records.filter(waits=True).count() == 7


def test_what_asks_nothing_is_shown_without_remedies(browser: Browser, partly: Run) -> None:
    assert lines(page(browser, partly, "SBA-201")) == [("A.B. Voorbeeldstra", "1 SBA")]
    assert "Maak klant aan" not in page(browser, partly, "SBA-201")


def test_what_could_not_be_read_stands_together(browser: Browser, imported: Import) -> None:
    run = imported([b"<kapot", b"<krom"])
    html = page(browser, run, "SBA-301")
    assert lines(html) == [("Zonder leesbaar BSN/FI", "2 SBA's")]
    assert f'href="{run.get_absolute_url()}?code=SBA-301#records"' in html


def test_a_reader_sees_it_and_can_change_nothing(sign_in: SignIn, bram: User, unknown: Run) -> None:
    html = page(sign_in(bram), unknown)
    assert len(lines(html)) == 7
    assert "Maak klant aan" not in html


def test_the_run_unfolds_it_and_links_to_it(browser: Browser, unknown: Run) -> None:
    address = reverse("migration:cause", args=[unknown.pk, "SBA-202"])
    html = unfolded(unescape(browser.get(unknown.get_absolute_url()).content.decode()))
    assert f'hx-get="{address}" hx-trigger="toggle once"' in html
    assert f'<a href="{address}">Toon de klanten met SBA-202</a>' in html
    part = unfolded(browser.get(address, headers=HTMX).content.decode())
    assert part.strip().startswith('<div class="stack-tight of-cause"')


def test_a_code_that_is_none_or_a_run_of_others_is_not_found(
    browser: Browser, sign_in: SignIn, carla: User, unknown: Run
) -> None:
    assert browser.get(reverse("migration:cause", args=[unknown.pk, "SBA-999"])).status_code == 404
    assert sign_in(carla).get(reverse("migration:cause", args=[unknown.pk, "SBA-202"])).status_code == 404
    assert FORMER not in page(browser, unknown, "SBA-201")
