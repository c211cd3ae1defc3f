"""What can be done with a run that has ended: retry, undo, ignore, go on."""

from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from migration import log_words
from migration.importers import Undoing
from migration.models import Run
from portal.models import Client, Office, User
from sba import problems
from sba.models import Sba
from sba.samples import SOMEONE, document
from tests.factories import ClientFactory
from tests.migration.conftest import SignIn
from tests.sba.conftest import Import, moved
from tests.sba.test_importing import outcomes

pytestmark = pytest.mark.django_db

UNKNOWN = "123456782"
AS_IMPORTED = ("client_id", "document_id", "record_id", "amount", "status", "until")


def sbas() -> list[dict[str, object]]:
    return list(Sba.objects.order_by("key").values(*AS_IMPORTED))


# --- Retry -----------------------------------------------------------------------------------------------------------


def retried(run: Run, by: User) -> Run:
    assert run.retry(run.records.failures(), by)
    return moved(run)


def test_a_retry_imports_what_failed_once_the_client_is_there(
    imported: Import, client_of_ours: Client, office: Office, anna: User
) -> None:
    run = imported([document(), document(tax_id=UNKNOWN), b"<x/>"])
    client = ClientFactory(office=office, tax_id=UNKNOWN)
    retried(run, anna)
    assert outcomes(run) == ["new", "new", "failed"]
    assert Sba.objects.get(tax_id=UNKNOWN).client == client
    assert (run.state, run.new, run.failed, run.unprocessed, run.sums_up) == (Run.State.FINISHED, 2, 1, 0, True)


def test_each_attempt_stays_in_the_log(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    retried(run, anna)
    ClientFactory(office=office, tax_id=UNKNOWN)
    retried(run, anna)
    attempts = run.log_lines.filter(event="attempt", position=1).values_list("facts", flat=True)
    assert list(attempts) == [
        {"before": "SBA-202", "outcome": "failed", "code": "SBA-202"},
        {"before": "SBA-202", "outcome": "new", "code": ""},
    ]


def test_a_retry_of_some_leaves_the_others(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN), document(tax_id=SOMEONE)])
    ClientFactory(office=office, tax_id=UNKNOWN)
    ClientFactory(office=office, tax_id=SOMEONE)
    assert run.retry(run.records.filter(position=2), anna)
    moved(run)
    assert outcomes(run) == ["failed", "new"]


def test_a_client_who_became_former_fails_as_expected_on_retry(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    ClientFactory(office=office, tax_id=UNKNOWN, former=True)
    retried(run, anna)
    assert run.records.get().problem is problems.CLIENT_FORMER
    assert (run.failed, run.expected, run.needs_action) == (1, 1, 0)


def test_a_second_click_does_nothing(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    assert run.retry(run.records.failures(), anna)
    assert not run.retry(run.records.failures(), anna)


def test_nothing_that_was_imported_is_tried_again(imported: Import, client_of_ours: Client, anna: User) -> None:
    run = imported([document()])
    assert not run.retry(run.records.all(), anna)
    run.refresh_from_db()
    assert run.state == Run.State.FINISHED


def test_a_retry_imports_no_contradiction(imported: Import, client_of_ours: Client, office: Office, anna: User) -> None:
    twice = imported([document(amount=1), document(amount=2)])
    assert not twice.retry(twice.records.failures(), anna), "a retry cannot choose"
    unknown = imported([document(tax_id=UNKNOWN, amount=1), document(tax_id=UNKNOWN, amount=2)])
    ClientFactory(office=office, tax_id=UNKNOWN)
    retried(unknown, anna)
    assert [record.problem for record in unknown.records.all()] == [problems.TWICE_IN_FILE] * 2
    assert not Sba.objects.exists()


def test_a_retry_of_an_older_run_leaves_the_newer_version(imported: Import, office: Office, anna: User) -> None:
    older = imported([document(tax_id=UNKNOWN, amount=1)])
    ClientFactory(office=office, tax_id=UNKNOWN)
    imported([document(tax_id=UNKNOWN, amount=2)])
    retried(older, anna)
    assert older.records.get().problem is problems.NEWER_PRESENT
    assert (Sba.objects.get().amount, older.sums_up) == (2, True)


def test_a_retry_spares_what_one_can_still_object_to(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN, dated_on=timezone.localdate())], target="afgehandeld")
    ClientFactory(office=office, tax_id=UNKNOWN)
    retried(run, anna)
    assert Sba.objects.get().status == "te-beoordelen"


