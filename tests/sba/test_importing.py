"""An ECM export on its road into the dossiers."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from migration.acts import runs as acts
from migration.models import Document, Record, Run
from migration.problems import Problem
from portal.models import Client, Office, User
from sba import importer, problems
from sba.models import Sba, terms_that_run
from sba.reading import notice
from sba.samples import SOMEONE, document
from tests.factories import ClientFactory
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db

UNKNOWN = "123456782"
RECENTLY = timezone.localdate() - timedelta(days=10)


def outcomes(run: Run) -> list[str]:
    return list(run.records.order_by("position").values_list("outcome", flat=True))


# --- What arrives ----------------------------------------------------------------------------------------------------


def test_an_sba_arrives_in_the_dossier_of_its_client(imported: Import, client_of_ours: Client) -> None:
    content = document(tax="IB", year=2019, kind="definitief", dated_on=date(2021, 3, 12), amount=4321, balance=-250)
    run = imported([content], target="in-behandeling")
    sba = Sba.objects.get()
    assert (sba.client, sba.status, sba.tax, sba.year, sba.kind) == (
        client_of_ours, "in-behandeling", "IB", 2019, "definitief",
    )  # fmt: skip
    assert (sba.dated_on, sba.until, sba.amount, sba.balance) == (date(2021, 3, 12), date(2021, 4, 23), 4321, -250)
    assert (run.state, run.new, run.record_count) == (Run.State.FINISHED, 1, 1)


def test_an_amount_that_the_message_lacks_is_no_zero(imported: Import, client_of_ours: Client) -> None:
    amounts = re.compile(rb"<([\w-]+:\w+) [^>]*unitRef[^>]*>[^<]*</\1>")
    imported([amounts.sub(b"", document())])
    sba = Sba.objects.get()
    assert (sba.amount, sba.balance) == (None, None)


def test_the_largest_amounts_arrive_as_they_are(imported: Import, client_of_ours: Client) -> None:
    imported([document(amount=999_999_999_999_999, balance=-999_999_999_999_999)])
    sba = Sba.objects.get()
    assert (sba.amount, sba.balance) == (999_999_999_999_999, -999_999_999_999_999)


@pytest.mark.parametrize("positions", [[], [2], [1, 3], [2, 3], [1, 2, 3]])
def test_records_are_found_by_their_positions(checked: Import, client_of_ours: Client, positions: list[int]) -> None:
    run = checked([document(year=year) for year in (2018, 2019, 2020)])
    checked([document(year=2021)])  # another run's are never among them
    found = run.records.at(positions).order_by("position").values_list("position", flat=True)
    assert list(found) == positions


def test_the_bytes_of_a_document_are_kept_exactly(imported: Import, client_of_ours: Client) -> None:
    content = document()
    imported([content])
    assert Document.objects.get().content() == content


def test_every_tax_of_one_number_comes_into_one_dossier(imported: Import, client_of_ours: Client) -> None:
    taxes = {"IB": "definitief", "ZVW": "definitief", "VPB": "definitief", "OB": "naheffing"}
    imported([document(tax=tax, kind=kind) for tax, kind in taxes.items()])
    assert set(client_of_ours.sbas.values_list("tax", flat=True)) == set(taxes)


def test_other_files_are_counted_and_skipped(imported: Import, client_of_ours: Client) -> None:
    run = imported({"a.xbrl": document(), "lijst.pdf": b"%PDF-1.4", "lees mij.txt": b"hallo"})
    assert outcomes(run) == ["new", "other", "other"]
    assert (run.members, run.others, run.record_count) == (3, 2, 1)


# --- Who it is of ----------------------------------------------------------------------------------------------------


def only_problem(run: Run) -> tuple[Problem | None, bool]:
    """And whether it will need action."""
    record = run.records.get()
    return record.problem, record.failed and not record.expected


def test_an_unknown_client_needs_action(checked: Import, client_of_ours: Client) -> None:
    assert only_problem(checked([document(tax_id=UNKNOWN)])) == (problems.CLIENT_UNKNOWN, True)


def test_a_former_client_fails_as_expected(checked: Import, office: Office) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, former=True)
    run = checked([document()])
    assert only_problem(run) == (problems.CLIENT_FORMER, False)
    assert (run.failed, run.expected, run.needs_action) == (1, 1, 0)


def test_two_dossiers_with_one_number_need_a_choice(checked: Import, office: Office) -> None:
    ClientFactory.create_batch(2, office=office, tax_id=SOMEONE)
    assert only_problem(checked([document()])) == (problems.CLIENT_AMBIGUOUS, True)


def test_of_a_former_and_a_present_dossier_the_present_one_gets_it(imported: Import, office: Office) -> None:
    ClientFactory(office=office, tax_id=SOMEONE, former=True)
    present = ClientFactory(office=office, tax_id=SOMEONE)
    imported([document()])
    assert Sba.objects.get().client == present


def test_a_client_of_another_office_is_unknown_here(checked: Import, other_office: Office) -> None:
    ClientFactory(office=other_office, tax_id=SOMEONE)
    assert only_problem(checked([document()])) == (problems.CLIENT_UNKNOWN, True)


def test_a_client_who_left_since_the_check_gets_nothing(checked: Import, client_of_ours: Client, anna: User) -> None:
    run = checked([document()])
    Client.objects.update(former=True)
    acts.confirm(run, anna)
    moved(run)
    assert outcomes(run) == ["failed"]
    assert (run.failed, run.expected, run.unprocessed, run.sums_up) == (1, 1, 0, True)
    assert not Sba.objects.exists()


# --- Twice, and again ------------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(imported: Import, client_of_ours: Client) -> None:
    files = [document(year=year) for year in (2018, 2019)]
    imported(files)
    before = list(Sba.objects.order_by("pk").values())
    run = imported(files)
    assert outcomes(run) == ["unchanged", "unchanged"]
    assert list(Sba.objects.order_by("pk").values()) == before
    assert Document.objects.count() == 2


def test_other_content_overwrites_and_keeps_what_it_replaced(imported: Import, client_of_ours: Client) -> None:
    imported([document(amount=100)], target="afgehandeld")
    first = Sba.objects.get()
    run = imported([document(amount=200)])
    sba = Sba.objects.get()
    assert (outcomes(run), sba.pk, sba.amount) == (["overwritten"], first.pk, 200)
    assert (run.overwritten, run.new) == (1, 0)
    replaced = run.records.get().replaced
    assert (replaced["amount"], replaced["document_id"], replaced["status"]) == (100, first.document_id, "afgehandeld")


def test_the_status_of_an_sba_that_is_there_stays(imported: Import, client_of_ours: Client) -> None:
    imported([document(amount=100)], target="akkoord")
    imported([document(amount=200)], target="te-beoordelen")
    assert Sba.objects.get().status == "akkoord"


def test_the_status_changes_where_the_user_ticked_it(imported: Import, client_of_ours: Client) -> None:
    imported([document(amount=100), document(year=2018)], target="akkoord")
    run = imported([document(amount=200), document(year=2018)], target="te-beoordelen", overwrite_status=True)
    assert set(Sba.objects.values_list("status", flat=True)) == {"te-beoordelen"}
    assert outcomes(run) == ["overwritten", "unchanged"]
    assert run.records.get(position=2).replaced["status"] == "akkoord"


def test_the_same_document_twice_in_one_file_is_there_once(imported: Import, client_of_ours: Client) -> None:
    run = imported([document(), document()])
    assert outcomes(run) == ["new", "unchanged"]
    assert Sba.objects.count() == 1
    assert (run.forecast_new, run.forecast_unchanged) == (1, 1)


def test_one_assessment_with_two_contents_is_nobodys_choice(imported: Import, client_of_ours: Client) -> None:
    run = imported([document(amount=1), document(amount=2), document(year=2018)])
    assert outcomes(run) == ["failed", "failed", "new"]
    assert run.records.first().problem is problems.TWICE_IN_FILE
    assert (run.failed, run.new, run.unprocessed, run.sums_up) == (2, 1, 0, True)


# --- Check and confirm -----------------------------------------------------------------------------------------------


def test_a_check_touches_no_dossier(checked: Import, client_of_ours: Client) -> None:
    run = checked([document(), document(year=2018), b"<x/>"])
    assert (run.state, run.forecast_new, run.failed, run.unprocessed) == (Run.State.READY, 2, 1, 2)
    assert not Sba.objects.exists()
    assert not Document.objects.exists()


def test_confirming_counts_once(checked: Import, client_of_ours: Client, anna: User) -> None:
    run = checked([document()])
    assert acts.confirm(run, anna)
    assert not acts.confirm(run, anna)


def test_a_closing_status_waits_while_terms_run(checked: Import, client_of_ours: Client) -> None:
    run = checked([document(dated_on=RECENTLY, year=RECENTLY.year - 1)], target="afgehandeld", confirmed=True)
    assert (run.state, run.open_terms, run.confirmed_at) == (Run.State.READY, 1, None)
    assert not Sba.objects.exists()


def test_a_script_may_answer_that_the_chosen_status_holds_for_all(
    checked: Import, client_of_ours: Client, anna: User
) -> None:
    run = checked([document(dated_on=RECENTLY)], target="afgehandeld")
    acts.confirm(run, anna, keeps_open=False)
    moved(run)
    assert (Sba.objects.get().status, run.kept_open) == ("afgehandeld", 0)


def test_what_one_can_still_object_to_stays_on_the_list(imported: Import, client_of_ours: Client) -> None:
    old = document(year=2018)
    run = imported([document(dated_on=RECENTLY), old], target="afgehandeld")
    assert list(Sba.objects.order_by("year").values_list("year", "status")) == [
        (2018, "afgehandeld"), (2019, "te-beoordelen"),
    ]  # fmt: skip
    assert (run.state, run.kept_open) == (Run.State.FINISHED, 1)


def test_who_answered_beforehand_is_not_asked_again(checked: Import, client_of_ours: Client, anna: User) -> None:
    run = checked([document(dated_on=RECENTLY)], target="afgehandeld", keeps_open=True, confirmed=True)
    assert (run.state, Sba.objects.get().status) == (Run.State.FINISHED, "te-beoordelen")


def test_an_unknown_kind_gets_no_deadline_and_counts_as_running(checked: Import, client_of_ours: Client) -> None:
    unknown = replace(notice.read(document()), kind="onbekend", objection_deadline=None)
    assert importer.objection_until(unknown) is None
    checked([document()])
    Record.objects.update(kind="onbekend", until=None)
    assert Record.objects.filter(terms_that_run()).exists()


def test_an_unknown_kind_of_ob_is_never_provisional() -> None:
    assert importer.objection_until(notice.read(document(tax="OB", kind="onbekend"))) == date(2021, 4, 23)


def test_a_provisional_assessment_has_no_term(imported: Import, client_of_ours: Client) -> None:
    imported([document(kind="voorlopig", dated_on=RECENTLY, year=RECENTLY.year)])
    assert Sba.objects.get().until is None


def test_the_check_tells_what_there_is(checked: Import, client_of_ours: Client) -> None:
    run = checked([document(tax="IB", year=2018), document(tax="IB", year=2019), document(tax="ZVW", year=2019)])
    assert run.breakdown["tax"] == {"IB": 2, "ZVW": 1}
    assert run.breakdown["year"] == {"2018": 1, "2019": 2}


def test_the_check_counts_every_sba_also_those_that_fail(checked: Import, client_of_ours: Client) -> None:
    run = checked(
        {"a.xbrl": document(), "b.xbrl": document(tax_id=UNKNOWN), "c.xbrl": b"<kapot", "d.pdf": b"%PDF", "e.txt": b"x"}
    )
    assert run.breakdown["tax"] == {"IB": 2, "unknown": 1}
    assert run.breakdown["year"] == {"2019": 2, "unknown": 1}
    assert sum(run.breakdown["tax"].values()) == sum(run.breakdown["year"].values()) == run.record_count == 3


# --- Bad files, bad members ------------------------------------------------------------------------------------------


def test_a_bad_member_fails_alone(imported: Import, client_of_ours: Client) -> None:
    run = imported([document(year=2018), document()[:900], document(year=2017)])
    assert outcomes(run) == ["new", "failed", "new"]
    assert run.records.get(position=2).problem is problems.XBRL_UNREADABLE


def test_the_bytes_of_a_failed_document_are_kept_too(imported: Import, client_of_ours: Client) -> None:
    broken = document()[:900]
    run = imported([broken])
    assert Document.objects.get(pk=run.records.get().digest).content() == broken


def test_a_file_without_sbas_is_refused_whole(checked: Import, office: Office) -> None:
    run = checked({"a.pdf": b"%PDF", "b.pdf": b"%PDF"})
    assert (run.state, run.problem) == (Run.State.REFUSED, problems.NO_SBAS)
    assert "2 × .pdf" in run.explanation
    assert not Record.objects.exists()


def test_a_refused_file_sums_up(checked: Import, office: Office) -> None:
    assert checked({"a.pdf": b"%PDF"}).sums_up
