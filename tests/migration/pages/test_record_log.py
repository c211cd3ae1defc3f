"""…/<nr>/records/<n>/log/: what happened to one record, what can be done, and a text to send to support."""

from collections.abc import Callable
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.models import LogLine, Record, Run
from migration.words.logs import happened
from portal.models import AuditEvent, User
from sba.samples import SOMEONE, document
from tests.migration.conftest import FORMER, HTMX, UNKNOWN, SignIn
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db

LINES = ["Referentie", "Foutcode", "Datum/tijd", "Versie", "Soort/jaar", "Bestand", "Melding", "Technisch"]


def url_of(run: Run, position: int, name: str = "record_log") -> str:
    return reverse(f"migration:{name}", args=[run.pk, position])


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


def log(browser: Browser, run: Run, position: int) -> str:
    return text(browser.get(url_of(run, position)))


def test_a_failure_is_explained_in_the_order_in_which_one_asks(browser: Browser, partly: Run) -> None:
    html = log(browser, partly, 3)
    told = [
        "SBA-202 – Klant niet gevonden",
        "Wat is er gebeurd",
        "Er is in uw kantoor geen klant met het BSN/FI van deze SBA.",
        "Wat kunt u doen",
        "Mag ik dit negeren?",
        "Helpt opnieuw proberen?",
        "Kopieer foutmelding",
        "Download (.txt)",
        "Bestand in ZIP",
        "Verloop",
        "Migratiebestand geüpload door Anna de Vries.",
        "Controle klaar: 4 records gevonden, waarschijnlijk 3 mislukt.",
        "Import klaar: 1 geïmporteerd, 3 mislukt.",
        "Technische gegevens",
    ]
    places = [html.index(one) for one in told]
    assert places == sorted(places)


def test_the_dialog_is_the_same_log(browser: Browser, partly: Run) -> None:
    part = text(browser.get(url_of(partly, 3), headers=HTMX))
    assert part.strip().startswith('<div class="dialog-head"')
    assert 'id="dialog-title">SBA-202 – Klant niet gevonden</h2>' in part
    assert "<h1>" not in part


def test_one_goes_from_failure_to_failure(browser: Browser, partly: Run) -> None:
    html = log(browser, partly, 3)
    assert f'href="{url_of(partly, 2)}"' in html
    assert f'href="{url_of(partly, 4)}"' in html
    assert "Vorige mislukte" not in log(browser, partly, 2)
    assert "Volgende mislukte" not in log(browser, partly, 4)


def test_no_bsn_stands_in_the_log(browser: Browser, partly: Run) -> None:
    for position in range(1, 6):
        html = log(browser, partly, position)
        assert not [number for number in (SOMEONE, FORMER, UNKNOWN) if number in html]
    assert f"•••••{UNKNOWN[-4:]}-ih.xbrl" in log(browser, partly, 3)


@pytest.mark.parametrize(
    ("position", "title", "sentence"),
    [
        (1, "Record 1 – Nieuw", "en is toegevoegd, met de status 'Te beoordelen'."),
        (2, "SBA-201 – Voormalige klant", "U hoeft niets te doen."),
        (4, "SBA-301 – Bericht niet te lezen", "Dit bestand is niet te lezen als bericht"),
        (5, "Record 5 – Overgeslagen", "Het is overgeslagen."),
    ],
)
def test_every_record_has_a_log(browser: Browser, partly: Run, position: int, title: str, sentence: str) -> None:
    html = log(browser, partly, position)
    assert title in html
    assert sentence in html


def test_the_log_names_the_status_that_the_record_got(
    browser: Browser, imported: Import, client_of_ours: object
) -> None:
    """Not the one chosen for the whole migration, where the term to object still ran."""
    run = imported([document(dated_on=timezone.localdate())], target="afgehandeld")
    assert "en is toegevoegd, met de status 'Te beoordelen'." in log(browser, run, 1)


def test_an_imported_record_leads_to_the_dossier(browser: Browser, partly: Run) -> None:
    record = Record.objects.select_related("client").get(run=partly, position=1)
    assert record.client
    assert f'href="{record.client.get_absolute_url()}"' in log(browser, partly, 1)


@pytest.mark.parametrize("outcome", ["overwritten", "unchanged"])
def test_what_was_there_already_is_said(browser: Browser, imported: Import, perfect: Run, outcome: str) -> None:
    amount = {"overwritten": 99, "unchanged": 4321}[outcome]
    run = imported([document(year=2016, amount=amount)])
    assert "Deze SBA stond al in het dossier, met" in log(browser, run, 1)
    assert run.records.get().outcome == outcome


