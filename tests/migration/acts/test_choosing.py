"""From the log of a record: which dossier, which version, and what differs from the version that stands there."""

from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import choices, failures
from migration.acts import runs as acts
from migration.models import Choice, Record, Run
from migration.road import pipeline
from migration.upkeep import purge
from migration.upkeep.integrity import damages
from portal.models import AuditEvent, Client, Office, User
from sba.models import Sba
from sba.samples import SOMEONE, Assessment, document, render
from tests.acting import some
from tests.factories import ClientFactory
from tests.markup import unfolded
from tests.migration.conftest import HTMX, SignIn
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(office: Office) -> list[Client]:
    """Two dossiers of one company, as an office has them for VPB and BTW; and one it once had."""
    ClientFactory(office=office, tax_id=SOMEONE, name="Oud BV", former=True)
    names = {"Testema BTW": "200", "Testema VPB": "100"}
    return [
        ClientFactory(office=office, tax_id=SOMEONE, name=name, client_number=number, kind="company")
        for name, number in names.items()
    ]


@pytest.fixture
def doubtful(imported: Import, pair: list[Client]) -> Run:
    """Three records of that company."""
    return imported([document(year=2017), document(year=2018), document(year=2019, tax="OB", kind="naheffing")])


@pytest.fixture
def twice(imported: Import, client_of_ours: Client) -> Run:
    """One assessment in three files with two contents, and another one."""
    files = {"a.xbrl": 100, "b.xbrl": 200, "c.xbrl": 200}
    return imported(
        {**{name: document(amount=amount) for name, amount in files.items()}, "d.xbrl": document(year=2016)}
    )


@pytest.fixture
def outdated(imported: Import, office: Office, anna: User) -> Run:
    """A record that was tried again after a later migration had brought another version."""
    older = imported([document(amount=100, balance=100)], target="afgehandeld")
    ClientFactory(office=office, tax_id=SOMEONE, name="T. Testema")
    imported([document(amount=200, balance=100)])
    assert failures.retry(some(older, older.records.failures()), anna)
    return moved(older)


def url_of(run: Run, name: str, position: int = 1) -> str:
    return reverse(f"migration:{name}", args=[run.pk, position])


def page(browser: Browser, run: Run, name: str, position: int = 1, **headers: str) -> str:
    response = browser.get(url_of(run, name, position), headers=headers or None)
    assert response.status_code == 200
    return unfolded(unescape(response.content.decode()))


def press(browser: Browser, run: Run, name: str, position: int = 1, **fields: Any) -> str:
    response = browser.post(url_of(run, name, position), fields, follow=True)
    pipeline.move(run.pk)
    run.refresh_from_db()
    return unfolded(unescape(response.content.decode()))


def endings(run: Run) -> list[str]:
    """'new', or the code."""
    return [record.problem_code or record.outcome for record in run.records.order_by("position")]


def is_sound(run: Run) -> bool:
    run.refresh_from_db()
    return run.sums_up and run.state == Run.State.FINISHED and not list(damages())


# --- 'Kies dossier' --------------------------------------------------------------------------------------------------


def test_the_dossiers_are_told_apart(browser: Browser, imported: Import, doubtful: Run) -> None:
    assert 'href="' + url_of(doubtful, "choose_dossier") in page(browser, doubtful, "record_log")
    html = page(browser, doubtful, "choose_dossier")
    assert "Klantnummer 100 · bedrijf · 0 SBA's · actief" in html
    assert "Niet te kiezen, want voormalig: Oud BV (persoon · 0 SBA's · voormalig)." in html
    assert "Ook voor de 2 andere records van deze klant in deze migratie (1 × IB, 1 × OB)" in html
    assert "Dossiers samenvoegen" in html
    assert SOMEONE not in html


def test_a_dossier_says_how_much_is_in_it(
    browser: Browser, imported: Import, pair: list[Client], doubtful: Run
) -> None:
    press(browser, doubtful, "choose_dossier", dossier=pair[0].pk)
    html = page(browser, doubtful, "choose_dossier", 2)
    assert "Klantnummer 200 · bedrijf · 1 SBA's · actief" in html


