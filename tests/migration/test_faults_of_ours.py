"""A fault of ours always ends: a kind of import that is wrong somewhere takes its own run down, and no more."""

import errno
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.files.storage import storages
from django.db import OperationalError
from django.db.models import Q
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.acts import failures
from migration.acts import runs as acts
from migration.acts.failures import Scope
from migration.kinds.protocol import Accepts, Entry, Facts, Member, Undone, Verdict, Words, Written
from migration.models import Chore, Mail, Run
from migration.pages.wizard import Answers
from migration.road import endings, lease
from migration.road.endings import LOST_AFTER, TRIES
from migration.road.intake import Order, receive_path
from migration.tasks import move_run
from migration.upkeep.integrity import faults_of
from migration.words import statuses
from portal.models import AuditEvent, Client, User
from sba.abilities import ABILITIES, ObjectionTerms
from sba.importer import WORDS, SbaImporter
from sba.models import Sba
from sba.samples import document
from tests.kinds import registered
from tests.migration.conftest import SignIn
from tests.sba.conftest import Files, moved

pytestmark = pytest.mark.django_db(transaction=True)  # a run gives its connection up after a fault

SECRET = "123456782"
YEARS = range(2012, 2020)


class Broken(SbaImporter):
    """The real kind, but for the places that are `wrong`. What it says of that names a BSN.

    `meanwhile` happens just before: somebody else does something at that very moment.
    """

    slug = "broken"

    def __init__(self) -> None:
        self.wrong: set[str] = set()
        self.error: Exception = RuntimeError(f"cannot stand {SECRET}")
        self.meanwhile: Callable[[], object] = lambda: None

    def stumble(self, where: str) -> None:
        if where in self.wrong:
            self.meanwhile()
            raise self.error

    @property
    def words(self) -> Words:  # type: ignore[override]
        self.stumble("words")
        return WORDS

    @property
    def accepts(self) -> Accepts:
        self.stumble("accepts")
        return super().accepts

    def open(self, upload: IO[bytes]) -> Any:
        self.stumble("open")
        return Archive(super().open(upload), self)

    def read(self, content: bytes) -> Facts:
        self.stumble("read")
        return super().read(content)

    def match(self, facts: Sequence[tuple[Facts, str]], run: Run) -> Sequence[Verdict]:
        self.stumble("match")
        return super().match(facts, run)

    def write(self, run: Run, entries: Sequence[Entry]) -> Sequence[Written]:
        self.stumble("write")
        return super().write(run, entries)

    def undo(self, run: Run, entries: Sequence[Entry]) -> Sequence[Undone]:
        self.stumble("undo")
        return super().undo(run, entries)


class BrokenTerms(ObjectionTerms):
    """Its guard, wrong in the same way."""

    def __init__(self, kind: Broken) -> None:
        self.kind = kind

    def open(self) -> Q:
        self.kind.stumble("stock")
        return super().open()


class Archive:
    """What `begin_check` and the reading ask of an upload."""

    def __init__(self, real: Any, importer: Broken) -> None:
        self.real, self.importer = real, importer

    @property
    def count(self) -> int:
        self.importer.stumble("count")
        return int(self.real.count)

    def members(self, after: int = 0) -> Iterator[Member]:
        for member in self.real.members(after=after):
            if member.position == 5:
                self.importer.stumble("members")
            yield member


@pytest.fixture(autouse=True)
def _small_chunks(settings: Any) -> None:
    settings.MIGRATION_CHUNK = 3


@pytest.fixture
def broken() -> Iterator[Broken]:
    kind = Broken()
    abilities = [ability for ability in ABILITIES if not isinstance(ability, ObjectionTerms)]
    with registered(kind, *abilities, BrokenTerms(kind)):
        yield kind


Receive = Callable[..., Run]


@pytest.fixture
def received(broken: Broken, anna: User, client_of_ours: Client, zipped: Callable[[Files], Path]) -> Receive:
    """A confirmed upload of eight SBA's, and maybe more, that nobody moved yet."""

    def receive(*more: bytes) -> Run:
        documents = [document(year=year) for year in YEARS]
        return receive_path(zipped([*documents, *more]), Order(Broken.slug, "te-beoordelen", confirmed=True), anna)

    return receive


