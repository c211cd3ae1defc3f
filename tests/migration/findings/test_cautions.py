"""Warnings: what is worth knowing of a record that was imported all the same, apart from what failed."""

from datetime import timedelta
from html import unescape
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.acts import failures
from migration.findings import cautions
from migration.findings.cautions import codes_of, ended_in, warned_in
from migration.models import Record, Run
from migration.problems import CATALOGUE, CAUTIONS, Caution, DuplicateCode
from portal.models import Client, Office, User
from sba.models import Sba
from sba.samples import SOMEONE, document
from tests.acting import some
from tests.factories import ClientFactory
from tests.markup import unfolded
from tests.migration.conftest import SignIn
from tests.sba.conftest import Import, moved
from tests.sba.messages import fact, without

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
RECENTLY = TODAY - timedelta(days=10)


def counts(run: Run) -> dict[str, int]:
    run.refresh_from_db()
    return {one.caution.code: one.count for one in (*warned_in(run), *ended_in(run))}


def page(browser: Browser, run: Run, **query: str) -> str:
    return unfolded(unescape(browser.get(run.get_absolute_url(), query).content.decode()))


def test_no_code_means_two_things() -> None:
    assert not set(CAUTIONS) & set(CATALOGUE)
    with pytest.raises(DuplicateCode):
        Caution("W-101", title="", meaning="")


def test_the_catalogue_says_what_it_said_before() -> None:
    assert {code: caution.title for code, caution in CAUTIONS.items()} == {
        "W-101": "Bezwaartermijn loopt",
        "W-102": "Bezwaartermijn verlopen",
        "W-105": "Dubbel dossier",
        "W-106": "Status behouden",
        "W-107": "Nummers verschillen",
        "W-108": "Jaren verschillen",
        "W-109": "Belasting op twee manieren",
        "W-110": "Soort aanslag op twee manieren",
        "W-111": "Naam op twee manieren",
        "W-112": "Zelfde inhoud, ander bestand",
        "W-113": "Soort bericht onbekend",
    }


# --- The term: worked out where it is shown --------------------------------------------------------------------------


def test_a_term_runs_until_its_last_day_and_then_has_ended(
    imported: Import, client_of_ours: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = imported([document(dated_on=RECENTLY)])
    record = run.records.get()
    assert record.until
    for day, code in ((record.until, "W-101"), (record.until + timedelta(days=1), "W-102")):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: day)
        assert codes_of(record) == ([code] if code == "W-101" else []), "one that ended is counted, and marks nothing"
        assert counts(run) == {code: 1}
        assert [list(cautions.carrying(code, run))] == [[record]]
    assert not cautions.carrying("W-101", run).exists()


def test_a_provisional_assessment_has_no_term_to_warn_of(imported: Import, client_of_ours: Client) -> None:
    run = imported([document(kind="voorlopig", dated_on=RECENTLY, year=RECENTLY.year)])
    assert codes_of(run.records.get()) == []
    assert counts(run) == {}


def test_an_unknown_term_counts_as_running(imported: Import, client_of_ours: Client) -> None:
    run = imported([fact("DisposalType", "36", without("ObjectionDeadlineDate", document(taxonomy=8)))])
    assert codes_of(run.records.get()) == ["W-101", "W-110"]
    assert counts(run) == {"W-101": 1, "W-110": 1}
    assert list(cautions.carrying("W-101", run)) == [run.records.get()]


def test_what_failed_or_was_undone_has_no_term(imported: Import, client_of_ours: Client, partly: Run) -> None:
    assert codes_of(partly.records.get(position=3)) == []
    Record.objects.filter(run=partly, position=1).update(outcome="undone")
    assert codes_of(partly.records.get(position=1)) == []


# --- What only the write, or the matching, can know ------------------------------------------------------------------


def test_a_status_that_somebody_gave_stays_and_that_is_said(imported: Import, client_of_ours: Client) -> None:
    imported([document(), document(year=2018)], target="te-beoordelen")
    Sba.objects.filter(year=2018).update(status="in-behandeling")
    again = imported([document(), document(year=2018)], target="te-beoordelen")
    assert [codes_of(record) for record in again.records.order_by("position")] == [[], ["W-106"]]
    assert counts(again) == {"W-102": 2, "W-106": 1}


def test_an_overwritten_one_that_kept_its_status_says_so_too(imported: Import, client_of_ours: Client) -> None:
    imported([document(amount=1)], target="akkoord")
    assert "W-106" in codes_of(imported([document(amount=2)], target="te-beoordelen").records.get())


def test_who_overwrites_the_status_is_not_warned(imported: Import, client_of_ours: Client) -> None:
    imported([document(amount=1)], target="akkoord")
    run = imported([document(amount=2)], target="te-beoordelen", overwrite_status=True)
    assert "W-106" not in codes_of(run.records.get())


def test_two_dossiers_of_one_number_are_told_though_one_is_former(imported: Import, office: Office) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, former=True)
    ClientFactory(office=office, tax_id=SOMEONE)
    run = imported([document()])
    assert codes_of(run.records.get()) == ["W-105"]


def test_the_warnings_of_the_check_stay_beside_those_of_the_write(imported: Import, office: Office) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, former=True)
    ClientFactory(office=office, tax_id=SOMEONE)
    imported([document()], target="akkoord")
    run = imported([document()], target="te-beoordelen")
    assert run.records.get().warnings == ["W-105", "W-106"]


