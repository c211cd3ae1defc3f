"""…/<nr>/rapport/ and …/<nr>/geschiedenis/: on paper what came of a run, and on screen who did what to it."""

import re
from html import unescape

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from migration.acts import failures
from migration.acts.failures import Scope
from migration.models import Run
from portal.models import AuditEvent, Office, User
from sba.samples import SOMEONE, document
from tests.acting import some
from tests.factories import ClientFactory, invented_tax_id
from tests.markup import unfolded
from tests.migration.conftest import FORMER, HTMX, UNKNOWN, SignIn
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(sign_in: SignIn, anna: User) -> Browser:
    return sign_in(anna)


def page(browser: Browser, name: str, run: Run, headers: dict[str, str] | None = None) -> str:
    response = browser.get(reverse(f"migration:{name}", args=[run.pk]), headers=headers or {})
    assert response.status_code == 200
    return unfolded(unescape(response.content.decode()))


def first_page(html: str) -> str:
    """What is printed before the lists begin."""
    return html[html.index('class="cover') : html.index("Handtekening") + 30]


# --- The report ------------------------------------------------------------------------------------------------------


def test_the_report_proves_that_it_is_complete(browser: Browser, partly: Run) -> None:
    html = page(browser, "report", partly)
    assert "Migratie deels geslaagd: 1 van 4 records geïmporteerd. 2 records vragen actie." in html
    assert "5 bestanden = 4 SBA's + 1 overgeslagen" in html
    assert "4 SBA's = 1 nieuw + 0 overschreven + 0 ongewijzigd + 3 mislukt" in html
    assert "0 kwijt" in html
    assert partly.file_digest in html
    assert "Van Dijk Belastingadviseurs" in html


def test_a_sum_that_is_wrong_is_not_hidden(browser: Browser, partly: Run) -> None:
    Run.objects.filter(pk=partly.pk).update(new=7)
    html = page(browser, "report", partly)
    assert "De telling klopt niet" in html
    assert "0 kwijt" not in html


def test_it_lists_causes_and_failures_masked(browser: Browser, partly: Run) -> None:
    html = page(browser, "report", partly)
    for words in ("SBA-201", "Voormalige klant", "SBA-202", "Klant niet gevonden", "U. Onbekend"):
        assert words in html
    for number in (SOMEONE, FORMER, UNKNOWN):
        assert number not in html
    assert f"•••••{UNKNOWN[-4:]}" in html


def test_it_lists_the_terms_that_run(browser: Browser, imported: Import, client_of_ours: object) -> None:
    run = imported([document(dated_on=timezone.localdate(), year=2024), document(year=2011)])
    html = page(browser, "report", run)
    assert "loopt van 1 SBA uit deze migratie de bezwaartermijn nog" in html


def test_without_failures_it_says_so(browser: Browser, perfect: Run) -> None:
    html = page(browser, "report", perfect)
    assert "Er zijn geen mislukte records." in html
    assert "loopt van geen enkel geïmporteerd record de bezwaartermijn nog" in html
    assert "Oorzaken" not in html