def test_the_chosen_dossier_gets_this_record_alone(
    browser: Browser, olga: User, pair: list[Client], doubtful: Run
) -> None:
    assert "Het dossier is gekozen" in press(browser, doubtful, "choose_dossier", dossier=pair[1].pk)
    assert endings(doubtful) == ["new", "SBA-203", "SBA-203"]
    assert (Sba.objects.get().client, Client.objects.filter(tax_id=SOMEONE).count()) == (pair[1], 3)
    assert doubtful.records.get(position=1).client == pair[1]
    subject = f"{doubtful.reference}/0001"
    assert AuditEvent.objects.filter(actor=olga, action="record.dossier", subject=subject).count() == 1
    assert is_sound(doubtful)


def test_or_all_records_of_the_client(browser: Browser, pair: list[Client], doubtful: Run) -> None:
    press(browser, doubtful, "choose_dossier", dossier=pair[1].pk, others="on")
    assert endings(doubtful) == ["new"] * 3
    assert pair[1].sbas.count() == 3
    assert "W-105" in doubtful.records.get(position=1).warnings
    assert is_sound(doubtful)


def test_what_is_for_the_other_dossier_is_chosen_apart(browser: Browser, pair: list[Client], doubtful: Run) -> None:
    press(browser, doubtful, "choose_dossier", 3, dossier=pair[0].pk)
    press(browser, doubtful, "choose_dossier", 1, dossier=pair[1].pk, others="on")
    assert [(one.tax, one.client) for one in Sba.objects.order_by("year")] == [
        ("IB", pair[1]),
        ("IB", pair[1]),
        ("OB", pair[0]),
    ]


def test_the_same_file_again_asks_nothing_and_a_new_assessment_asks(
    browser: Browser, imported: Import, pair: list[Client], doubtful: Run
) -> None:
    press(browser, doubtful, "choose_dossier", dossier=pair[1].pk)
    again = imported([document(year=2017), document(year=2016)])
    assert endings(again) == ["unchanged", "SBA-203"]
    newer = imported([document(year=2017, amount=7)])
    assert endings(newer) == ["overwritten"]
    assert (Sba.objects.get().client, Sba.objects.get().amount) == (pair[1], 7)


def test_an_undo_takes_the_choice_away_with_the_sba(
    browser: Browser, imported: Import, anna: User, pair: list[Client], doubtful: Run
) -> None:
    press(browser, doubtful, "choose_dossier", dossier=pair[1].pk)
    assert acts.undo(doubtful, anna)
    moved(doubtful)
    assert not Sba.objects.exists()
    assert endings(imported([document(year=2017)])) == ["SBA-203"]


def test_a_choice_moves_nothing_that_stands_in_the_other_dossier(
    browser: Browser, imported: Import, pair: list[Client], doubtful: Run
) -> None:
    other = imported([document(year=2017), document(year=2018, amount=7)])
    press(browser, other, "choose_dossier", dossier=pair[0].pk, others="on")
    press(browser, doubtful, "choose_dossier", dossier=pair[1].pk, others="on")
    assert endings(doubtful) == ["unchanged", "SBA-203", "new"], "the other run has a later version of the second one"
    press(browser, doubtful, "choose_dossier", position=2, dossier=pair[1].pk)
    assert endings(doubtful) == ["unchanged", "SBA-402", "new"]
    assert [sba.client for sba in Sba.objects.order_by("year")] == [pair[0], pair[0], pair[1]]
    assert doubtful.records.get(position=1).client == pair[0]


def test_a_dossier_that_became_former_since_is_not_filled(olga: User, pair: list[Client], doubtful: Run) -> None:
    assert choices.choose_dossier(doubtful.records.get(position=1), olga, pair[1].pk, with_others=False)
    Client.objects.filter(pk=pair[1].pk).update(former=True)
    ClientFactory(office=doubtful.office, tax_id=SOMEONE)
    moved(doubtful)
    assert endings(doubtful) == ["SBA-203"] * 3


