"""/instellingen/migratie/<nr>/: what happens now, or what came of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.acts import runs as acts
from migration.findings.filters import Shown
from migration.models import SILENCE, Run
from migration.pages.tables import RecordTable
from migration.problems import NO_ROOM, SUMS_DIFFER
from migration.words.progress import in_words
from portal.lists.keyset import Window
from portal.models import AuditEvent, User
from sba.samples import SOMEONE, document
from tests.markup import unfolded
from tests.migration.conftest import FORMER, HTMX, UNKNOWN, SignIn
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db
POLL = {**HTMX, "HX-Target": "progress"}


def page(browser: Browser, run: Run, headers: dict[str, str] | None = None, **query: object) -> str:
    return text(browser.get(run.get_absolute_url(), query, headers=headers or {}))


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return unfolded(unescape(response.content.decode()))


def put(run: Run, **fields: object) -> Run:
    """The run as it stands at some moment of its road."""
    Run.objects.filter(pk=run.pk).update(**{"moved_at": timezone.now(), **fields})
    run.refresh_from_db()
    return run


@pytest.fixture
def writing(ready: Run) -> Run:
    return put(
        ready, state="writing", members=4101, others=1, new=1200, unchanged=33, failed=7, expected=5, unprocessed=2860
    )


# --- What came of it -------------------------------------------------------------------------------------------------


def test_the_summary_comes_first(browser: Browser, partly: Run) -> None:
    html = page(browser, partly)
    assert "Migratie deels geslaagd: 1 van 4 records geïmporteerd. 2 records vragen actie." in html
    began = f"{timezone.localtime(partly.created_at):%d-%m-%Y %H:%M}"
    assert f'<h1>Migratie <span class="nowrap">{began}</span></h1>' in html
    assert "Los 2 records op" in html
    assert "0 kwijt" in html


def test_a_perfect_run_asks_for_nothing(browser: Browser, perfect: Run) -> None:
    html = page(browser, perfect)
    assert "Migratie succesvol: 2 van 2 records geïmporteerd." in html
    assert "Alles is geïmporteerd. U hoeft niets te doen." in html
    assert "Oorzaken" not in html


def test_expected_failures_alone_are_a_success(browser: Browser, imported: Import, files: dict[str, bytes]) -> None:
    run = imported([document(), document(tax_id=FORMER)])
    html = page(browser, run)
    assert "Migratie succesvol: 1 van 2 records geïmporteerd. 1 record is mislukt, zoals verwacht." in html


def test_nothing_imported_is_a_fault(browser: Browser, imported: Import) -> None:
    assert "Fout bij migratie: 0 van 1 record geïmporteerd. 1 record vraagt actie." in page(
        browser, imported([b"<krom"])
    )


def test_a_sum_that_is_wrong_is_never_a_success(browser: Browser, perfect: Run) -> None:
    html = page(browser, put(perfect, new=1, problem_code=SUMS_DIFFER.code))
    assert "Fout bij migratie: de telling klopt niet." in html
    assert "0 kwijt" not in html


@pytest.mark.parametrize("state", Run.State.values)
def test_every_state_has_a_page(browser: Browser, partly: Run, state: str) -> None:
    html = page(browser, put(partly, state=state))
    assert partly.reference in html


def test_an_undone_run_says_what_became_of_it(browser: Browser, partly: Run) -> None:
    html = page(browser, put(partly, state="undone", new=0, undone=1, undo_removed=1, undo_kept=1))
    assert "Migratie teruggedraaid: 1 verwijderd, 0 teruggezet naar de vorige versie, 1 blijft staan" in html
    assert "0 kwijt" in html


def test_the_causes_are_grouped_and_counted(browser: Browser, partly: Run) -> None:
    html = page(browser, partly)
    causes = html[html.index("Oorzaken") : html.index("Volledigheid")]
    assert [code for code in ("SBA-201", "SBA-202", "SBA-301") if code in causes] == ["SBA-201", "SBA-202", "SBA-301"]
    assert "Klant niet gevonden" in causes
    assert causes.rindex("SBA-201") > causes.rindex("SBA-202")  # what was expected comes last


def test_a_refused_upload_has_a_log_of_its_own(browser: Browser, refused: Run) -> None:
    html = page(browser, refused)
    assert "SBA-105 – Geen SBA's in het bestand" in html
    assert "Kopieer foutmelding" in html
    assert f"Referentie: {refused.reference}" in html
    assert 'id="records"' not in html


def test_its_log_can_be_downloaded(browser: Browser, olga: User, refused: Run) -> None:
    response = browser.get(reverse("migration:run_log_text", args=[refused.pk]))
    assert response["Content-Disposition"] == f'attachment; filename="{refused.reference}.txt"'
    lines = response.content.decode().splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "Referentie", "Foutcode", "Datum/tijd", "Versie", "Soort/jaar", "Bestand", "Melding", "Technisch",
    ]  # fmt: skip
    assert AuditEvent.objects.filter(actor=olga, action="run.download", subject=refused.reference).exists()


def test_no_bsn_stands_on_the_page(browser: Browser, partly: Run) -> None:
    html = page(browser, put(partly, file_name=f"{UNKNOWN}.zip", remark=f"zie {UNKNOWN}"), toon="alle")
    assert not [number for number in (SOMEONE, FORMER, UNKNOWN) if number in html]
    assert f"•••••{UNKNOWN[-4:]}" in html


# --- The records -----------------------------------------------------------------------------------------------------


def positions(html: str) -> list[int]:
    return [int(piece.partition('"')[0]) for piece in html.split('id="log-')[1:]]


def test_what_needs_action_is_shown_first(browser: Browser, partly: Run) -> None:
    assert positions(page(browser, partly)) == [3, 4]
    assert positions(page(browser, partly, toon="mislukt")) == [2, 3, 4]
    assert positions(page(browser, partly, toon="alle")) == [1, 2, 3, 4, 5]
    assert positions(page(browser, partly, code="SBA-202")) == [3]
    assert positions(page(browser, partly, toon="onzin", code="onzin")) == [3, 4]


def test_without_failures_all_are_shown(browser: Browser, perfect: Run) -> None:
    assert positions(page(browser, perfect)) == [1, 2]
    assert "Er zijn geen mislukte records." in page(browser, perfect, toon="mislukt")


def test_every_record_has_a_log_button_with_a_name(browser: Browser, partly: Run) -> None:
    html = page(browser, partly, toon="alle")
    assert len(positions(html)) == 5
    for name in ("Log van record 1, Nieuw", "Log van record 3, Mislukt", "Log van record 5, Overgeslagen"):
        assert f'aria-label="{name}"' in html


def test_a_cell_is_labelled_by_its_column(browser: Browser, partly: Run) -> None:
    html = page(browser, partly, toon="alle")
    headers = [str(column.header) for column in RecordTable(Shown.of(partly, {}), Window([])).columns]
    assert re.findall(r'data-label="(.+?)"', html) == 5 * headers


def test_a_year_has_no_thousands(browser: Browser, partly: Run) -> None:
    html = page(browser, partly, toon="alle")
    assert "2019" in html
    assert "2.019" not in html


def test_pages_are_found_by_position(browser: Browser, fifty_three: Run) -> None:
    first = page(browser, fifty_three)
    assert positions(first) == list(range(1, 51))
    assert "na=50" in first
    assert "voor=" not in first
    second = page(browser, fifty_three, na=50)
    assert positions(second) == [51, 52, 53]
    assert "voor=51" in second
    assert positions(page(browser, fifty_three, voor=51)) == list(range(1, 51))
    assert positions(page(browser, fifty_three, voor=53)) == list(range(3, 53))
    assert positions(page(browser, fifty_three, na="x")) == list(range(1, 51))


def test_htmx_gets_the_records_alone(browser: Browser, partly: Run) -> None:
    html = page(browser, partly, {**HTMX, "HX-Target": "records"}, toon="alle")
    assert html.strip().startswith('<section id="records"')


def test_the_page_costs_the_same_whatever_it_shows(
    browser: Browser, perfect: Run, fifty_three: Run, django_assert_num_queries: Callable[..., Any]
) -> None:
    page(browser, perfect)
    with django_assert_num_queries(6):  # session, user, run, what the filters offer, records, what waits
        page(browser, perfect)
    for query in ({}, {"na": 50}, {"toon": "alle"}):
        with django_assert_num_queries(11):  # and the causes, with what a retry would bring (records, clients, SBA's)
            page(browser, fifty_three, **query)
    for query, more in (({"code": "SBA-202"}, 1), ({"sorteer": "klant"}, 1), ({"sorteer": "klant", "na": 50}, 2)):
        with django_assert_num_queries(11 + more):  # how many; which rows, and where they begin
            page(browser, fifty_three, **query)
    for query, more in (({"zoek": "voorbeeld"}, 1), ({"klant": 1}, 3)):
        with django_assert_num_queries(11 + more):
            page(browser, fifty_three, **query)


def test_nothing_is_ever_counted(
    browser: Browser, fifty_three: Run, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(11) as queries:
        page(browser, fifty_three, toon="alle", na=50)
    records = [
        query["sql"] for query in queries if "migration_record" in query["sql"] and "GROUP BY" not in query["sql"]
    ]
    assert not [sql for sql in records if "COUNT(" in sql or "OFFSET" in sql]


# --- While it moves --------------------------------------------------------------------------------------------------


def test_progress_is_shown_and_asked_after(browser: Browser, writing: Run) -> None:
    html = page(browser, writing)
    assert "1.233 van 4.093 records (30%)" in html
    assert "Uploaden – klaar" in html
    assert "Importeren – bezig" in html
    assert "U kunt dit scherm sluiten. De import gaat door." in html
    assert 'hx-trigger="every 2s"' in html
    assert '<noscript><meta http-equiv="refresh"' in html
    for counter in ("Totaal", "Nieuw", "Overschreven", "Ongewijzigd", "Mislukt", "Nog te doen"):
        assert f"<dt>{counter}" in html


def test_the_poll_is_light(browser: Browser, writing: Run, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(3):  # session, user, run
        html = page(browser, writing, POLL, mislukt=7)
    assert "<title>30% – Migratie – Nextens</title>" in html
    assert '<section id="progress"' in html
    assert len(html) < 6000


def test_a_new_failure_asks_for_the_list_again(browser: Browser, writing: Run) -> None:
    url = writing.get_absolute_url()
    assert browser.get(url, {"mislukt": 6}, headers=POLL)["HX-Trigger"]
    assert "HX-Trigger" not in browser.get(url, {"mislukt": 7}, headers=POLL)


def test_the_end_replaces_everything(browser: Browser, partly: Run) -> None:
    response = browser.get(partly.get_absolute_url(), {"mislukt": 2}, headers=POLL)
    assert response["HX-Retarget"] == "#run"
    html = text(response)
    assert html.strip().startswith('<div id="run"')
    assert "every 2s" not in html


def test_a_remaining_time_is_said_only_when_it_can_be_trusted(browser: Browser, writing: Run) -> None:
    assert "ongeveer" not in page(browser, put(writing, confirmed_at=timezone.now()))
    html = page(browser, put(writing, confirmed_at=timezone.now() - timedelta(seconds=60), checked_at=None,
                             created_at=timezone.now() - timedelta(seconds=90)))  # fmt: skip
    assert "Nog ongeveer 2 minuten" in html
    assert "ongeveer" not in page(browser, put(writing, ended_at=timezone.now())), "it was stopped, and goes on"


@pytest.mark.parametrize(
    ("seconds", "fraction", "words"),
    [
        (4, 0.3, "bijna klaar"), (14, 0.3, "nog ongeveer 15 seconden"), (31, 0.5, "nog ongeveer 40 seconden"),
        (50, 0.95, "bijna klaar"), (70, 0.95, "nog ongeveer een minuut"), (600, 0.95, "nog ongeveer 10 minuten"),
    ],
)  # fmt: skip
def test_almost_is_said_only_when_it_is(seconds: float, fraction: float, words: str) -> None:
    assert in_words(seconds, fraction) == words


def test_what_failed_is_no_progress_of_the_write(browser: Browser, writing: Run) -> None:
    html = page(browser, put(writing, new=0, unchanged=0, failed=2000, expected=0, unprocessed=2100))
    assert "0 van 2.100 records (0%)" in html
    html = page(browser, put(writing, new=1050, unprocessed=1050))
    assert "1.050 van 2.100 records (50%)" in html


def test_the_duration_is_that_of_the_work(browser: Browser, partly: Run) -> None:
    assert partly.worked_ms > 0
    long_ago = timezone.now() - timedelta(hours=3)
    html = page(browser, put(partly, created_at=long_ago, worked_ms=12_400))
    assert "<dt>Duur</dt><dd>12 seconden</dd>" in html
    assert "<dt>Duur</dt>" not in page(browser, put(partly, worked_ms=0)), "nobody counted then"


def test_a_stalled_run_is_told_plainly(browser: Browser, writing: Run) -> None:
    since = timezone.now() - 2 * SILENCE
    html = page(browser, put(writing, moved_at=since, confirmed_at=since))
    assert "ongeveer" not in html
    assert "Geen antwoord van Nextens" in html
    assert f"Sinds {timezone.localtime(since):%H:%M} is er geen voortgang. Uw gegevens zijn veilig:" in html
    assert writing.reference in html


def test_a_run_that_waits_for_room_on_the_disk_says_so_with_its_code(browser: Browser, writing: Run) -> None:
    html = page(browser, put(writing, problem_code=NO_ROOM.code))
    assert f"<h3>{NO_ROOM.title}</h3>" in html
    assert f"{NO_ROOM.cause} Uw gegevens zijn veilig:" in html
    assert f'Foutcode <span class="reference">{NO_ROOM.code}</span>' in html


def test_a_run_that_waits_for_a_worker_says_so(browser: Browser, ready: Run) -> None:
    html = page(browser, put(ready, state="received", members=None, cursor=0, failed=0, others=0))
    assert "Migratiebestand geüpload, wacht op Nextens" in html
    assert "Controleren – wacht" in html


# --- Choosing, stopping ----------------------------------------------------------------------------------------------


def test_a_checked_run_waits_for_a_choice(browser: Browser, ready: Run) -> None:
    html = page(browser, ready)
    assert "Wacht op uw keuze" in html
    assert "Controle van het bestand" in html
    assert ">Volgende</button>" in html
    assert "Nog te doen" in page(browser, ready, toon="alle")


def test_a_reader_sees_no_buttons(sign_in: SignIn, bram: User, ready: Run) -> None:
    html = page(sign_in(bram), ready)
    assert "Controle van het bestand" in html
    assert ">Volgende</button>" not in html


def test_an_unconfirmed_run_can_be_cancelled(browser: Browser, olga: User, ready: Run) -> None:
    reference = ready.reference
    response = browser.post(reverse("migration:cancel", args=[ready.pk]), follow=True)
    assert "De upload is geannuleerd en het bestand is verwijderd." in text(response)
    assert not Run.objects.exists()
    assert AuditEvent.objects.filter(actor=olga, action="run.discard", subject=reference).exists()


def test_a_finished_run_cannot_be_cancelled(browser: Browser, partly: Run) -> None:
    response = browser.post(reverse("migration:cancel", args=[partly.pk]))
    assert response["Location"] == partly.get_absolute_url()
    assert Run.objects.filter(pk=partly.pk).exists()


def test_stopping_is_asked_twice(browser: Browser, olga: User, writing: Run) -> None:
    url = reverse("migration:stop", args=[writing.pk])
    assert f'href="{url}"' in page(browser, writing)
    question = text(browser.get(url))
    assert (
        "De import stopt na het huidige record. Ongeveer 1.233 records blijven geïmporteerd;"
        " ongeveer 2.860 worden niet verwerkt."
    ) in question
    assert "Ja, stop de import" in question
    assert "Nee, ga door" in question
    assert text(browser.get(url, headers=HTMX)).strip().startswith('<div class="dialog-head"')
    browser.post(url)
    html = page(browser, writing)
    assert "Migratie gestopt: 1.200 van 4.100 records geïmporteerd, 33 al aanwezig." in html
    assert "2.860 records zijn niet verwerkt." in html
    assert AuditEvent.objects.filter(actor=olga, action="run.stop", subject=writing.reference).exists()


def test_what_does_not_write_cannot_be_stopped(browser: Browser, partly: Run) -> None:
    url = reverse("migration:stop", args=[partly.pk])
    assert browser.get(url)["Location"] == partly.get_absolute_url()
    browser.post(url)
    partly.refresh_from_db()
    assert partly.state == Run.State.FINISHED


def test_an_e_mail_is_promised_to_whoever_gets_one(browser: Browser, olga: User, writing: Run) -> None:
    assert "De import gaat door en u krijgt een e-mail." in page(browser, put(writing, started_by=olga))
    undoing = put(writing, state=Run.State.UNDOING, mails=False)
    assert "Het terugdraaien gaat door." in page(browser, undoing)


def test_what_stands_still_promises_nothing(browser: Browser, olga: User, writing: Run) -> None:
    silent = put(writing, started_by=olga, moved_at=timezone.now() - SILENCE - timedelta(seconds=1))
    html = page(browser, silent)
    assert "U kunt dit scherm sluiten." in html
    assert "De import gaat door" not in html


def test_the_stop_question_renews_its_numbers_and_leads_away_once_there_is_nothing_to_stop(
    browser: Browser, writing: Run
) -> None:
    url = reverse("migration:stop", args=[writing.pk])
    poll = {**HTMX, "HX-Target": "stop-now", "HX-Trigger": "stop-now"}
    assert 'hx-select="#stop-now"' in text(browser.get(url))
    put(writing, new=2400, unprocessed=1660)
    assert "Ongeveer 2.433 records blijven geïmporteerd; ongeveer 1.660 worden niet verwerkt." in text(
        browser.get(url, headers=poll)
    )
    put(writing, state="finished")
    assert browser.get(url, headers=poll)["Location"] == writing.get_absolute_url()


def test_a_filter_of_what_moves_has_no_numbers_that_lag(browser: Browser, writing: Run) -> None:
    html = page(browser, writing, toon="alle")
    for outcome in ("Nieuw", "Overschreven", "Ongewijzigd", "Nog te doen"):
        assert f">{outcome}</option>" in html


# --- Charts, and the tab of the browser ------------------------------------------------------------------------------


def test_taxes_and_years_are_drawn_with_their_numbers(browser: Browser, partly: Run) -> None:
    taxes, years = {"OB": 6, "unknown": 9, "IB": 1302}, {"2020": 40, "2019": 80}
    html = page(browser, put(partly, breakdown={"tax": taxes, "year": years}))
    assert re.findall(r"<li> <span>(\w+)</span> <svg.*?</svg> <span>([\d.]+)</span>", html) == [
        ("IB", "1.302"),
        ("OB", "6"),
        ("onbekend", "9"),
        ("2019", "80"),
        ("2020", "40"),
    ]
    assert re.findall(r'<rect width="(\d+)" height="1"/> </svg> <span>', html) == ["1000", "4", "6", "1000", "500"]


def test_nothing_to_draw_leaves_no_charts(browser: Browser, partly: Run) -> None:
    assert "Per belasting" not in page(browser, put(partly, breakdown={}))


def test_the_tab_has_a_dot_while_there_is_something_to_do(browser: Browser, partly: Run) -> None:
    assert "favicon-attention" in page(browser, partly)
    assert "favicon-attention" not in page(browser, put(partly, state=Run.State.UNDONE))


def test_what_one_can_still_object_to_is_listed(
    sign_in: Callable[[User], Browser], bram: User, checked: Import, client_of_ours: object
) -> None:
    recent = document(dated_on=timezone.localdate() - timedelta(days=10))
    run = checked([document(year=2016), recent], target="afgehandeld")
    page = sign_in(bram).get(run.get_absolute_url(), {"toon": "termijn"})
    assert [record.position for record in page.context["table"].window.rows] == [2]
    assert "Termijn loopt" in page.content.decode()


# --- Stopped, undone, not there, not allowed -------------------------------------------------------------------------


def test_a_stopped_run_lists_what_was_not_processed_and_offers_the_rest(
    browser: Browser, olga: User, checked: Import, client_of_ours: object
) -> None:
    run = checked([document(), document(year=2018)])
    acts.confirm(run, olga)
    acts.stop(run, olga)
    html = page(browser, run)
    assert "2 records zijn niet verwerkt." in html
    assert "Rest alsnog importeren" in html
    listed = browser.get(run.get_absolute_url(), {"status": "unprocessed"})
    assert [record.position for record in listed.context["table"].window.rows] == [1, 2]
    assert "Niet verwerkt" in listed.content.decode()


def test_what_failed_in_a_stopped_run_waits_for_the_rest(browser: Browser, partly: Run) -> None:
    html = page(browser, put(partly, state="stopped"))
    assert "Importeer eerst de rest; daarna kunt u oplossen wat is mislukt." in html
    assert "Los op" not in html
    assert "Records met SBA-202 negeren" in html
    assert "Records met SBA-202 opnieuw proberen" not in html


def test_a_reader_is_shown_what_failed_and_who_can_solve_it(sign_in: SignIn, bram: User, partly: Run) -> None:
    html = page(sign_in(bram), partly)
    assert "Toon 2 records" in html
    assert "Los 2 records op" not in html
    assert "Oplossen kan een collega die Uitvoerder of Beheerder is." in html


def test_an_undone_run_tells_its_three_buckets(browser: Browser, partly: Run) -> None:
    html = page(browser, put(partly, state="undone", undo_removed=378, undo_restored=19, undo_kept=3))
    for told in (
        "<dt>Verwijderd</dt><dd>378</dd>",
        "<dt>Teruggezet naar vorige versie</dt> <dd>19</dd>",
        "<dt>Blijven staan omdat iemand ze heeft gewijzigd, of een latere migratie</dt> <dd>3</dd>",
    ):
        assert told in html


def test_a_migration_that_is_not_there_says_how_long_logs_are_kept(browser: Browser) -> None:
    response = browser.get("/instellingen/migratie/4711/")
    assert response.status_code == 404
    assert "Deze migratie bestaat niet (meer). Logs worden 24 maanden bewaard" in response.content.decode()


def test_who_may_not_is_told_which_right_to_ask_for(browser: Browser, sign_in: SignIn, bram: User, partly: Run) -> None:
    refused = sign_in(bram).post(reverse("migration:retry", args=[partly.pk]))
    assert refused.status_code == 403
    assert "Vraag uw beheerder om de rol Uitvoerder." in unescape(refused.content.decode())
    refused = browser.get(reverse("migration:undo", args=[partly.pk]))
    assert refused.status_code == 403
    assert "Vraag uw beheerder om de rol Beheerder." in unescape(refused.content.decode())