def test_ignoring_waits_while_a_retry_moves(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    run.ignore(run.records.all(), anna, "later")
    assert run.retry(run.records.failures(), anna)
    assert run.heed(run.records.all(), anna) == 0
    moved(run)
    assert (run.failed, run.ignored, run.records.filter(ignored=True).count()) == (1, 0, 0)


@pytest.mark.parametrize("client", ["unknown", "former"])
def test_a_retry_that_fails_again_costs_no_statement_per_record(
    imported: Import, office: Office, anna: User, client: str
) -> None:
    """But for the reading of its bytes, which are in memory one by one."""
    few, many = (imported([document(tax_id=UNKNOWN, year=2000 + n) for n in range(count)]) for count in (3, 20))
    if client == "former":
        ClientFactory(office=office, tax_id=UNKNOWN, former=True)
    assert len(statements_of_a_retry(few, anna)) == len(statements_of_a_retry(many, anna))
    assert (many.failed, many.unprocessed, many.expected, many.sums_up) == (20, 0, 20 * (client == "former"), True)
    assert many.log_lines.filter(event="attempt").count() == 20


def statements_of_a_retry(run: Run, by: User) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        retried(run, by)
    statements = [one["sql"] for one in captured.captured_queries]
    return [sql for sql in statements if not sql.startswith('SELECT "sba_document"')]


def test_a_retry_keeps_what_it_found_with_the_record(imported: Import, office: Office, anna: User) -> None:
    """A later version of the reader may find more: what the first attempt noted is replaced, field by field."""
    run = imported([document(tax_id=UNKNOWN, year=2016), document(tax_id=UNKNOWN, year=2017)])
    found = list(run.records.order_by("pk").values())
    run.records.update(tax="", year=None, number="", dated_on=None, until=None, facts={}, warnings=["SBA-999"])
    retried(run, anna)
    assert list(run.records.order_by("pk").values()) == found


# --- Ignore ----------------------------------------------------------------------------------------------------------


def test_an_ignored_failure_needs_no_action_until_it_is_taken_back(
    imported: Import, office: Office, anna: User
) -> None:
    run = imported([document(tax_id=UNKNOWN), b"<x/>"])
    assert run.ignore(run.records.filter(position=1), anna, "verhuisd") == 1
    assert (run.failed, run.ignored, run.needs_action) == (2, 1, 1)
    assert run.ignore(run.records.filter(position=1), anna, "verhuisd") == 0
    assert run.heed(run.records.all(), anna) == 1
    assert (run.ignored, run.needs_action) == (0, 2)


def test_what_is_expected_need_not_be_ignored(imported: Import, office: Office, anna: User) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, former=True)
    run = imported([document()])
    assert run.ignore(run.records.all(), anna, "voormalig") == 0