def test_a_dossier_must_be_one_of_these(
    browser: Browser, office: Office, other_office: Office, pair: list[Client], doubtful: Run
) -> None:
    strangers = [
        ClientFactory(office=other_office, tax_id=SOMEONE),
        ClientFactory(office=office),
        Client.objects.get(former=True),
    ]
    for stranger in strangers:
        assert "Kies een dossier uit de lijst." in press(browser, doubtful, "choose_dossier", dossier=stranger.pk)
    assert "Kies een dossier." in press(browser, doubtful, "choose_dossier")
    assert "Kies een dossier uit de lijst." in press(browser, doubtful, "choose_dossier", dossier="x")
    assert not Choice.objects.exists()
    assert endings(doubtful) == ["SBA-203"] * 3


def test_of_two_windows_the_first_choice_holds(olga: User, anna: User, pair: list[Client], doubtful: Run) -> None:
    record = doubtful.records.get(position=1)
    assert choices.choose_dossier(record, olga, pair[1].pk, with_others=False)
    assert not choices.choose_dossier(record, anna, pair[0].pk, with_others=True)
    assert Choice.objects.get().client == pair[1]
    assert AuditEvent.objects.filter(action="record.dossier").count() == 1
    moved(doubtful)
    assert Sba.objects.get().client == pair[1]


def test_a_second_click_says_that_it_is_done(browser: Browser, pair: list[Client], doubtful: Run) -> None:
    press(browser, doubtful, "choose_dossier", dossier=pair[1].pk)
    assert "iemand anders is u voor geweest" in press(browser, doubtful, "choose_dossier", dossier=pair[0].pk)
    assert Sba.objects.get().client == pair[1]


def test_a_choice_is_kept_until_the_retry_comes_to_it(olga: User, pair: list[Client], doubtful: Run) -> None:
    """Whoever is killed in between left the choice and the marks, both or neither."""
    assert choices.choose_dossier(doubtful.records.get(position=1), olga, pair[1].pk, with_others=True)
    doubtful.refresh_from_db()
    marked = doubtful.records.filter(waits=True).values_list("key", flat=True)
    assert set(marked) == set(Choice.objects.values_list("key", flat=True))
    assert (len(marked), doubtful.state) == (3, Run.State.RETRYING)


def test_a_choice_goes_with_the_records_that_it_is_about(olga: User, pair: list[Client], doubtful: Run) -> None:
    assert choices.choose_dossier(doubtful.records.get(position=1), olga, pair[1].pk, with_others=False)
    moved(doubtful)
    assert list(purge.remove_records(doubtful))
    assert not Choice.objects.exists()


def test_nothing_is_chosen_while_the_run_does_not_rest(olga: User, pair: list[Client], doubtful: Run) -> None:
    Run.objects.filter(pk=doubtful.pk).update(state=Run.State.UNDONE)
    assert not choices.choose_dossier(doubtful.records.get(position=1), olga, pair[1].pk, with_others=False)
    assert not Choice.objects.exists()
    assert not AuditEvent.objects.filter(action="record.dossier").exists()


# --- 'Kies versie' ---------------------------------------------------------------------------------------------------


