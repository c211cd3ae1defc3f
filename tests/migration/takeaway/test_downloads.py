"""…/<nr>/download/…: what one can take away of a run, that it is complete, and what it must not tell."""

import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from html import unescape
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.http import HttpResponseBase
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import runs as acts
from migration.models import Outcome, Record, Run
from migration.takeaway import sheets
from portal.lists.sheets import in_csv
from portal.models import AuditEvent, User
from sba.samples import SOMEONE, document
from tests.factories import ClientFactory
from tests.migration.conftest import FORMER, UNKNOWN, SignIn
from tests.sba.conftest import Files, Import, moved

pytestmark = pytest.mark.django_db
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def get(browser: Browser, run: Run, what: str) -> HttpResponseBase:
    response = browser.get(reverse(f"migration:{what}", args=[run.pk]))
    assert response.status_code == 200
    return response


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def cells(content: bytes) -> list[list[tuple[str, str]]]:
    """The rows of the sheet: of each cell its type ('inlineStr' is text) and its value."""
    sheet = ElementTree.fromstring(zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml"))
    return [
        [(cell.get("t", "n"), "".join(cell.itertext())) for cell in row.iter(f"{SHEET}c")]
        for row in sheet.iter(f"{SHEET}row")
    ]


def counters(run: Run) -> dict[str, int]:
    named = {
        "Nieuw": run.new,
        "Overschreven": run.overwritten,
        "Ongewijzigd": run.unchanged,
        "Mislukt": run.failed,
        "Niet verwerkt": run.unprocessed,
        "Teruggedraaid": run.undone,
        "Overgeslagen": run.others,
    }
    return {name: count for name, count in named.items() if count}


# --- CSV -------------------------------------------------------------------------------------------------------------


def test_the_rows_are_the_counters_on_the_screen(browser: Browser, partly: Run) -> None:
    found = rows(body(get(browser, partly, "download_all_csv")))
    assert len(found) == partly.members == 5
    assert Counter(row["Import status"] for row in found) == counters(partly)
    assert sum(row["Actie nodig"] == "ja" for row in found) == partly.needs_action == 2
    assert sum(row["Bijzonderheid"] == "verwacht" for row in found) == partly.expected == 1
    failed = rows(body(get(browser, partly, "download_failed_csv")))
    assert len(failed) == partly.failed == 3
    assert failed == [row for row in found if row["Import status"] == "Mislukt"]


def test_they_are_so_after_a_stop_and_an_undo(browser: Browser, ready: Run, perfect: Run, anna: User) -> None:
    acts.confirm(ready, anna)
    acts.stop(ready, anna)
    Run.objects.filter(pk=perfect.pk).update(state=Run.State.UNDONE, undone=2, new=0)
    perfect.records.update(outcome=Outcome.UNDONE)
    for run in (ready, perfect):
        run.refresh_from_db()
        found = rows(body(get(browser, run, "download_all_csv")))
        assert Counter(row["Import status"] for row in found) == counters(run)


def test_nothing_of_an_undone_run_asks_for_action(browser: Browser, partly: Run) -> None:
    Run.objects.filter(pk=partly.pk).update(state=Run.State.UNDONE, undone=1, new=0)
    told = rows(body(get(browser, partly, "download_all_csv")))
    assert {row["Actie nodig"] for row in told} == {"nee"}
    assert json.loads(body(get(browser, partly, "download_json")))["run"]["counts"]["needs_action"] == 0


def test_a_row_says_it_in_dutch(browser: Browser, partly: Run) -> None:
    first, second, third, fourth, fifth = rows(body(get(browser, partly, "download_all_csv")))
    assert first["#"] == "1"
    assert first["Referentie"] == f"{partly.reference}/0001"
    assert (first["Belasting"], first["Jaar"], first["Import status"]) == ("IB", "2019", "Nieuw")
    assert first["BSN/FI"] == f"•••••{SOMEONE[-4:]}"
    assert re.fullmatch(r"\d\d-\d\d-\d{4}", first["Dagtekening"])
    assert re.fullmatch(r"-?\d+", first["Bedrag"])
    assert first["Status"] == "Te beoordelen"
    assert (second["Foutcode"], second["Bijzonderheid"]) == ("SBA-201", "verwacht")
    assert (third["Foutcode"], third["Fout"]) == ("SBA-202", "Klant niet gevonden")
    assert fourth["Bezwaar mogelijk t/m"] == ""  # nothing is known of what cannot be read
    assert fifth["Import status"] == "Overgeslagen"


@pytest.mark.parametrize(
    ("kind", "words"), [("voorlopig", "Herziening aanvragen mogelijk"), ("onbekend", "Termijn onbekend")]
)
def test_a_term_that_is_missing_is_explained(
    kind: str, words: str, browser: Browser, imported: Import, client_of_ours: object
) -> None:
    run = imported([document()])
    run.records.update(kind=kind, until=None)
    (row,) = rows(body(get(browser, run, "download_all_csv")))
    assert row["Bezwaar mogelijk t/m"] == words
    assert words in unescape(browser.get(f"{run.get_absolute_url()}?toon=alle").content.decode())


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+31 20", "'+31 20"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'=1+1"),
        ("\r\n=1+1", "'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("a\r\n;b", "a ;b"),
        (-250, "-250"),
        (0, "0"),
        (None, ""),
        ("'t Hooft", "'t Hooft"),
    ],
)
def test_a_text_is_no_formula_and_a_number_stays_one(cell: str | int | None, written: str) -> None:
    assert in_csv(cell) == written