def test_a_retry_of_an_ignored_failure_counts_rightly(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    run.ignore(run.records.all(), anna, "later")
    retried(run, anna)
    assert (run.failed, run.ignored, run.needs_action) == (1, 0, 1)


# --- Undo ------------------------------------------------------------------------------------------------------------


def undone(run: Run, by: User) -> Run:
    assert run.undo(by)
    return moved(run)


def test_undo_removes_what_was_new(imported: Import, client_of_ours: Client, anna: User) -> None:
    run = imported([document(), document(year=2018), b"<x/>"])
    assert run.importer.foresee_undo(run) == {Undoing.REMOVED: 2, Undoing.RESTORED: 0, Undoing.KEPT: 0}
    undone(run, anna)
    assert not Sba.objects.exists()
    assert outcomes(run) == ["undone", "undone", "failed"]
    assert (run.state, run.new, run.undone, run.undo_removed, run.sums_up) == (Run.State.UNDONE, 0, 2, 2, True)


def test_undo_puts_back_what_was_replaced(imported: Import, client_of_ours: Client, anna: User) -> None:
    imported([document(amount=100), document(year=2018)], target="akkoord")
    before = sbas()
    run = imported([document(amount=200), document(year=2018)], target="te-beoordelen", overwrite_status=True)
    assert sbas() != before
    assert run.importer.foresee_undo(run) == {Undoing.REMOVED: 0, Undoing.RESTORED: 2, Undoing.KEPT: 0}
    undone(run, anna)
    assert sbas() == before
    assert (run.undo_restored, run.sums_up) == (2, True)


def test_undo_puts_an_older_version_back_with_its_status(imported: Import, client_of_ours: Client, anna: User) -> None:
    imported([document(amount=100)], target="akkoord")
    before = sbas()
    run = imported([document(amount=200)], target="afgehandeld")
    assert run.importer.foresee_undo(run) == {Undoing.REMOVED: 0, Undoing.RESTORED: 1, Undoing.KEPT: 0}
    undone(run, anna)
    assert sbas() == before


def test_undo_leaves_what_somebody_changed_since(imported: Import, client_of_ours: Client, anna: User) -> None:
    run = imported([document(), document(year=2018), document(year=2017)])
    Sba.objects.filter(year=2018).update(status="akkoord")
    imported([document(year=2017, amount=999)])
    assert run.importer.foresee_undo(run) == {Undoing.REMOVED: 1, Undoing.RESTORED: 0, Undoing.KEPT: 2}
    undone(run, anna)
    assert outcomes(run) == ["undone", "new", "new"]
    assert set(Sba.objects.values_list("year", "status")) == {(2018, "akkoord"), (2017, "te-beoordelen")}
    assert (run.undo_removed, run.undo_kept, run.new, run.sums_up) == (1, 2, 2, True)


def told_of(run: Run) -> dict[int | None, str]:
    """What the log says of each record that an undo left alone."""
    lines = run.log_lines.filter(event__startswith="undo_", position__gt=0)
    return {line.position: log_words.happened(line) for line in lines}


def test_what_an_undo_leaves_says_who_changed_it(imported: Import, client_of_ours: Client, anna: User) -> None:
    years = (2019, 2018, 2017, 2016, 2015)
    run = imported([document(year=year) for year in years])
    Sba.objects.filter(year=2018).update(status="akkoord")
    overwriting = imported([document(year=2017, amount=999)])
    restatusing = imported([document(year=2016)], target="afgehandeld", overwrite_status=True)
    Sba.objects.filter(year=2015).delete()
    undone(run, anna)
    stays = "Bij het terugdraaien blijven staan:"
    assert told_of(run) == {
        2: f"{stays} iemand van uw kantoor heeft de status daarna gewijzigd.",
        3: f"{stays} migratie {overwriting.reference} heeft dit record daarna overschreven.",
        4: f"{stays} migratie {restatusing.reference} heeft de status daarna gewijzigd.",
        5: "Er was niets terug te draaien: dit record staat niet meer in het dossier.",
    }


def test_a_status_that_somebody_gave_after_a_later_migration_is_not_blamed_on_that(
    imported: Import, client_of_ours: Client, anna: User
) -> None:
    run = imported([document()])
    imported([document()], target="akkoord", overwrite_status=True)
    Sba.objects.update(status="bezwaar-ingediend")
    undone(run, anna)
    assert "iemand van uw kantoor" in told_of(run)[1]


def test_the_run_page_leads_to_exactly_what_an_undo_left(
    imported: Import, client_of_ours: Client, anna: User, sign_in: SignIn
) -> None:
    imported([document(year=2016)])
    run = imported([document(year=2016), document(), document(year=2018), document(year=2017)])
    Sba.objects.filter(year__in=(2018, 2017)).update(status="akkoord")
    undone(run, anna)
    page = sign_in(anna).get(run.get_absolute_url(), {"toon": "gebleven"})
    assert [record.position for record in page.context["table"].window.rows] == [3, 4]
    assert [choice.count for choice in page.context["shown"].choices if choice.slug == "gebleven"] == [2]
    assert "Toon wat is blijven staan" in page.content.decode()
    assert "bij 'Verloop' leest u waarom" in log_words.what_happened(run.records.get(position=3))
    assert "Verloop" not in log_words.what_happened(run.records.get(position=1))


@pytest.fixture
def editions(imported: Import, client_of_ours: Client) -> list[Run]:
    """Three runs that bring three versions of one SBA; the last one also one that was not there before."""
    return [
        imported([document(amount=1)]),
        imported([document(amount=2)], target="akkoord", overwrite_status=True),
        imported([document(amount=3), document(year=2018)], target="afgehandeld", overwrite_status=True),
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_runs_that_are_all_undone_leave_nothing_behind_in_any_order(
    order: tuple[int, ...], editions: list[Run], anna: User
) -> None:
    for number in order:
        before = editions[number].importer.foresee_undo(editions[number])
        run = undone(editions[number], anna)
        assert (run.undo_removed, run.undo_restored, run.undo_kept) == tuple(before.values())
    assert not Sba.objects.exists()
    assert [outcomes(run) for run in editions] == [["undone"], ["undone"], ["undone", "undone"]]
    for run in editions:
        run.refresh_from_db()
        assert (run.imported, run.undone, run.undo_kept, run.sums_up) == (0, run.sbas, 0, True)


@pytest.mark.parametrize(
    ("first", "stands"), [((0, 1), 3), ((1, 0), 3), ((0, 2), 2), ((2, 0), 2), ((1, 2), 1), ((2, 1), 1)]
)
def test_what_one_run_of_three_brought_stays_when_the_others_are_undone(
    first: tuple[int, ...], stands: int, editions: list[Run], anna: User
) -> None:
    for number in first:
        undone(editions[number], anna)
    sba = Sba.objects.get(year=2019)
    assert (sba.amount, sba.status) == (stands, editions[stands - 1].target)
    assert sba.record.run_id == editions[stands - 1].pk


def test_a_record_that_is_taken_back_later_says_so(imported: Import, client_of_ours: Client, anna: User) -> None:
    older, newer = imported([document(amount=1)]), imported([document(amount=2)])
    undone(older, anna)
    assert (older.undo_kept, Sba.objects.get().amount) == (1, 2)
    undone(newer, anna)
    older.refresh_from_db()
    assert (older.undo_kept, older.undo_removed, outcomes(older)) == (0, 1, ["undone"])
    line = older.log_lines.get(event="undone_late")
    assert log_words.happened(line) == f"Alsnog teruggedraaid, samen met migratie {newer.reference}."


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_a_status_that_a_colleague_gave_between_two_runs_survives_the_undo_of_both(
    order: tuple[int, ...], imported: Import, client_of_ours: Client, anna: User
) -> None:
    older = imported([document(amount=1)])
    Sba.objects.update(status="in-behandeling")
    newer = imported([document(amount=2)])
    for number in order:
        undone((older, newer)[number], anna)
    assert (Sba.objects.get().amount, Sba.objects.get().status) == (1, "in-behandeling")
    older.refresh_from_db()
    assert (older.undo_kept, newer.undo_restored) == (1, 1)


@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
def test_a_status_that_a_colleague_gave_after_two_runs_keeps_what_the_last_one_brought(
    order: tuple[int, ...], imported: Import, client_of_ours: Client, anna: User
) -> None:
    runs = imported([document(amount=1)]), imported([document(amount=2)])
    Sba.objects.update(status="bezwaar-ingediend")
    for number in order:
        undone(runs[number], anna)
    assert (Sba.objects.get().amount, Sba.objects.get().status) == (2, "bezwaar-ingediend")


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_a_run_that_changed_the_status_alone_is_taken_back_in_any_order(
    order: tuple[int, ...], imported: Import, client_of_ours: Client, anna: User
) -> None:
    runs = [
        imported([document(amount=1)]),
        imported([document(amount=1)], target="akkoord", overwrite_status=True),
        imported([document(amount=2)]),
    ]
    for number in order:
        foreseen = runs[number].importer.foresee_undo(runs[number])
        run = undone(runs[number], anna)
        assert (run.undo_removed, run.undo_restored, run.undo_kept) == tuple(foreseen.values())
    assert not Sba.objects.exists()


def test_an_undo_puts_back_a_version_whose_run_is_no_longer_kept(
    imported: Import, client_of_ours: Client, anna: User
) -> None:
    older, newer = imported([document(amount=1)]), imported([document(amount=2)])
    older.records.all().delete()
    undone(newer, anna)
    sba = Sba.objects.get()
    assert (sba.amount, sba.record_id) == (1, None)


def test_an_undo_spares_the_same_sba_of_another_office(
    imported: Import, client_of_ours: Client, other_office: Office, carla: User, anna: User
) -> None:
    ClientFactory(office=other_office, tax_id=SOMEONE)
    theirs = imported([document(amount=1)], user=carla)
    ours = imported([document(amount=1)]), imported([document(amount=2)])
    for run in ours:
        undone(run, anna)
    theirs.refresh_from_db()
    assert (Sba.objects.get().office, theirs.undone) == (other_office, 0)


def test_undo_of_what_changed_nothing_changes_nothing(imported: Import, client_of_ours: Client, anna: User) -> None:
    imported([document()])
    before = sbas()
    run = imported([document()])
    undone(run, anna)
    assert (outcomes(run), sbas()) == (["unchanged"], before)


def test_after_an_undo_the_same_file_can_be_imported_again(
    imported: Import, client_of_ours: Client, anna: User
) -> None:
    undone(imported([document()]), anna)
    assert outcomes(imported([document()])) == ["new"]


def test_a_run_that_brought_nothing_cannot_be_undone(imported: Import, office: Office, anna: User) -> None:
    run = imported([document(tax_id=UNKNOWN)])
    assert not run.undo(anna)
    assert run.state == Run.State.FINISHED


def test_a_run_is_undone_once(imported: Import, client_of_ours: Client, anna: User) -> None:
    run = imported([document()])
    assert run.undo(anna)
    assert not run.undo(anna)


# --- Stop and go on --------------------------------------------------------------------------------------------------


def test_a_stopped_run_goes_on_where_it_stood(checked: Import, client_of_ours: Client, anna: User) -> None:
    run = checked([document(), document(year=2018)])
    run.confirm(by=anna)
    assert run.stop(by=anna)
    moved(run)
    assert outcomes(run) == ["unprocessed", "unprocessed"]
    assert run.resume(by=anna)
    moved(run)
    assert outcomes(run) == ["new", "new"]
    assert (run.state, run.sums_up) == (Run.State.FINISHED, True)