def test_versions_stand_side_by_side(browser: Browser, twice: Run) -> None:
    assert 'href="' + url_of(twice, "choose_version", 2) in page(browser, twice, "record_log", 2)
    html = page(browser, twice, "choose_version", 2)
    assert "a.xbrl (record 1)" in html
    assert "b.xbrl (record 2), c.xbrl (record 3)" in html
    assert (
        '<td role="cell" data-label="Versie 1">€\u00a0100</td><td role="cell" data-label="Versie 2">€\u00a0200</td>'
        in html
    )
    different, _, same = html.partition("Dit is gelijk")
    assert "Dagtekening" in same
    assert "Dagtekening" not in different
    assert SOMEONE not in html


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [(1, (100, ["new", "SBA-404", "SBA-404", "new"])), (2, (200, ["SBA-404", "new", "unchanged", "new"]))],
)
def test_the_chosen_version_is_imported_and_the_others_say_why_not(
    browser: Browser, olga: User, twice: Run, chosen: int, expected: tuple[int, list[str]]
) -> None:
    assert "De versie is gekozen" in press(browser, twice, "choose_version", 3, version=chosen)
    assert (Sba.objects.get(year=2019).amount, endings(twice)) == expected
    lost = expected[1].count("SBA-404")
    assert (twice.failed, twice.expected, twice.needs_action) == (lost, lost, 0)
    subject = f"{twice.reference}/{chosen:04d}"
    assert AuditEvent.objects.filter(actor=olga, action="record.version", subject=subject).count() == 1
    assert is_sound(twice)


def test_the_log_of_the_other_version_says_what_became_of_it(browser: Browser, twice: Run) -> None:
    press(browser, twice, "choose_version", version=2)
    html = page(browser, twice, "record_log")
    assert "SBA-404 – Andere versie gekozen" in html
    assert "Poging 2: was SBA-403, nu SBA-404." in html
    assert "Kies versie" not in html


def test_of_two_windows_the_first_version_holds(olga: User, anna: User, twice: Run) -> None:
    assert choices.choose_version(twice.records.get(position=1), olga)
    assert not choices.choose_version(twice.records.get(position=2), anna)
    moved(twice)
    assert Sba.objects.get(year=2019).amount == 100


def test_a_version_is_chosen_once(browser: Browser, twice: Run) -> None:
    press(browser, twice, "choose_version", version=1)
    for position in (1, 2):
        assert "iemand anders is u voor geweest" in press(browser, twice, "choose_version", position, version=2)
    assert Sba.objects.get(year=2019).amount == 100
    assert is_sound(twice)


def test_a_version_must_be_one_of_these(browser: Browser, twice: Run) -> None:
    assert browser.post(url_of(twice, "choose_version"), {"version": 4}).status_code == 422
    assert "Kies een versie uit de lijst." in press(browser, twice, "choose_version", version=4)
    assert "Kies een versie." in press(browser, twice, "choose_version")
    assert not Choice.objects.exists()


def test_a_choice_outlives_what_else_is_wrong(
    browser: Browser, office: Office, imported: Import, anna: User, client_of_ours: Client
) -> None:
    """The client left and came back: nobody is asked twice, and the version that was not chosen stays out."""
    run = imported([document(amount=1), document(amount=2)])
    Client.objects.update(tax_id="123456782")
    press(browser, run, "choose_version", version=2)
    assert endings(run) == ["SBA-404", "SBA-202"]
    Client.objects.update(tax_id=SOMEONE)
    press(browser, run, "note_former", 2, terug="1")  # any remedy: it judges all failed records of the number anew
    assert endings(run) == ["SBA-404", "new"]
    assert Sba.objects.get().amount == 2
    assert is_sound(run)


def test_dossier_and_version_can_both_be_asked(browser: Browser, imported: Import, pair: list[Client]) -> None:
    run = imported([document(amount=1), document(amount=2)])
    assert endings(run) == ["SBA-203"] * 2
    press(browser, run, "choose_dossier", dossier=pair[1].pk)
    assert endings(run) == ["SBA-403"] * 2
    press(browser, run, "choose_version", version=2)
    assert endings(run) == ["SBA-404", "new"]
    assert (Sba.objects.get().client, Sba.objects.get().amount) == (pair[1], 2)
    assert is_sound(run)


def test_a_chosen_version_goes_with_the_undo_of_its_run(browser: Browser, anna: User, twice: Run) -> None:
    press(browser, twice, "choose_version", version=2)
    assert acts.undo(twice, anna)
    moved(twice)
    assert not Sba.objects.exists()
    assert (twice.state, twice.undone, twice.undo_kept, twice.sums_up) == (Run.State.UNDONE, 2, 0, True)