def test_a_name_that_is_a_formula_stays_a_name(browser: Browser, imported: Import, office: object) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, name='=HYPERLINK("http://kwaad.example";"klik")')
    run = imported({"=cmd;'x'.xbrl": document(), "@b.xbrl": b"<kapot"})
    found = rows(body(get(browser, run, "download_all_csv")))
    assert len(found) == 2
    assert found[0]["Klant"] == '\'=HYPERLINK("http://kwaad.example";"klik")'
    assert found[1]["Bestand"] == "'@b.xbrl"
    sheet = body(get(browser, run, "download_all_xlsx"))
    assert b"<f>" not in zipfile.ZipFile(BytesIO(sheet)).read("xl/worksheets/sheet1.xml")


def test_the_name_of_the_file_holds_the_reference_alone(browser: Browser, partly: Run) -> None:
    for what, name in (
        ("download_all_csv", "alle-records.csv"),
        ("download_failed_csv", "mislukt.csv"),
        ("download_all_xlsx", "alle-records.xlsx"),
        ("download_failed_xlsx", "mislukt.xlsx"),
        ("download_failed_files", "mislukte-bestanden.zip"),
    ):
        disposition = get(browser, partly, what)["Content-Disposition"]
        assert disposition == f'attachment; filename="{partly.reference}-{name}"'
    assert f'"{partly.reference}.json"' in get(browser, partly, "download_json")["Content-Disposition"]


def test_memory_stays_flat(
    partly: Run, django_assert_num_queries: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "AT_ONCE", 100)
    Record.objects.bulk_create(
        Record(run=partly, position=10 + n, name=f"{n}.xbrl", size=1, verdict="new", outcome="new") for n in range(950)
    )
    found = sheets.records_of(partly)
    with django_assert_num_queries(1):  # the first rows come before the others are asked for
        next(found)
    with django_assert_num_queries(9 + 1):
        assert sum(1 for _ in found) == 954


# --- XLSX ------------------------------------------------------------------------------------------------------------


def test_the_sheet_says_the_same_with_dates_and_numbers(browser: Browser, partly: Run) -> None:
    table = cells(body(get(browser, partly, "download_all_xlsx")))
    assert len(table) == 1 + 5
    heading = [value for _, value in table[0]]
    first = dict(zip(heading, table[1], strict=False))
    assert heading[:4] == ["#", "Referentie", "Klant", "BSN/FI"]
    assert first["#"] == ("n", "1")
    assert first["Jaar"] == ("n", "2019")
    assert first["Dagtekening"][0] == "n"
    assert float(first["Dagtekening"][1]) > 40_000  # days since 1900
    assert first["Referentie"] == ("inlineStr", f"{partly.reference}/0001")
    assert first["BSN/FI"] == ("inlineStr", f"•••••{SOMEONE[-4:]}")
    assert len(cells(body(get(browser, partly, "download_failed_xlsx")))) == 1 + partly.failed


def test_nothing_is_left_of_it_on_the_disk(browser: Browser, partly: Run) -> None:
    body(get(browser, partly, "download_all_xlsx"))  # and _no_upload_is_left looks


# --- JSON ------------------------------------------------------------------------------------------------------------


def test_everything_is_in_the_json(browser: Browser, partly: Run) -> None:
    told = json.loads(body(get(browser, partly, "download_json")))
    assert told["run"]["reference"] == partly.reference
    assert told["run"]["counts"]["failed"] == partly.failed
    assert Counter(record["outcome"] for record in told["records"]) == {"new": 1, "failed": 3, "other": 1}
    assert [record["position"] for record in told["records"]] == [1, 2, 3, 4, 5]
    assert told["log"][0]["event"] == "received"
    assert len(told["log"]) == partly.log_lines.count()