# --- To support ------------------------------------------------------------------------------------------------------


def test_the_text_has_fixed_lines(browser: Browser, olga: User, partly: Run) -> None:
    response = browser.get(url_of(partly, 3, "record_log_text"))
    assert response["Content-Disposition"] == f'attachment; filename="{partly.reference}-0003.txt"'
    lines = text(response).splitlines()
    assert [line.partition(": ")[0] for line in lines] == LINES
    assert lines[0] == f"Referentie: {partly.reference}/0003"
    assert lines[1] == "Foutcode: SBA-202 – Klant niet gevonden"
    assert lines[4] == "Soort/jaar: IB definitief 2017"
    assert UNKNOWN not in "".join(lines)
    assert AuditEvent.objects.filter(actor=olga, action="record.download", subject=f"{partly.reference}/0003").exists()


def test_the_text_on_the_page_is_the_same(browser: Browser, partly: Run) -> None:
    assert text(browser.get(url_of(partly, 3, "record_log_text"))) in log(browser, partly, 3)


def test_a_line_break_in_a_name_forges_no_line(browser: Browser, partly: Run) -> None:
    Record.objects.filter(run=partly, position=3).update(name="a\nMelding: vals\r\n.xbrl")
    lines = text(browser.get(url_of(partly, 3, "record_log_text"))).splitlines()
    assert [line.partition(": ")[0] for line in lines] == LINES


def test_only_a_manager_is_offered_the_bsn(sign_in: SignIn, anna: User, olga: User, bram: User, partly: Run) -> None:
    assert "Kopieer met BSN/FI" in log(sign_in(anna), partly, 3)
    assert "Kopieer met BSN/FI" not in log(sign_in(olga), partly, 3)
    assert "Kopieer met BSN/FI" not in log(sign_in(bram), partly, 3)
    assert "Kopieer met BSN/FI" not in log(sign_in(anna), partly, 4)  # there is none to show


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_manager_gets_the_bsn_and_it_is_written_down(
    sign_in: SignIn, anna: User, partly: Run, headers: dict[str, str]
) -> None:
    html = text(sign_in(anna).post(url_of(partly, 3, "record_reveal"), headers=headers))
    assert f"BSN/FI: {UNKNOWN}" in html
    assert html.count(UNKNOWN) == 1
    (event,) = AuditEvent.objects.filter(action="record.copy")
    assert (event.actor, event.subject) == (anna, f"{partly.reference}/0003")


def test_an_operator_does_not_get_it(browser: Browser, carla: User, sign_in: SignIn, partly: Run) -> None:
    assert browser.post(url_of(partly, 3, "record_reveal")).status_code == 403
    assert sign_in(carla).post(url_of(partly, 3, "record_reveal")).status_code == 404
    assert not AuditEvent.objects.filter(action__in=("record.reveal", "record.copy")).exists()


def test_the_log_costs_a_constant_number_of_queries(
    browser: Browser, fifty_three: Run, django_assert_num_queries: Callable[..., object]
) -> None:
    for position in (1, 27, 53):
        with django_assert_num_queries(10):  # session, user, run, record, lines, two ways, others, client, header
            log(browser, fifty_three, position)


def test_the_log_is_there_for_a_program_too_and_without_a_bsn(
    sign_in: Callable[[User], Browser], bram: User, partly: Run
) -> None:
    response = sign_in(bram).get(reverse("migration:record_log_json", args=[partly.pk, 3]))
    told = response.json()
    assert told["Referentie"] == f"{partly.reference}/0003"
    assert told["Foutcode"].startswith("SBA-202")
    assert UNKNOWN not in response.content.decode()
    assert response["Content-Disposition"].endswith('-0003.json"')


def test_the_mail_to_support_names_the_reference_alone(
    sign_in: Callable[[User], Browser], bram: User, partly: Run
) -> None:
    html = sign_in(bram).get(reverse("migration:record_log", args=[partly.pk, 3])).content.decode()
    assert f"?subject={partly.reference}/0003%20SBA-202" in html


def test_a_manager_sees_the_bsn_in_its_own_cell(sign_in: SignIn, anna: User, partly: Run) -> None:
    browser = sign_in(anna)
    row = text(browser.get(partly.get_absolute_url()))
    assert f'formaction="{url_of(partly, 3, "record_reveal")}"' in row
    assert UNKNOWN not in row
    cell = text(browser.post(url_of(partly, 3, "record_reveal"), {"cel": ""}, headers=HTMX))
    assert cell == f'<span tabindex="-1" autofocus>{UNKNOWN}</span>\n'
    (event,) = AuditEvent.objects.filter(action="record.reveal")
    assert event.subject == partly.records.get(position=3).reference


