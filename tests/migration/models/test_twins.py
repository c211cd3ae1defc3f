"""What is asked of the database and of an object by two definitions: they say the same of every combination."""

from itertools import product
from uuid import uuid4

import pytest
from django.utils import timezone

from migration.models import Outcome, Record, Run
from portal.models import User

BOTH = (False, True)
COUNTS = ((0, 0, 0), (5, 2, 1), (3, 3, 0), (4, 0, 4), (9, 0, 0))
"""Failed, of these expected, and of these ignored."""


def run_of(user: User, state: str = Run.State.FINISHED, **fields: object) -> Run:
    file = {"file_name": "a.zip", "file_size": 1, "file_digest": "", "stored_as": uuid4().hex}
    return Run(office=user.office, started_by=user, importer_slug="sba", target="x", state=state, **file, **fields)


@pytest.fixture
def runs(anna: User) -> list[Run]:
    """One of every state, with and without its records, for several numbers of failures."""
    removed = (None, timezone.now())
    kinds = product(Run.State, removed, COUNTS)
    return Run.objects.bulk_create(
        run_of(anna, state, records_removed_at=gone, failed=failed, expected=expected, ignored=ignored)
        for state, gone, (failed, expected, ignored) in kinds
    )


def test_open_actions_of_a_run_are_those_by_which_the_database_sorts_and_sums(runs: list[Run], anna: User) -> None:
    asked = dict(Run.objects.annotate(asked=Run.OPEN_ACTIONS).values_list("pk", "asked"))
    assert asked == {run.pk: run.open_actions for run in runs}
    assert set(asked.values()) == {0, 2, 9}
    resting = [run for run in runs if run.state in Run.ACTED_ON]
    assert Run.objects.visible_to(anna).open_actions() == sum(run.open_actions for run in resting) > 0


def test_a_run_that_waits_for_somebody_has_open_actions_or_a_question(runs: list[Run]) -> None:
    waiting = set(Run.objects.filter(Run.WAITS_FOR_SOMEBODY).values_list("pk", flat=True))
    asking = {run.pk for run in runs if run.state in Run.ACTED_ON and run.open_actions}
    assert waiting == asking | {run.pk for run in runs if run.state == Run.State.READY}
    assert 0 < len(waiting) < len(runs)


@pytest.fixture
def records(anna: User) -> list[Record]:
    """Every outcome that replaced nothing, something, or something that was empty; and every kind of failure."""
    states = (Run.State.FINISHED, Run.State.UNDONE, Run.State.READY)
    runs = Run.objects.bulk_create(run_of(anna, state) for state in states)
    replaced = (None, {}, {"status": "akkoord"})
    of_a_run = list(product(Outcome, replaced, BOTH, BOTH, BOTH))
    return Record.objects.bulk_create(
        Record(
            run=run, position=position, name="a.xbrl", size=1, verdict=outcome, outcome=outcome, replaced=before,
            failed=failed, expected=expected, ignored=ignored,
        )
        for run in runs
        for position, (outcome, before, failed, expected, ignored) in enumerate(of_a_run, start=1)
    )  # fmt: skip


def test_a_record_changed_something_where_the_database_says_so(records: list[Record]) -> None:
    changing = set(Record.objects.all().changing().values_list("pk", flat=True))
    assert changing == {record.pk for record in records if record.changed_something}
    assert {record.outcome for record in records if record.pk in changing} == {
        Outcome.NEW, Outcome.OVERWRITTEN, Outcome.UNCHANGED,
    }  # fmt: skip
    unread = Record.objects.select_related("run").all()
    assert changing == {record.pk for record in unread if record.changed_something}


def test_a_record_needs_action_where_the_database_says_so_where_its_run_stands(records: list[Record]) -> None:
    needing = set(Record.objects.all().needing_action().values_list("pk", flat=True))
    stands = {record.pk for record in records if record.run.state == Run.State.FINISHED}
    assert needing & stands == {record.pk for record in records if record.needs_action} != set()
    assert needing - stands
