"""Taking back what a run brought, whoever came after it."""

from itertools import permutations

import pytest

from migration.acts import runs as acts
from migration.kinds.protocol import Undoing
from migration.kinds.registry import kind_of
from migration.models import Run
from migration.words import logs
from portal.models import Client, Office, User
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


def undone(run: Run, by: User) -> Run:
    assert acts.undo(run, by)
    return moved(run)


def test_undo_removes_what_was_new(imported: Import, client_of_ours: Client, anna: User) -> None:
    run = imported([document(), document(year=2018), b"<x/>"])
    assert kind_of(run).foresee_undo(run) == {Undoing.REMOVED: 2, Undoing.RESTORED: 0, Undoing.KEPT: 0}
    undone(run, anna)
    assert not Sba.objects.exists()
    assert outcomes(run) == ["undone", "undone", "failed"]
    assert (run.state, run.new, run.undone, run.undo_removed, run.sums_up) == (Run.State.UNDONE, 0, 2, 2, True)


def test_undo_puts_back_what_was_replaced(imported: Import, client_of_ours: Client, anna: User) -> None:
    imported([document(amount=100), document(year=2018)], target="akkoord")
    before = sbas()
    run = imported([document(amount=200), document(year=2018)], target="te-beoordelen", overwrite_status=True)
    assert sbas() != before
    assert kind_of(run).foresee_undo(run) == {Undoing.REMOVED: 0, Undoing.RESTORED: 2, Undoing.KEPT: 0}
    undone(run, anna)
    assert sbas() == before
    assert (run.undo_restored, run.sums_up) == (2, True)


def test_undo_puts_an_older_version_back_with_its_status(imported: Import, client_of_ours: Client, anna: User) -> None:
    imported([document(amount=100)], target="akkoord")
    before = sbas()
    run = imported([document(amount=200)], target="afgehandeld")
    assert kind_of(run).foresee_undo(run) == {Undoing.REMOVED: 0, Undoing.RESTORED: 1, Undoing.KEPT: 0}
    undone(run, anna)
    assert sbas() == before


def test_undo_leaves_what_somebody_changed_since(imported: Import, client_of_ours: Client, anna: User) -> None:
    run = imported([document(), document(year=2018), document(year=2017)])
    Sba.objects.filter(year=2018).update(status="akkoord")
    imported([document(year=2017, amount=999)])
    assert kind_of(run).foresee_undo(run) == {Undoing.REMOVED: 1, Undoing.RESTORED: 0, Undoing.KEPT: 2}
    undone(run, anna)
    assert outcomes(run) == ["undone", "new", "new"]
    assert set(Sba.objects.values_list("year", "status")) == {(2018, "akkoord"), (2017, "te-beoordelen")}
    assert (run.undo_removed, run.undo_kept, run.new, run.sums_up) == (1, 2, 2, True)


def told_of(run: Run) -> dict[int | None, str]:
    """What the log says of each record that an undo left alone."""
    lines = run.log_lines.filter(event__startswith="undo_", position__gt=0)
    return {line.position: logs.happened(line) for line in lines}


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
    assert [tab.count for tab in page.context["shown"].tabs if tab.slug == "gebleven"] == [2]
    assert "Toon wat is blijven staan" in page.content.decode()
    assert "bij 'Verloop' leest u waarom" in logs.what_happened(run.records.get(position=3))
    assert "Verloop" not in logs.what_happened(run.records.get(position=1))


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
        before = kind_of(editions[number]).foresee_undo(editions[number])
        run = undone(editions[number], anna)
        assert (run.undo_removed, run.undo_restored, run.undo_kept) == tuple(before.values())
    assert not Sba.objects.exists()
    assert [outcomes(run) for run in editions] == [["undone"], ["undone"], ["undone", "undone"]]
    for run in editions:
        run.refresh_from_db()
        assert (run.imported, run.undone, run.undo_kept, run.sums_up) == (0, run.record_count, 0, True)


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
    assert logs.happened(line) == f"Alsnog teruggedraaid, samen met migratie {newer.reference}."


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
        foreseen = kind_of(runs[number]).foresee_undo(runs[number])
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
    assert not acts.undo(run, anna)
    assert run.state == Run.State.FINISHED


def test_a_run_is_undone_once(imported: Import, client_of_ours: Client, anna: User) -> None:
    run = imported([document()])
    assert acts.undo(run, anna)
    assert not acts.undo(run, anna)