def test_a_second_attempt_brings_its_own_warnings(imported: Import, office: Office, anna: User) -> None:
    run = imported([document()])
    ClientFactory(office=office, tax_id=SOMEONE, former=True)
    ClientFactory(office=office, tax_id=SOMEONE)
    assert failures.retry(some(run, run.records.all()), anna)
    moved(run)
    assert run.records.get().warnings == ["W-105"]
    assert counts(run) == {"W-102": 1, "W-105": 1}


# --- Where they are told ---------------------------------------------------------------------------------------------


def test_the_run_tells_them_apart_from_the_failures(
    sign_in: SignIn, bram: User, imported: Import, client_of_ours: Client
) -> None:
    run = imported([document(dated_on=RECENTLY), document(year=2011), b"<x/>"])
    html = page(sign_in(bram), run)
    part = html[html.index("Waarschuwingen") : html.index("Volledigheid")]
    assert "W-101" in part
    assert "Bezwaartermijn verlopen" not in part
    assert "Van 1 SBA is de bezwaartermijn verlopen." in part
    assert part.index("W-101") < part.index("let=W-102")
    assert "SBA-" not in part


def test_terms_that_ended_are_no_reason_to_warn(
    sign_in: SignIn, bram: User, imported: Import, client_of_ours: Client
) -> None:
    """An import of the past has nothing else: it is a number, on the page and on paper, and a mark on no record."""
    run = imported([document(year=2011), document(year=2012)])
    browser = sign_in(bram)
    html = page(browser, run)
    assert "Van 2 SBA's is de bezwaartermijn verlopen." in html
    assert "Waarschuwingen" not in html
    report = unfolded(unescape(browser.get(reverse("migration:report", args=[run.pk])).content.decode()))
    assert "Van 2 SBA's is de bezwaartermijn verlopen." in report
    log = unescape(browser.get(run.records.first().get_absolute_url()).content.decode())  # type: ignore[union-attr]
    sheet = b"".join(browser.get(reverse("migration:download_all_csv", args=[run.pk])))  # type: ignore[arg-type]
    assert [text for text in (log, sheet.decode()) if "W-102" in text or "verlopen" in text] == []


def test_only_what_asks_for_a_look_is_marked(
    sign_in: SignIn, bram: User, imported: Import, client_of_ours: Client
) -> None:
    run = imported([document(dated_on=RECENTLY), document(year=2011)])
    table = page(sign_in(bram), run, toon="alle")
    assert table.count(">Waarschuwing</span>") == 1


def test_the_records_of_a_warning_can_be_listed(
    sign_in: SignIn, bram: User, imported: Import, client_of_ours: Client
) -> None:
    imported([document()], target="akkoord")
    run = imported([document(dated_on=RECENTLY), document(year=2011), document()])
    for code, positions in (("W-101", [1]), ("W-102", [2, 3]), ("W-106", [3])):
        response = sign_in(bram).get(run.get_absolute_url(), {"let": code})
        assert [record.position for record in response.context["table"].window.rows] == positions


def test_the_log_says_what_each_means(sign_in: SignIn, bram: User, imported: Import, client_of_ours: Client) -> None:
    run = imported([document(dated_on=RECENTLY)])
    record = run.records.get()
    assert record.until
    html = unescape(sign_in(bram).get(record.get_absolute_url()).content.decode())
    assert "Waarschuwing W-101 – Bezwaartermijn loopt." in html
    assert f"kan nog bezwaar worden gemaakt, t/m {record.until:%d-%m-%Y}." in html
    assert "waarschuwing W-101" in html  # in the text for support


def test_the_downloads_have_them(sign_in: SignIn, bram: User, imported: Import, client_of_ours: Client) -> None:
    run = imported([document(dated_on=RECENTLY)])
    sheet = b"".join(sign_in(bram).get(reverse("migration:download_all_csv", args=[run.pk])))  # type: ignore[arg-type]
    assert "W-101 – Bezwaartermijn loopt" in sheet.decode()
    whole = b"".join(sign_in(bram).get(reverse("migration:download_json", args=[run.pk])))  # type: ignore[arg-type]
    assert b'"warnings": ["W-101"]' in whole


def test_the_report_has_them(sign_in: SignIn, bram: User, imported: Import, client_of_ours: Client) -> None:
    run = imported([document(dated_on=RECENTLY)])
    html = sign_in(bram).get(reverse("migration:report", args=[run.pk])).content.decode()
    assert "Waarschuwingen" in html
    assert "Bezwaartermijn loopt" in html


# --- What was stored before there were codes -------------------------------------------------------------------------


def test_names_of_before_become_codes_and_back(imported: Import, client_of_ours: Client) -> None:
    codes = import_module("sba.migrations.0003_warning_codes")
    run = imported([document(), document(year=2018)])
    run.records.filter(position=1).update(warnings=["number-differs", "year-differs"])
    codes.to_codes(apps, connection.schema_editor())
    assert [record.warnings for record in run.records.order_by("position")] == [["W-107", "W-108"], []]
    codes.to_names(apps, connection.schema_editor())
    assert run.records.get(position=1).warnings == ["number-differs", "year-differs"]