def test_a_refused_file_gives_valid_json_too(browser: Browser, refused: Run) -> None:
    told = json.loads(body(get(browser, refused, "download_json")))
    assert (told["run"]["code"], told["records"]) == ("SBA-105", [])


# --- The failed files ------------------------------------------------------------------------------------------------


def test_the_failed_files_fail_again_in_the_same_way(browser: Browser, imported: Import, partly: Run) -> None:
    content = body(get(browser, partly, "download_failed_files"))
    archive = zipfile.ZipFile(BytesIO(content))
    assert archive.testzip() is None
    assert len(archive.namelist()) == partly.failed
    again = imported({name: archive.read(name) for name in archive.namelist()})
    before = partly.records.failures().values_list("problem_code", flat=True)
    assert list(again.records.failures().values_list("problem_code", flat=True)) == list(before)
    assert (again.record_count, again.failed, again.expected) == (3, 3, 1)


def test_the_zip_itself_can_be_uploaded(
    browser: Browser, partly: Run, at_file_page: Callable[..., Browser], olga: User, zip_file: Callable[..., Any]
) -> None:
    upload = zip_file()
    upload.file = BytesIO(body(get(browser, partly, "download_failed_files")))
    upload.size = len(upload.file.getvalue())
    at_file_page(olga).post(reverse("migration:wizard_file"), {"file": upload})
    run = Run.objects.latest("pk")
    moved(run)
    assert (run.problem_code, run.record_count, run.failed) == ("", 3, 3)


def test_their_names_are_masked_plain_and_unique(browser: Browser, imported: Import, client_of_ours: object) -> None:
    run = imported({f"{year}/{UNKNOWN} – Jansen=x.xml": document(tax_id=UNKNOWN, year=year) for year in (2018, 2019)})
    names = zipfile.ZipFile(BytesIO(body(get(browser, run, "download_failed_files")))).namelist()
    assert names == [f"00000{n}-xxxxx{UNKNOWN[-4:]}_Jansen_x.xml" for n in (1, 2)]


def test_what_was_never_kept_is_said(browser: Browser, partly: Run) -> None:
    partly.records.filter(problem_code="SBA-202").update(digest="")
    archive = zipfile.ZipFile(BytesIO(body(get(browser, partly, "download_failed_files"))))
    assert len(archive.namelist()) == 3
    assert archive.read("LEESMIJ.txt").decode().endswith("niet in deze ZIP: 3.\r\n")


# --- The package for support -----------------------------------------------------------------------------------------


def package(browser: Browser, run: Run, **ticked: str) -> dict[str, str]:
    response = browser.post(reverse("migration:support_package", args=[run.pk]), ticked)
    assert response.status_code == 200
    archive = zipfile.ZipFile(BytesIO(body(response)))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def test_support_gets_the_run_its_failures_and_its_log(browser: Browser, partly: Run) -> None:
    told = package(browser, partly)
    assert set(told) == {"run.json", "mislukt.csv", "log.txt"}
    assert json.loads(told["run.json"])["counts"]["failed"] == 3
    assert len(rows(told["mislukt.csv"].encode())) == 3
    assert len(told["log.txt"].splitlines()) == partly.log_lines.count()


def test_it_names_nobody(browser: Browser, partly: Run, anna: User, files: Files) -> None:
    Run.objects.filter(pk=partly.pk).update(remark="Van Jansen", file_name=f"Jansen {UNKNOWN}.zip")
    everything = "".join(package(browser, partly).values())
    for personal in (SOMEONE, FORMER, UNKNOWN, "Testema", "Onbekend,", "U. Onbekend", "Jansen", anna.name, "Klant 1"):
        assert personal not in everything
    assert f"•••••{UNKNOWN[-4:]}" in everything


def test_a_manager_may_tick_that_it_does(sign_in: SignIn, anna: User, partly: Run) -> None:
    page = sign_in(anna).get(reverse("migration:support_package", args=[partly.pk])).content.decode()
    assert "Met BSN/FI en namen" in page
    told = package(sign_in(anna), partly, reveals="on")
    assert UNKNOWN in told["mislukt.csv"]
    assert "U. Onbekend" in told["mislukt.csv"]
    assert AuditEvent.objects.filter(actor=anna, action="download.support.revealed", subject=partly.reference).exists()


def test_nobody_else_may(sign_in: SignIn, olga: User, bram: User, partly: Run) -> None:
    url = reverse("migration:support_package", args=[partly.pk])
    for user in (olga, bram):
        assert "Met BSN/FI en namen" not in sign_in(user).get(url).content.decode()
        assert sign_in(user).post(url, {"reveals": "on"}).status_code == 403
    assert not AuditEvent.objects.filter(action__startswith="download.support").exists()