def at_rest(run: Run) -> Run:
    """As the workers leave it in the end, who try it again after each pause."""
    for _ in range(TRIES + 2):
        Run.objects.filter(pk=run.pk).update(lease_until=None)
        if not moved(run).is_moving:
            return run
    raise AssertionError(f"it never ends: {run.state}")


def events(run: Run) -> list[str]:
    return list(run.log_lines.filter(position=None).order_by("pk").values_list("event", flat=True))


def assert_gave_up(run: Run, state: Run.State, during: str) -> None:
    assert (run.state, run.problem_code, run.token, run.faults) == (state, "MIG-904", "", 0)
    assert run.problem_facts["during"] == during
    assert events(run).count("gave_up") == 1
    assert AuditEvent.objects.get(action="run.gave_up").subject == run.reference
    assert run.sums_up
    assert not list(faults_of(run))
    assert statuses.status_of(run) is statuses.FAILED


# --- Where all of a run goes wrong ------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["open", "count"])
def test_a_check_that_cannot_begin_ends(where: str, received: Receive, broken: Broken) -> None:
    broken.wrong = {where}
    run = at_rest(received())
    assert_gave_up(run, Run.State.REFUSED, "received")
    assert (run.members, run.records.count()) == (0, 0)
    assert events(run) == ["received", "confirmed", "gave_up"]


def test_a_check_that_is_cut_off_keeps_what_it_read_and_goes_on_from_there(
    received: Receive, broken: Broken, anna: User
) -> None:
    broken.wrong = {"members"}
    run = at_rest(received())
    assert_gave_up(run, Run.State.REFUSED, "checking")
    assert (run.cursor, run.members, run.records.count()) == (3, 3, 3)
    assert events(run) == ["received", "confirmed", "check_began", "gave_up"], "a line of each, and not one per try"
    broken.wrong = set()
    assert acts.resume(run, anna)
    at_rest(run)
    assert (run.state, run.new, run.members, run.problem_code, run.sums_up) == ("finished", 8, 8, "", True)
    assert not list(faults_of(run))
    assert events(run)[4:7] == ["resumed", "check_resumed", "checked"]


def test_a_check_that_cannot_end_ends(received: Receive, broken: Broken, anna: User) -> None:
    broken.wrong = {"stock"}
    run = at_rest(received())
    assert_gave_up(run, Run.State.REFUSED, "checking")
    assert acts.resume(run, anna)
    assert_gave_up_again(run)
    broken.wrong = set()
    assert acts.resume(run, anna)
    assert (at_rest(run).state, run.new) == ("finished", 8)


@pytest.mark.parametrize("other", [{}, {"other": "1"}])
def test_an_upload_of_which_the_check_gave_up_can_be_forgotten_in_the_wizard(
    other: dict[str, str], received: Receive, broken: Broken, at_file_page: Callable[..., Browser], olga: User
) -> None:
    run = gave_up_unconfirmed(received, broken)
    browser = at_file_page(olga)
    session = browser.session
    Answers.again(run).keep(session)
    session.save()
    browser.post(reverse("migration:wizard_cancel"), other)
    assert not Run.objects.filter(pk=run.pk).exists()
    assert not storages["uploads"].exists(run.stored_as)
    assert AuditEvent.objects.filter(actor=olga, action="run.discard", subject=run.reference).exists()


def gave_up_unconfirmed(received: Receive, broken: Broken) -> Run:
    """With three records, and nobody pressed 'Volgende'."""
    run = received()
    Run.objects.filter(pk=run.pk).update(confirmed_at=None, confirmed_by=None)
    broken.wrong = {"members"}
    at_rest(run)
    broken.wrong = set()
    assert (run.state, run.problem_code, run.records.count()) == ("refused", "MIG-904", 3)
    return run


def test_only_what_nobody_confirmed_and_may_still_be_can_be_forgotten(
    received: Receive, broken: Broken, anna: User
) -> None:
    run = gave_up_unconfirmed(received, broken)
    Run.objects.filter(pk=run.pk).update(problem_code="MIG-902")
    assert not acts.discard(run, anna), "its log says why it is of no use"
    Run.objects.filter(pk=run.pk).update(problem_code="MIG-904", confirmed_at=timezone.now())
    assert not acts.discard(run, anna)


def assert_gave_up_again(run: Run) -> None:
    at_rest(run)
    assert (run.state, run.problem_code, events(run).count("gave_up")) == ("refused", "MIG-904", 2)


