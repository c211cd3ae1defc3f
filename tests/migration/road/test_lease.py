"""Who may move a run: one at a time, and whoever lost it changes nothing any more."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError

from migration.acts import runs as acts
from migration.models import Run
from migration.models.chores import from_now
from migration.problems import NO_ROOM
from migration.road import lease
from migration.road.intake import Order, receive_path
from migration.road.lease import DURATION, Lease, LeaseLost
from portal.models import User
from sba.samples import document
from tests import services
from tests.sba.conftest import Files

WINDOW = 10


@pytest.fixture
def run(anna: User, zipped: Callable[[Files], Path]) -> Run:
    """An upload that waits for a worker."""
    return receive_path(zipped([document()]), Order("sba", "te-beoordelen"), anna)


def claimed(run: Run) -> Lease:
    ours = lease.claim(run.pk)
    assert ours is not None
    return ours


def expire(run: Run) -> None:
    """Its holder fell silent longer ago than a lease lasts."""
    Run.objects.filter(pk=run.pk).update(lease_until=from_now(-timedelta(seconds=1)), holder="elsewhere:1:1")


def crashed(run: Run) -> Lease:
    """A claim whose worker died before it moved anything."""
    ours = claimed(run)
    lease.suspect(ours, window=WINDOW)
    expire(run)
    return ours


# --- Claiming ---------------------------------------------------------------------------------------------------------


def test_a_waiting_run_is_claimed_once(run: Run) -> None:
    assert lease.claim(run.pk) is not None
    assert lease.claim(run.pk) is None


def test_a_run_that_waits_for_its_user_cannot_be_claimed(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(state=Run.State.READY)
    assert lease.claim(run.pk) is None


def test_a_run_that_is_gone_cannot_be_claimed(run: Run) -> None:
    run.delete()
    assert lease.claim(run.pk or 0) is None


def test_an_expired_lease_goes_to_the_next_who_asks(run: Run) -> None:
    first = claimed(run)
    expire(run)
    assert claimed(run).token != first.token


def test_a_lease_that_is_given_back_can_be_claimed_at_once(run: Run) -> None:
    claimed(run).release()
    assert lease.claim(run.pk) is not None


def test_a_lease_that_is_given_back_with_a_pause_can_be_claimed_after_it(run: Run) -> None:
    claimed(run).release(pause=timedelta(seconds=30))
    assert lease.claim(run.pk) is None
    expire(run)
    assert lease.claim(run.pk) is not None


def test_whoever_gives_back_what_it_lost_takes_nothing_from_the_next(run: Run) -> None:
    late = claimed(run)
    expire(run)
    holder = claimed(run)
    late.release()
    run.refresh_from_db()
    assert run.token == holder.token


# --- The fence --------------------------------------------------------------------------------------------------------


def test_a_chunk_moves_the_cursor_and_renews_the_lease(run: Run) -> None:
    ours = claimed(run)
    expire(run)
    with ours.chunk(hi=7):
        run.log("test")
    run.refresh_from_db()
    assert (run.cursor, run.claims, ours.cursor) == (7, 0, 7)
    assert run.lease_until - run.moved_at > DURATION / 2
    assert lease.claim(run.pk) is None


@pytest.mark.parametrize(("state", "counted"), [("checking", True), ("writing", True), ("retrying", False)])
def test_work_on_the_import_is_counted_and_no_waiting(run: Run, state: str, counted: bool) -> None:
    Run.objects.filter(pk=run.pk).update(state=state)
    ours = claimed(run)
    ours.since -= 5  # this process has worked for so many seconds
    with ours.chunk(hi=7):
        pass
    ours.since -= 3
    with pytest.raises(IntegrityError), ours.chunk(hi=8):
        raise IntegrityError  # what came to nothing is no work
    ours.release()
    with claimed(run).chunk(hi=9):  # however long nobody had it
        pass
    run.refresh_from_db()
    assert run.worked_ms // 1000 == (5 if counted else 0)


def test_whoever_lost_the_lease_changes_nothing(run: Run) -> None:
    late = claimed(run)
    expire(run)
    claimed(run)
    lines = run.log_lines.count()
    with pytest.raises(LeaseLost), late.chunk(hi=7):
        run.log("test")
    run.refresh_from_db()
    assert run.cursor == late.cursor == 0
    assert run.log_lines.count() == lines


def test_a_chunk_that_was_done_is_not_done_again(run: Run) -> None:
    """The same token, but the cursor is elsewhere: as after a commit whose answer got lost."""
    ours = claimed(run)
    stale = replace(ours)
    with ours.chunk(hi=7):
        pass
    lines = run.log_lines.count()
    with pytest.raises(LeaseLost), stale.chunk(hi=7):
        run.log("test")
    assert run.log_lines.count() == lines


def test_a_chunk_that_fails_leaves_no_trace_and_the_lease_stays(run: Run) -> None:
    ours = claimed(run)
    lines = run.log_lines.count()
    with pytest.raises(IntegrityError), ours.chunk(hi=7):
        log_the_same_line_twice(run)
    run.refresh_from_db()
    assert run.cursor == ours.cursor == 0
    assert run.log_lines.count() == lines
    with ours.chunk(hi=7):
        pass
    assert ours.cursor == 7


def log_the_same_line_twice(run: Run) -> None:
    run.log("test")
    run.log_lines.create(pk=run.log_lines.latest("pk").pk, event="the same once more")


def test_a_run_that_was_stopped_is_fenced_off(run: Run, anna: User) -> None:
    Run.objects.filter(pk=run.pk).update(state=Run.State.WRITING)
    ours = claimed(run)
    run.refresh_from_db()
    assert acts.stop(run, anna)
    with pytest.raises(LeaseLost), ours.chunk(hi=7):
        pass


# --- The holder -------------------------------------------------------------------------------------------------------


@pytest.fixture
def process() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(["sleep", "600"]) as started:
        yield started
        started.kill()


def held_by(run: Run, pid: int, since: str | None = None, place: str | None = None) -> Run:
    claimed(run)
    holder = f"{place or lease.here()}:{pid}:{since or lease.began(pid)}"
    Run.objects.filter(pk=run.pk).update(holder=holder)
    return run


def test_a_process_of_this_machine_that_died_is_not_waited_for(run: Run, process: "subprocess.Popen[bytes]") -> None:
    held_by(run, process.pid)
    assert lease.release_the_dead() == 0
    process.kill()
    process.wait()
    assert lease.release_the_dead() == 1
    assert lease.claim(run.pk) is not None


def test_a_claim_takes_over_from_the_dead_by_itself(run: Run, process: "subprocess.Popen[bytes]") -> None:
    held_by(run, process.pid)
    assert lease.claim(run.pk) is None
    process.kill()
    process.wait()
    assert lease.claim(run.pk) is not None


def test_a_process_that_nobody_cleared_away_yet_is_dead(run: Run, process: "subprocess.Popen[bytes]") -> None:
    held_by(run, process.pid)
    process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert lease.release_the_dead() == 1


def test_another_process_with_the_same_number_is_not_the_holder(run: Run) -> None:
    held_by(run, os.getpid(), since="1")
    assert lease.release_the_dead() == 1


def test_a_holder_that_lives_keeps_its_lease(run: Run) -> None:
    claimed(run)
    assert lease.release_the_dead() == 0
    assert lease.claim(run.pk) is None


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("another-machine/0d0c-1/4026531836", id="another machine"),
        pytest.param(f"{socket.gethostname()}/0d0c-1/4026531836", id="another machine of the same name"),
        pytest.param(f"{lease.here()}0", id="another container of this machine, of the same name"),
        pytest.param(socket.gethostname(), id="an older version of the portal"),
    ],
)
def test_nothing_is_known_of_the_processes_elsewhere(place: str, run: Run) -> None:
    held_by(run, 1, since="1", place=place)
    assert lease.release_the_dead() == 0


def test_a_process_in_a_container_of_this_machine_is_elsewhere() -> None:
    """Its numbers of processes are its own, though the machine and its name are the same."""
    asks = [
        sys.executable,
        "-c",
        "import django; django.setup(); from migration.road import lease; print(lease.here())",
    ]
    inside = subprocess.run(["unshare", "--fork", "--pid", *asks], capture_output=True, text=True)
    if "not permitted" in inside.stderr:
        services.miss("no container may be made here")
    assert inside.stdout.split("/")[:2] == lease.here().split("/")[:2]
    assert inside.stdout.strip() != lease.here()


def test_the_death_of_a_holder_counts_as_a_crash(run: Run) -> None:
    held_by(run, os.getpid(), since="1")
    lease.release_the_dead()
    assert claimed(run).claims == 2


# --- Suspicion --------------------------------------------------------------------------------------------------------


def test_one_crash_is_no_reason_for_suspicion(run: Run) -> None:
    crashed(run)
    assert not crashed(run).goes_one_by_one


def test_after_two_crashes_in_one_place_its_window_goes_one_by_one(run: Run) -> None:
    crashed(run)
    crashed(run)
    ours = crashed(run)
    assert ours.goes_one_by_one
    assert ours.suspect_until == WINDOW
    assert not ours.blames_next


def test_after_two_more_on_one_document_it_is_blamed(run: Run) -> None:
    blames = [crashed(run).blames_next for _ in range(5)]
    assert blames == [False, False, False, False, True]


def test_whoever_moves_is_not_blamed(run: Run) -> None:
    for _ in range(3):
        crashed(run)
    ours = claimed(run)
    with ours.chunk(hi=1):
        pass
    expire(run)
    assert [crashed(run).blames_next for _ in range(3)] == [False, False, True]


def test_behind_the_window_nobody_is_suspected_any_more(run: Run) -> None:
    for _ in range(3):
        crashed(run)
    ours = claimed(run)
    with ours.chunk(hi=WINDOW):
        pass
    assert not ours.goes_one_by_one


def test_whoever_gives_back_did_not_crash(run: Run) -> None:
    for _ in range(20):
        claimed(run).release()
    assert claimed(run).claims == 1


# --- What kept it waiting ---------------------------------------------------------------------------------------------


def test_a_run_that_waits_for_room_says_so_until_something_moves(run: Run) -> None:
    claimed(run).release(pause=timedelta(seconds=30), waits_for=NO_ROOM)
    run.refresh_from_db()
    assert run.waits_for_room
    expire(run)
    ours = claimed(run)
    with ours.chunk(hi=1):
        pass
    run.refresh_from_db()
    assert (run.problem_code, run.waits_for_room) == ("", False)