def test_the_other_version_can_still_be_imported_later(browser: Browser, imported: Import, twice: Run) -> None:
    press(browser, twice, "choose_version", version=1)
    assert endings(imported([document(amount=200)])) == ["overwritten"]
    assert Sba.objects.get(year=2019).amount == 200


def test_a_bulk_retry_does_not_choose(twice: Run, anna: User) -> None:
    assert not failures.retry(some(twice, twice.records.failures()), anna)


def test_a_difference_that_is_not_read_is_not_made_up(
    browser: Browser, imported: Import, client_of_ours: Client
) -> None:
    run = imported([document(), render(Assessment(), seed=1)])  # other amounts of those that nobody reads
    html = page(browser, run, "choose_version")
    assert "Het verschil zit elders in het bericht." in html
    assert "Dit verschilt" not in html


# --- 'Toon verschillen' ----------------------------------------------------------------------------------------------


def test_what_differs_from_the_version_in_the_dossier_is_shown(browser: Browser, outdated: Run) -> None:
    assert 'href="' + url_of(outdated, "differences") in page(browser, outdated, "record_log")
    different, _, same = page(browser, outdated, "differences").partition("Dit is gelijk")
    for label, standing, brought in (
        ("Bedrag", "€\u00a0200", "€\u00a0100"),
        ("Status", "Te beoordelen", "Afgehandeld"),
    ):
        cells = "".join(
            f'<td role="cell" data-label="{name}">{words}</td>'
            for name, words in (("In het dossier", standing), ("In deze migratie", brought))
        )
        assert f"{label}</th> {cells}" in different
    assert "Saldo (zoals aangeleverd)" in same
    assert SOMEONE not in different + same


def test_a_reader_sees_the_differences_and_they_change_nothing(sign_in: SignIn, bram: User, outdated: Run) -> None:
    before = list(Sba.objects.order_by("pk").values()), list(Record.objects.values())
    browser = sign_in(bram)
    assert "Toon verschillen" in page(browser, outdated, "record_log")
    page(browser, outdated, "differences")
    assert browser.post(url_of(outdated, "differences")).status_code == 405
    assert (list(Sba.objects.order_by("pk").values()), list(Record.objects.values())) == before


def test_a_newer_version_that_is_gone_is_not_compared(browser: Browser, outdated: Run) -> None:
    Sba.objects.all().delete()
    assert "De nieuwere versie staat niet meer in het dossier" in page(browser, outdated, "differences")


# --- All three -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["choose_dossier", "choose_version", "differences"])
def test_what_has_no_such_problem_has_no_such_page(browser: Browser, partly: Run, name: str) -> None:
    for position in (1, 2, 99):
        assert browser.get(url_of(partly, name, position)).status_code == 404
        assert browser.post(url_of(partly, name, position)).status_code in (404, 405)


@pytest.mark.parametrize(
    ("name", "problem"), [("choose_dossier", "doubtful"), ("choose_version", "twice"), ("differences", "outdated")]
)
def test_it_opens_in_the_dialog_too(browser: Browser, request: Any, name: str, problem: str) -> None:
    run = request.getfixturevalue(problem)
    part = page(browser, run, name, **HTMX)
    assert "<html" not in part
    assert f'data-address="{url_of(run, name)}"' in part


@pytest.mark.parametrize(("name", "problem"), [("choose_dossier", "doubtful"), ("choose_version", "twice")])
def test_who_may_read_may_not_choose(
    sign_in: SignIn, bram: User, carla: User, request: Any, name: str, problem: str
) -> None:
    run = request.getfixturevalue(problem)
    for user, status in ((bram, 403), (carla, 404)):
        for method in ("get", "post"):
            assert getattr(sign_in(user), method)(url_of(run, name)).status_code == status
    assert (
        "Kies "
        not in page(sign_in(bram), run, "record_log").partition("Wat kunt u doen")[2].partition('class="buttons"')[2]
    )
    assert not Choice.objects.exists()
