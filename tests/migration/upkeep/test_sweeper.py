"""For whom the sweeper rings, and what it forgets."""

import json
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages

from migration.acts import runs as acts
from migration.models import Run
from migration.models.chores import from_now
from migration.road import lease
from migration.road.intake import Order, receive_path
from migration.upkeep import sweeper
from portal.models import User
from sba.samples import document
from tests.migration.ageing import audit
from tests.sba.conftest import Files

Make = Callable[..., Run]


@pytest.fixture
def make(anna: User, zipped: Callable[[Files], Path]) -> Make:
    """An upload in any state, with its times as so many seconds from now."""

    def made(state: str = "received", **seconds: int) -> Run:
        run = receive_path(zipped([document()]), Order("sba", "te-beoordelen"), anna)
        times = {name: from_now(timedelta(seconds=value)) for name, value in seconds.items()}
        Run.objects.filter(pk=run.pk).update(state=state, **times)
        run.refresh_from_db()
        return run

    return made


def messages() -> list[Any]:
    """The arguments of every message that lies in the queue; they are taken out."""
    found = []
    for path in sorted(Path(settings.DATA_DIR, "broker", "queue").glob("*.msg")):
        body = json.loads(path.read_text())["body"]
        found.append(json.loads(b64decode(body))[0])
        path.unlink()
    return found


@pytest.mark.parametrize("state", Run.MOVING)
def test_it_rings_for_a_run_that_nobody_moves(make: Make, state: str) -> None:
    run = make(state)
    messages()
    assert sweeper.sweep() == 1
    assert messages() == [[run.pk]]


@pytest.mark.parametrize("state", sorted(set(Run.State.values) - set(Run.MOVING)))
def test_it_does_not_ring_for_what_waits_for_its_user_or_has_ended(make: Make, state: str) -> None:
    make(state)
    assert sweeper.waiting_runs() == []


def test_it_rings_once_and_gives_a_worker_the_time_to_hear_it(make: Make) -> None:
    make()
    assert sweeper.sweep() == 1
    assert sweeper.sweep() == 0


def test_it_rings_again_for_a_bell_that_nobody_heard(make: Make) -> None:
    run = make(rung_at=-61)
    assert sweeper.waiting_runs() == [run.pk]


def test_a_bell_of_a_moment_ago_is_not_rung_again(make: Make) -> None:
    make(rung_at=-50)
    assert sweeper.waiting_runs() == []


def test_it_leaves_a_run_that_somebody_holds(make: Make) -> None:
    make(state="checking", lease_until=30, rung_at=-300)
    assert sweeper.waiting_runs() == []


def test_it_rings_for_a_run_whose_lease_ran_out(make: Make) -> None:
    run = make(state="writing", lease_until=-1, rung_at=-300)
    assert sweeper.waiting_runs() == [run.pk]


def test_it_rings_at_once_for_a_run_whose_worker_died(make: Make) -> None:
    run = make(state="checking")
    assert lease.claim(run.pk)
    dead = lease.myself().rpartition(":")[0] + ":1"
    Run.objects.filter(pk=run.pk).update(holder=dead, rung_at=from_now(timedelta(0)))
    assert sweeper.sweep() == 1


@pytest.mark.django_db(transaction=True)
def test_it_forgets_a_file_that_nobody_confirmed_for_a_day(make: Make) -> None:
    day = 24 * 60 * 60
    old, young = make("ready", checked_at=-day - 60), make("ready", checked_at=-day + 60)
    sweeper.forget_unconfirmed()
    assert list(Run.objects.all()) == [young]
    assert not storages["uploads"].exists(old.stored_as)
    assert storages["uploads"].exists(young.stored_as)


@pytest.mark.django_db(transaction=True)
def test_it_forgets_one_of_which_the_check_gave_up(make: Make, anna: User) -> None:
    day = 24 * 60 * 60
    times = [-day - 60, -day + 60, -day - 60, -day - 60]
    old, young, confirmed, of_no_use = runs = [make("refused", ended_at=seconds) for seconds in times]
    gave_up = [run.pk for run in runs if run != of_no_use]
    Run.objects.filter(pk__in=gave_up).update(problem_code="MIG-904", problem_facts={"during": "checking"})
    Run.objects.filter(pk=confirmed.pk).update(confirmed_at=from_now(timedelta(0)), confirmed_by=anna)
    sweeper.forget_unconfirmed()
    assert list(Run.objects.order_by("pk")) == [young, confirmed, of_no_use]
    assert not storages["uploads"].exists(old.stored_as)


@pytest.mark.django_db(transaction=True)
def test_it_removes_the_file_of_a_refused_upload_after_a_day_and_keeps_its_run(make: Make, anna: User) -> None:
    day = 24 * 60 * 60
    old, _, confirmed = runs = [make("refused", ended_at=seconds) for seconds in (-day - 60, -day + 60, -day - 60)]
    Run.objects.update(problem_code="SBA-105")
    Run.objects.filter(pk=confirmed.pk).update(confirmed_at=from_now(timedelta(0)), confirmed_by=anna)
    sweeper.forget_unconfirmed()
    assert [storages["uploads"].exists(run.stored_as) for run in runs] == [False, True, True]
    assert list(Run.objects.order_by("pk")) == runs
    old.refresh_from_db()
    assert old.file_removed_at
    sweeper.forget_unconfirmed()
    assert audit() == [("run.file_removed", old.reference, None)]


@pytest.mark.django_db(transaction=True)
def test_it_keeps_one_that_was_confirmed_and_only_waits_for_an_answer(make: Make) -> None:
    run = make("ready", checked_at=-25 * 60 * 60)
    run.log("confirmed", actor="Anna")
    sweeper.forget_unconfirmed()
    assert list(Run.objects.all()) == [run]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["writing", "finished", "checking"])
def test_it_forgets_nothing_that_is_on_its_way_or_has_ended(make: Make, state: str) -> None:
    run = make(state, created_at=-10 * 24 * 60 * 60)
    sweeper.forget_unconfirmed()
    assert Run.objects.filter(pk=run.pk).exists()
    assert storages["uploads"].exists(run.stored_as)


@pytest.mark.django_db(transaction=True)
def test_what_is_confirmed_at_the_last_moment_is_not_forgotten(make: Make, anna: User) -> None:
    run = make("ready", created_at=-2 * 24 * 60 * 60)
    assert acts.confirm(Run.objects.get(pk=run.pk), anna)
    assert not acts.discard(run)
    assert storages["uploads"].exists(run.stored_as)