def test_a_fact_cannot_forge_a_line_of_the_log(browser: Browser, partly: Run) -> None:
    partly.log("finished", imported="1\n2026-01-01 00:00:00 migratie undone")
    told = package(browser, partly)
    assert len(told["log.txt"].splitlines()) == partly.log_lines.count()


# --- The overview ----------------------------------------------------------------------------------------------------


def test_the_overview_is_every_run_of_ones_office(
    browser: Browser, sign_in: SignIn, carla: User, partly: Run, perfect: Run, refused: Run
) -> None:
    response = browser.get(reverse("migration:download_overview"))
    found = rows(body(response))
    assert response["Content-Disposition"] == 'attachment; filename="migratie-overzicht.csv"'
    assert [row["Referentie"] for row in found] == [refused.reference, perfect.reference, partly.reference]
    last = found[-1]
    assert (last["# records"], last["# mislukt"], last["# verwacht"], last["Actie nodig"]) == ("4", "3", "1", "2")
    assert last["Status"] == "Deels geslaagd"
    assert rows(body(sign_in(carla).get(reverse("migration:download_overview")))) == []


@pytest.mark.parametrize(
    "query",
    ["", "toon=actie", "toon=afgerond&periode=week", "soort=sba&sort=file_name", "door=x", "toon=bezig", "sort=-sbas"],
)
def test_the_overview_is_what_the_screen_shows(
    browser: Browser, partly: Run, perfect: Run, refused: Run, query: str
) -> None:
    """As many rows as the caption counts, in the order of the list; also behind its first page."""
    screen = browser.get(f"{reverse('migration:overview')}?{query}").content.decode()
    found = rows(body(browser.get(f"{reverse('migration:download_overview')}?{query}&page=2&aantal=25")))
    shown = [int(pk) for pk in re.findall(r'class="main" id="run-(\d+)"', screen)]
    assert [row["Referentie"] for row in found] == [Run.objects.get(pk=pk).reference for pk in shown]
    counted = re.search(r"(\d+) migraties?\s*</caption>", screen)
    assert len(found) == (int(counted[1]) if counted else 0)
    if found:
        assert f"download/?{query}".removesuffix("?") in screen.replace("&amp;", "&")


# --- All of them -----------------------------------------------------------------------------------------------------

ALL = (
    ("download_all_csv", "download.csv.alle"),
    ("download_failed_csv", "download.csv.mislukt"),
    ("download_all_xlsx", "download.xlsx.alle"),
    ("download_failed_xlsx", "download.xlsx.mislukt"),
    ("download_json", "download.json"),
    ("download_failed_files", "download.files"),
)


@pytest.mark.parametrize(("what", "action"), ALL)
def test_every_download_stands_in_the_audit_trail(
    what: str, action: str, browser: Browser, olga: User, partly: Run
) -> None:
    get(browser, partly, what)
    (event,) = AuditEvent.objects.filter(action__startswith="download.")
    assert (event.actor, event.action, event.subject) == (olga, action, partly.reference)


@pytest.mark.parametrize("what", [what for what, _ in ALL if what != "download_failed_files"])
def test_no_download_tells_a_number(what: str, browser: Browser, imported: Import, files: Files) -> None:
    run = imported(files, remark=f"zie {UNKNOWN}")
    content = body(get(browser, run, what))
    if what.endswith("xlsx"):
        content = zipfile.ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert len(content) > 500
    for number in (SOMEONE, FORMER, UNKNOWN):
        assert number.encode() not in content


@pytest.mark.parametrize("what", [what for what, _ in ALL])
def test_a_stranger_finds_nothing_and_leaves_no_trace(what: str, sign_in: SignIn, carla: User, partly: Run) -> None:
    assert sign_in(carla).get(reverse(f"migration:{what}", args=[partly.pk])).status_code == 404
    assert not AuditEvent.objects.filter(action__startswith="download.").exists()


def test_the_menu_offers_what_one_may_have(sign_in: SignIn, olga: User, bram: User, partly: Run, perfect: Run) -> None:
    def offered(user: User, run: Run) -> list[str]:
        html = sign_in(user).get(run.get_absolute_url()).content.decode()
        menu = html[html.index("Download log") : html.index("Supportpakket")]
        return re.findall(r">([^<>]+)</a>", menu)

    every = ["Alle records (CSV)", "Alleen mislukte (CSV)", "Alle records (Excel)", "Alleen mislukte (Excel)"]
    assert offered(olga, partly) == [*every, "Volledig (JSON)", "Mislukte bestanden (ZIP)"]
    assert offered(bram, partly) == [*every, "Volledig (JSON)"]
    assert offered(bram, perfect) == ["Alle records (CSV)", "Alle records (Excel)", "Volledig (JSON)"]