def test_a_long_list_is_cut_and_says_so(browser: Browser, fifty_three: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("migration.takeaway.report.MOST", 50)
    html = page(browser, "report", fifty_three)
    assert "En nog 3 records. De volledige lijst staat in 'Alleen mislukte (CSV)'." in html
    assert "Van elke lijst staan hier hoogstens de eerste 50 regels" in first_page(html)


def test_the_first_page_has_the_sum_and_the_signature(browser: Browser, partly: Run) -> None:
    first = first_page(page(browser, "report", partly))
    for words in ("4 SBA's = 1 nieuw + 0 overschreven", "0 kwijt", partly.file_digest, "Handtekening"):
        assert words in first
    assert re.findall(r"<li>\s*<span>([^<]*)</span>\s*<span class=\"tabular\">([^<]*)</span>", first) == [
        ("Mislukt: vraagt actie", "2 records"),
        ("Mislukt, zoals verwacht, per klant", "1 record"),
    ]
    assert "hoogstens de eerste" not in first
    assert "Elk record van deze migratie staat in 'Alle records (CSV)'." in first


def test_what_was_ignored_says_by_whom_and_why(browser: Browser, anna: User, olga: User, fifty_three: Run) -> None:
    failures.ignore(Scope(fifty_three, position=3), anna, f"hoort bij {UNKNOWN}")
    failures.ignore(Scope(fifty_three, code="SBA-202"), olga, "klanten van een ander kantoor")
    html = page(browser, "report", fifty_three)
    part = html[html.index("Genegeerde records") :]
    first, second = part.index("Anna de Vries, "), part.index(f"{olga.name}, ")
    assert f"hoort bij •••••{UNKNOWN[-4:]}" in part[first:second]
    assert ">1 record<" in part[first:second]
    assert part[first:second].count('data-label="#"') == 1
    assert part[second:].count('data-label="#"') == 52
    assert ">52 records<" in part[second:]
    assert UNKNOWN not in html


def test_what_is_ignored_once_more_says_who_did_so_last(browser: Browser, anna: User, olga: User, partly: Run) -> None:
    scope = Scope(partly, code="SBA-301")
    failures.ignore(scope, anna, "kapot")
    failures.heed(scope, anna)
    failures.ignore(scope, olga, "onleesbaar")
    html = page(browser, "report", partly)
    assert "onleesbaar" in html
    assert "kapot" not in html
    failures.heed(scope, anna)
    assert "Genegeerd" not in page(browser, "report", partly)


def test_of_what_was_ignored_before_it_was_written_down_the_history_tells(
    browser: Browser, anna: User, partly: Run
) -> None:
    failures.ignore(Scope(partly, code="SBA-301"), anna, "kapot")
    partly.records.update(ignored_in=None)
    assert "Wie en waarom leest u in de geschiedenis van de migratie" in page(browser, "report", partly)


def test_a_retry_forgets_who_ignored_it(anna: User, partly: Run) -> None:
    failures.ignore(Scope(partly, code="SBA-202"), anna, "later")
    record = partly.records.get(problem_code="SBA-202")
    assert record.ignored_in_id
    with transaction.atomic():
        assert failures.try_again(partly, partly.records.filter(pk=record.pk), anna)
    moved(partly)
    record.refresh_from_db()
    assert (record.ignored, record.ignored_in_id) == (False, None)


def test_what_was_expected_is_told_by_client(browser: Browser, imported: Import, former_client: object) -> None:
    years = range(2012, 2019)
    run = imported([document(tax_id=FORMER, name="T. Testema", year=year) for year in years])
    html = page(browser, "report", run)
    part = html[html.index("Mislukt, zoals verwacht</h2>") :]
    assert part.count("T. Testema") == 1
    assert "2012–2018" in part
    assert '<td role="cell" data-label="Records" class="number">7</td>' in part
    assert "Mislukt: vraagt actie" not in html
    assert FORMER not in html


def test_of_many_clients_the_first_are_told(
    browser: Browser, imported: Import, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migration.takeaway.report.MOST", 3)
    people = [invented_tax_id(9_300 + n) for n in range(5)]
    for number in people:
        ClientFactory(office=office, tax_id=number, former=True)
    html = page(browser, "report", imported([document(tax_id=number) for number in people]))
    assert "En nog 2 records van andere klanten." in html


def test_more_of_everything_costs_no_more_queries(
    browser: Browser, anna: User, imported: Import, office: Office, client_of_ours: object
) -> None:
    """Failures, acts of ignoring, former clients, and terms that run."""
    counted = []
    for many in (2, 30):
        former = [invented_tax_id(9_000 + many + n) for n in range(many)]
        for number in former:
            ClientFactory(office=office, tax_id=number, former=True)
        today = timezone.localdate()
        of = [{"tax_id": number} for number in former]
        of += [{"tax_id": UNKNOWN, "dated_on": today, "volume": n} for n in range(1, 2 * many)]
        of += [{"dated_on": today, "volume": n, "amount": many} for n in range(1, many)]
        run = imported([document(**one) for one in of])  # type: ignore[arg-type]
        for record in run.records.filter(problem_code="SBA-202")[:many]:
            failures.ignore(Scope(run, position=record.position), anna, f"reden {record.position}")
        with CaptureQueriesContext(connection) as captured:
            html = page(browser, "report", run)
        counted.append(len(captured))
        assert all(words in html for words in ("Mislukt: vraagt actie", "Genegeerd", "zoals verwacht", "loopt nog"))
    assert counted[0] == counted[1]


def test_what_has_not_ended_has_no_report(browser: Browser, ready: Run) -> None:
    response = browser.get(reverse("migration:report", args=[ready.pk]))
    assert response["Location"] == ready.get_absolute_url()


@pytest.mark.parametrize("name", ["report", "history"])
def test_a_refused_upload_has_them_too(name: str, browser: Browser, refused: Run) -> None:
    assert refused.reference in page(browser, name, refused)


def test_opening_it_is_noted(browser: Browser, anna: User, partly: Run) -> None:
    page(browser, "report", partly)
    assert AuditEvent.objects.filter(actor=anna, action="run.report", subject=partly.reference).exists()


# --- The history -----------------------------------------------------------------------------------------------------


def test_the_history_tells_who_did_what(browser: Browser, anna: User, partly: Run) -> None:
    failures.ignore(some(partly, partly.records.filter(problem_code="SBA-202")), anna, "klant van een ander kantoor")
    failures.ignore(some(partly, partly.records.filter(problem_code="SBA-301")), anna, "kapot")
    failures.heed(some(partly, partly.records.all()), anna)
    browser.post(reverse("migration:record_reveal", args=[partly.pk, 3]), {"cel": ""})
    browser.post(reverse("migration:record_reveal", args=[partly.pk, 3]))
    html = page(browser, "history", partly)
    for sentence in (
        "Migratiebestand geüpload door Anna de Vries.",
        "Import klaar: 1 geïmporteerd, 3 mislukt.",
        "Anna de Vries negeerde record 3 (SBA-202): klant van een ander kantoor",
        "Anna de Vries nam het negeren van 2 records (SBA-202, SBA-301) terug.",
        "Anna de Vries bekeek het BSN/FI van record 3.",
        "Anna de Vries kopieerde de foutmelding van record 3, met BSN/FI.",
    ):
        assert html.count(sentence) == 1, sentence
    assert html.index("bekeek") < html.index("negeerde") < html.index("geüpload")


def test_every_download_has_its_sentence(browser: Browser, partly: Run) -> None:
    for name in ("all_csv", "failed_csv", "all_xlsx", "failed_xlsx", "json", "failed_files"):
        browser.get(reverse(f"migration:download_{name}", args=[partly.pk]))
    browser.post(reverse("migration:support_package", args=[partly.pk]))
    page(browser, "report", partly)
    html = page(browser, "history", partly)
    assert html.count("Anna de Vries downloadde") == 7
    assert "Anna de Vries opende het migratierapport." in html
    assert "download." not in html


def test_what_is_done_again_and_again_is_told_once(browser: Browser, partly: Run) -> None:
    for _ in range(3):
        page(browser, "report", partly)
    html = page(browser, "history", partly)
    assert html.count("Anna de Vries opende het migratierapport.") == 1
    assert "3 keer" in html


def test_another_run_has_a_history_of_its_own(browser: Browser, partly: Run, perfect: Run) -> None:
    browser.get(reverse("migration:download_json", args=[partly.pk]))
    assert "downloadde" not in page(browser, "history", perfect)


def test_it_names_no_number(browser: Browser, anna: User, partly: Run) -> None:
    failures.ignore(some(partly, partly.records.filter(problem_code="SBA-202")), anna, f"hoort bij {UNKNOWN}")
    html = page(browser, "history", partly)
    assert UNKNOWN not in html
    assert f"hoort bij •••••{UNKNOWN[-4:]}" in html


def test_the_run_page_unfolds_it(browser: Browser, partly: Run) -> None:
    url = reverse("migration:history", args=[partly.pk])
    assert f'hx-get="{url}"' in unescape(browser.get(partly.get_absolute_url()).content.decode())
    assert page(browser, "history", partly, HTMX).strip().startswith('<ol id="history"')