def test_a_write_that_cannot_begin_stops_and_can_go_on(received: Receive, broken: Broken, anna: User) -> None:
    run = checked(received, broken)
    broken.wrong = {"open"}
    assert acts.confirm(run, anna)
    at_rest(run)
    assert_gave_up(run, Run.State.STOPPED, "writing")
    assert (run.unprocessed, events(run).count("write_began")) == (8, 1)
    broken.wrong = set()
    assert acts.resume(run, anna)
    assert (at_rest(run).state, run.new, run.problem_code, run.problem_facts) == ("finished", 8, "", {})


def checked(received: Receive, broken: Broken) -> Run:
    """Somebody has to press 'Volgende' once more."""
    run = received()
    Run.objects.filter(pk=run.pk).update(confirmed_at=None, confirmed_by=None)
    assert moved(run).state == Run.State.READY
    return run


def test_a_write_that_is_cut_off_keeps_what_it_wrote(received: Receive, broken: Broken, anna: User) -> None:
    run = checked(received, broken)
    broken.wrong = {"members"}
    acts.confirm(run, anna)
    at_rest(run)
    assert_gave_up(run, Run.State.STOPPED, "writing")
    assert (run.new, run.unprocessed, Sba.objects.count()) == (3, 5, 3)
    broken.wrong = set()
    assert acts.resume(run, anna)
    assert (at_rest(run).new, Sba.objects.count()) == (8, 8)


def test_a_retry_that_cannot_end_rests_where_it_rested(received: Receive, broken: Broken, anna: User) -> None:
    run = at_rest(received(document(tax_id=SECRET)))
    broken.wrong = {"stock"}
    assert failures.retry(Scope(run), anna)
    at_rest(run)
    assert_gave_up(run, Run.State.FINISHED, "retrying")
    assert (run.new, run.failed) == (8, 1)
    broken.wrong = set()
    assert acts.resume(run, anna)
    at_rest(run)
    assert (run.state, run.problem_code, run.failed) == ("finished", "", 1)


def test_an_undo_that_cannot_end_can_be_done_again(received: Receive, broken: Broken, anna: User) -> None:
    run = at_rest(received())
    broken.wrong = {"stock"}
    assert acts.undo(run, anna)
    at_rest(run)
    assert_gave_up(run, Run.State.FINISHED, "undoing")
    assert (run.undone, Sba.objects.count()) == (8, 0)
    assert not acts.resume(run, anna), "who may not undo cannot go on with it either"
    broken.wrong = set()
    assert acts.undo(run, anna)
    assert (at_rest(run).state, run.problem_code, run.undo_removed) == ("undone", "", 8)


def test_what_an_undo_left_is_counted_and_told_once_however_often_it_is_done(
    received: Receive, broken: Broken, anna: User
) -> None:
    run = at_rest(received())
    Sba.objects.filter(record__position=1).update(status="afgehandeld")  # a colleague did
    broken.wrong = {"stock"}
    for _ in range(2):
        assert acts.undo(run, anna)
        at_rest(run)
        assert (run.state, run.undone, run.undo_kept) == ("finished", 7, 1)
    broken.wrong = set()
    assert acts.undo(run, anna)
    assert (at_rest(run).state, run.undo_removed, run.undo_kept, run.sums_up) == ("undone", 7, 1, True)
    assert [line.event for line in run.log_lines.filter(position=1)] == ["undo_changed"]


def test_what_an_undo_left_by_a_fault_of_ours_can_go_later(received: Receive, broken: Broken, anna: User) -> None:
    run = at_rest(received())
    broken.wrong = {"undo", "stock"}
    assert acts.undo(run, anna)
    assert (at_rest(run).undone, run.undo_kept) == (0, 8)
    broken.wrong = set()
    assert acts.undo(run, anna)
    assert (at_rest(run).state, run.undone, run.undo_kept, run.sums_up) == ("undone", 8, 0, True)