def test_only_a_manager_can_ask_for_it_beside_the_masked_one(
    browser: Browser, sign_in: SignIn, anna: User, partly: Run
) -> None:
    offer = "Toon BSN/FI van record 3"
    assert offer in text(sign_in(anna).get(partly.get_absolute_url()))
    assert offer in log(sign_in(anna), partly, 3)
    assert offer not in text(browser.get(partly.get_absolute_url()))
    assert offer not in log(browser, partly, 3)


def test_the_copied_text_is_dutch(browser: Browser, partly: Run) -> None:
    assert "oordeel mislukt; uitkomst mislukt" in log(browser, partly, 3)


# --- Where nothing can be mended ------------------------------------------------------------------------------------

FIRST = "Importeer eerst de rest van het bestand: kies 'Rest alsnog importeren' bij de migratie."
SUPPORT = "Stuur de foutmelding (zonder BSN) naar support"


def put(run: Run, **fields: object) -> Run:
    Run.objects.filter(pk=run.pk).update(**{"moved_at": timezone.now(), **fields})
    return run


def test_in_a_stopped_run_the_rest_comes_first_and_only_ignoring_is_offered(browser: Browser, partly: Run) -> None:
    html = log(browser, put(partly, state="stopped"), 3)
    assert html.index(FIRST) < html.index("Kies 'Maak klant aan'")
    assert html.count("Maak klant aan") == 1, "the word, and no button"
    assert ">Negeren</a>" in html


def test_what_needs_nothing_of_the_run_can_be_done_at_once(browser: Browser, partly: Run) -> None:
    html = log(browser, put(partly, state="stopped"), 4)
    assert SUPPORT in html
    assert FIRST not in html


def test_without_its_file_the_rest_is_for_another_run(browser: Browser, partly: Run) -> None:
    html = log(browser, put(partly, state="stopped", file_removed_at=timezone.now()), 3)
    assert "Het ZIP-bestand is niet meer bewaard. Upload het opnieuw" in html
    assert FIRST not in html


@pytest.mark.parametrize("state", ["ready", "writing", "retrying"])
def test_before_the_end_the_steps_are_for_later(browser: Browser, partly: Run, state: str) -> None:
    assert "U kunt deze stappen zetten zodra de import klaar is." in log(browser, put(partly, state=state), 3)


def test_in_an_undone_run_nothing_asks_for_action(browser: Browser, partly: Run) -> None:
    html = log(browser, put(partly, state="undone"), 3)
    assert "Deze migratie is teruggedraaid. U hoeft niets te doen." in html
    for asking in ("Maak klant aan", "Mag ik dit negeren?", "Negeren</a>"):
        assert asking not in html
    assert 'class="badge" data-state="stop"' not in text(browser.get(partly.get_absolute_url(), {"toon": "mislukt"}))


def test_what_was_ignored_in_a_stopped_run_is_ignored(browser: Browser, partly: Run) -> None:
    browser.post(url_of_run(put(partly, state="stopped"), "ignore"), {"record": "3", "reason": "niet van ons"})
    assert "Niet meer negeren" in log(browser, partly, 3)


def url_of_run(run: Run, name: str) -> str:
    return reverse(f"migration:{name}", args=[run.pk])


def test_a_reader_is_told_who_can_solve_it(sign_in: SignIn, bram: User, partly: Run) -> None:
    html = log(sign_in(bram), partly, 3)
    assert "maar niet oplossen. Dat kan een collega die Uitvoerder of Beheerder is." in html


# --- Numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "facts", "sentence"),
    [
        ("retry_began", {"actor": "Anna", "count": "1"}, "gestart door Anna, voor 1 mislukt record."),
        ("retry_began", {"actor": "Anna", "count": "12"}, "gestart door Anna, voor 12 mislukte records."),
        ("retried", {"failed": "1"}, "1 record is nog mislukt."),
        ("retried", {"failed": "0"}, "0 records zijn nog mislukt."),
        ("undone", {"removed": "3", "restored": "1", "kept": "1"}, "3 verwijderd, 1 teruggezet, 1 blijft staan."),
        ("undone", {"removed": "3", "restored": "1", "kept": "2"}, "3 verwijderd, 1 teruggezet, 2 blijven staan."),
        ("checked", {"found": "1", "failed": "0"}, "Controle klaar: 1 record gevonden, waarschijnlijk 0 mislukt."),
    ],
)
def test_one_is_told_as_one(event: str, facts: dict[str, str], sentence: str) -> None:
    assert happened(LogLine(event=event, facts=facts)).endswith(sentence)