def test_an_undo_of_a_stopped_run_that_cannot_end_leaves_the_rest_to_be_imported(
    received: Receive, broken: Broken, anna: User
) -> None:
    run = checked(received, broken)
    broken.wrong = {"members"}
    acts.confirm(run, anna)
    at_rest(run)
    broken.wrong = {"stock"}
    assert acts.undo(run, anna)
    at_rest(run)
    assert (run.state, run.problem_code, run.cursor) == ("stopped", "MIG-904", 3)
    assert (run.undone, run.unprocessed, run.sums_up) == (3, 5, True)
    broken.wrong = set()
    assert acts.resume(run, anna)
    assert (at_rest(run).state, run.undone, run.new, run.sums_up) == ("finished", 3, 5, True)


# --- What looks as if it would pass -----------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["open", "members"])
def test_a_file_that_is_not_the_upload_is_missed_by_our_fault(where: str, received: Receive, broken: Broken) -> None:
    broken.wrong, broken.error = {where}, FileNotFoundError("a file of the kind")
    run = received()
    stand_still(run)
    assert (at_rest(run).state, run.problem_code) == ("refused", "MIG-904")


def test_a_write_that_misses_one_ends(received: Receive, broken: Broken, anna: User) -> None:
    run = checked(received, broken)
    broken.wrong, broken.error = {"write"}, FileNotFoundError("a file of the kind")
    assert acts.confirm(run, anna)
    assert_gave_up(at_rest(run), Run.State.STOPPED, "writing")


def test_a_retry_that_misses_one_ends(received: Receive, broken: Broken, anna: User) -> None:
    run = at_rest(received(document(tax_id=SECRET)))
    broken.wrong, broken.error = {"read"}, FileNotFoundError("a file of the kind")
    assert failures.retry(Scope(run), anna)
    assert_gave_up(at_rest(run), Run.State.FINISHED, "retrying")


def test_an_undo_that_misses_one_ends(received: Receive, broken: Broken, anna: User) -> None:
    run = at_rest(received())
    broken.wrong, broken.error = {"undo"}, FileNotFoundError("a file of the kind")
    assert acts.undo(run, anna)
    assert_gave_up(at_rest(run), Run.State.FINISHED, "undoing")


@pytest.mark.parametrize("where", ["open", "members", "read", "stock"])
@pytest.mark.parametrize("error", [PermissionError("a file of the kind"), OperationalError("no such table")])
def test_what_did_not_pass_within_an_hour_ends(
    error: Exception, where: str, received: Receive, broken: Broken, anna: User
) -> None:
    broken.wrong, broken.error = {where}, error
    run = received()
    assert_waits(run)
    stand_still(run)
    assert (at_rest(run).state, run.problem_code) == ("refused", "MIG-904")
    broken.wrong = set()
    assert acts.resume(run, anna)
    assert (at_rest(run).state, run.new) == ("finished", 8)


def test_to_begin_a_check_once_more_is_no_progress(received: Receive, broken: Broken) -> None:
    broken.wrong, broken.error = {"members"}, PermissionError("a file of the kind")
    run = moved(received())
    since = run.moved_at
    assert_waits(run)
    assert run.moved_at == since


# --- Where each document goes wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["read", "match", "write"])
def test_where_every_document_goes_wrong_each_fails_alone(where: str, received: Receive, broken: Broken) -> None:
    broken.wrong = {where}
    run = at_rest(received())
    assert (run.state, run.problem_code, run.failed, run.sums_up) == ("finished", "", 8, True)
    assert set(run.records.values_list("problem_code", flat=True)) == {"SBA-902"}
    assert not Sba.objects.exists()


@pytest.mark.parametrize("where", ["read", "match", "write"])
def test_so_they_do_in_a_retry(where: str, received: Receive, broken: Broken, anna: User) -> None:
    run = received()
    broken.wrong = {"read"}
    at_rest(run)
    broken.wrong = {where}
    assert failures.retry(Scope(run), anna)
    assert (at_rest(run).state, run.problem_code, run.failed, run.sums_up) == ("finished", "", 8, True)
    broken.wrong = set()
    assert failures.retry(Scope(run), anna)
    assert (at_rest(run).failed, run.new) == (0, 8)


def test_what_cannot_be_undone_stays(received: Receive, broken: Broken, anna: User) -> None:
    run = at_rest(received())
    broken.wrong = {"undo"}
    assert acts.undo(run, anna)
    assert (at_rest(run).state, run.undo_kept, run.sums_up, Sba.objects.count()) == ("undone", 8, True, 8)


def test_a_kind_that_cannot_name_itself_imports_all_the_same(received: Receive, broken: Broken, anna: User) -> None:
    """The road, the mail and the pages have the words that it had when it was registered."""
    broken.wrong = {"words"}
    run = at_rest(received())
    assert (run.state, run.new, run.problem_code) == ("finished", 8, "")
    assert run.outbox.get().sent_at


@pytest.mark.parametrize("wrong", ["words", "accepts"])
def test_what_came_of_it_can_be_seen(
    received: Receive, broken: Broken, anna: User, sign_in: SignIn, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = at_rest(received(b"<kapot"))
    broken.wrong = {wrong}
    browser = sign_in(anna)
    for name in ("overview", "run", "history", "report", "download_all_csv", "support_package", "search"):
        arguments = [] if name in ("overview", "search") else [run.pk]
        assert browser.get(reverse(f"migration:{name}", args=arguments), {"q": "SBA-301"}).status_code == 200, name
    html = browser.get(run.get_absolute_url()).content.decode()
    assert "9 SBA" in unescape(html)
    assert ("Reference" in caplog.text) is (wrong == "accepts"), "what is wrong stands in our log"
    assert SECRET not in html + caplog.text


# --- What is no fault of ours -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [OperationalError("away"), OSError(5, "Input/output error")])
def test_what_passes_is_waited_for(error: Exception, received: Receive, broken: Broken) -> None:
    broken.wrong, broken.error = {"open"}, error
    run = received()
    assert_waits(run)
    broken.wrong = set()
    assert (at_rest(run).state, run.new) == ("finished", 8)


def assert_waits(run: Run) -> None:
    for _ in range(2 * TRIES):
        Run.objects.filter(pk=run.pk).update(lease_until=None)
        assert moved(run).is_moving


def test_an_upload_that_is_away_is_waited_for(received: Receive) -> None:
    run = received()
    stored = Path(storages["uploads"].path(run.stored_as))
    away = stored.rename(stored.with_suffix(".away"))
    assert_waits(run)
    away.rename(stored)
    assert (at_rest(run).state, run.new) == ("finished", 8)


def test_a_full_disk_is_waited_for_however_long(received: Receive, broken: Broken) -> None:
    broken.wrong, broken.error = {"open"}, OSError(errno.ENOSPC, "No space left on device")
    run = received()
    stand_still(run)
    assert_waits(run)
    assert run.problem_code == "MIG-903"


def stand_still(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(moved_at=timezone.now() - LOST_AFTER - timedelta(minutes=1))


def test_faults_between_which_something_moves_end_nothing(received: Receive, broken: Broken) -> None:
    run = received()
    for wrong in ("open", "open", "members", "members"):
        broken.wrong = {wrong}
        Run.objects.filter(pk=run.pk).update(lease_until=None)
        assert moved(run).is_moving
    assert (run.cursor, run.faults) == (3, 2)
    broken.wrong = set()
    assert (at_rest(run).state, run.new) == ("finished", 8)


# --- Whom it overtakes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [RuntimeError(), FileNotFoundError(), PermissionError()])
@pytest.mark.parametrize("where", ["open", "members"])
def test_what_is_forgotten_during_its_last_try_leaves_nothing_to_end(
    error: Exception, where: str, received: Receive, broken: Broken, anna: User
) -> None:
    broken.wrong, broken.error = {where}, error
    run = received()
    Run.objects.filter(pk=run.pk).update(confirmed_at=None, confirmed_by=None, faults=TRIES - 1)
    broken.meanwhile = lambda: acts.discard(run, anna)
    move_run(run.pk)
    assert not Run.objects.filter(pk=run.pk).exists()


def test_what_is_forgotten_just_before_it_would_end_neither(received: Receive, broken: Broken, anna: User) -> None:
    run = received()
    Run.objects.filter(pk=run.pk).update(confirmed_at=None, confirmed_by=None)
    ours = lease.claim(run.pk)
    assert ours
    assert acts.discard(run, anna)
    endings.give_up(RuntimeError(), ours)
    assert not AuditEvent.objects.filter(action="run.gave_up").exists()


# --- Who hears of it --------------------------------------------------------------------------------------------------


@pytest.fixture
def gave_up(received: Receive, broken: Broken, anna: User) -> Callable[[str], Run]:
    """By where it happened: a check that cannot begin, or a write that was cut off."""

    def bring(where: str) -> Run:
        if where == "open":
            broken.wrong = {"open"}
            run = at_rest(received())
        else:
            run = checked(received, broken)
            broken.wrong = {"members"}
            acts.confirm(run, anna)
            at_rest(run)
        broken.wrong = set()
        return run

    return bring


def undone_in_vain(run: Run, broken: Broken, by: User) -> Run:
    broken.wrong = {"stock"}
    assert acts.undo(run, by)
    at_rest(run)
    broken.wrong = set()
    return run


@pytest.mark.parametrize("state", [Run.State.STOPPED, Run.State.FINISHED])
def test_the_panel_of_an_undo_that_gave_up_offers_to_undo(
    state: Run.State, gave_up: Callable[[str], Run], broken: Broken, anna: User, sign_in: SignIn, olga: User, bram: User
) -> None:
    run = gave_up("members")
    if state == Run.State.FINISHED:
        assert acts.resume(run, anna)
        at_rest(run)
    assert undone_in_vain(run, broken, anna).state == state
    undo, resume = (reverse(f"migration:{name}", args=[run.pk]) for name in ("undo", "resume"))
    pages = {user: sign_in(user).get(run.get_absolute_url()).content.decode() for user in (anna, olga, bram)}
    panels = {user: panel_of(page) for user, page in pages.items()}
    assert undo in panels[anna]
    assert "Opnieuw terugdraaien" in panels[anna]
    for user in (olga, bram):
        assert undo not in panels[user]
        assert "Een collega die Beheerder is, kan dit opnieuw terugdraaien." in panels[user]
    assert not any(resume in panel for panel in panels.values())
    assert (resume in pages[anna], resume in pages[bram]) == (run.can_be_resumed, False), "the rest: elsewhere, quietly"


def panel_of(page: str) -> str:
    return page[page.index('id="gave-up-title"') :].partition("</section>")[0]


@pytest.mark.parametrize("where", ["open", "members"])
def test_its_page_says_why_and_lets_it_go_on(
    where: str, gave_up: Callable[[str], Run], sign_in: SignIn, olga: User, bram: User
) -> None:
    run = gave_up(where)
    address = reverse("migration:resume", args=[run.pk])
    page = sign_in(olga).get(run.get_absolute_url()).content.decode()
    assert "MIG-904" in page
    verdict = page[page.index("verdict") :].partition("</p>")[0]
    assert "gestopt door een fout van ons." in verdict
    assert "Kenmerk" not in verdict, "the panel says the rest"
    assert f"Kenmerk: {run.problem_facts['reference']}" in page
    assert address in page
    assert address not in sign_in(bram).get(run.get_absolute_url()).content.decode()
    sign_in(olga).post(address)
    assert (at_rest(run).state, run.new) == ("finished", 8)
    assert (
        "Gestopt door een fout van ons, met foutcode MIG-904"
        in sign_in(olga).get(reverse("migration:history", args=[run.pk])).content.decode()
    )


def test_the_mail_tells_it(gave_up: Callable[[str], Run], mailoutbox: list[Any]) -> None:
    run = gave_up("members")
    [told] = mailoutbox
    assert told.subject == "Fout bij migratie: de verwerking is gestopt door een fout van ons"
    assert run.problem_facts["reference"] in told.body
    assert not Mail.objects.exclude(due=None).exists()


def test_the_log_names_the_reference_and_never_what_the_error_says(
    gave_up: Callable[[str], Run], caplog: pytest.LogCaptureFixture
) -> None:
    run = gave_up("open")
    assert f"Reference {run.problem_facts['reference']}: RuntimeError in stumble" in caplog.text
    assert SECRET not in caplog.text


def test_a_probe_hears_of_it_for_a_day(gave_up: Callable[[str], Run], anna: User) -> None:
    Chore.done(Chore.SWEEP)
    assert probe() == "ok"
    run = gave_up("members")
    assert probe() == "not ok"
    Run.objects.filter(pk=run.pk).update(moved_at=timezone.now() - timedelta(hours=25))
    assert probe() == "ok"
    Run.objects.filter(pk=run.pk).update(moved_at=timezone.now())
    assert acts.resume(run, anna)
    assert probe() == "ok"


def probe() -> str:
    return str(Browser().get("/gezond/gereed/").json()["checks"]["faults"])
