"""The table of states: what it allows happens, what it does not allow never does, whoever asks."""

from collections.abc import Callable
from itertools import product

import pytest
from django.utils import timezone

from migration import states
from migration.acts import failures, repeating
from migration.acts import runs as acts
from migration.acts.failures import Scope
from migration.models import Run
from migration.problems import GAVE_UP
from migration.road import lease
from migration.states import TRANSITIONS, Forbidden, State, Verb
from portal.models import AuditEvent, User

pytestmark = pytest.mark.django_db

PAIRS = list(product(State, State))


def test_every_state_stands_in_the_table() -> None:
    assert set(TRANSITIONS) == set(State)


def test_a_run_rests_moves_or_waits_for_its_user() -> None:
    assert sorted([*states.MOVING, *states.RESTING, State.READY]) == sorted(State)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_run_goes_the_ways_of_the_table_alone(source: State, target: State, perfect: Run) -> None:
    put(perfect, source)
    if target in TRANSITIONS[source]:
        assert perfect.advance(target)
    else:
        with pytest.raises(Forbidden):
            perfect.advance(target)
    perfect.refresh_from_db()
    assert perfect.state == (target if target in TRANSITIONS[source] else source)


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_so_does_the_road(source: State, target: State, perfect: Run) -> None:
    put(perfect, State.WRITING)
    ours = lease.claim(perfect.pk)
    assert ours
    put(perfect, source)
    if target in TRANSITIONS[source]:
        ours.advance(target)
    else:
        with pytest.raises(Forbidden):
            ours.advance(target)
    perfect.refresh_from_db()
    assert perfect.state == (target if target in TRANSITIONS[source] else source)


def test_who_comes_second_moves_nothing(perfect: Run) -> None:
    twice = Run.objects.get(pk=perfect.pk)
    assert perfect.advance(State.UNDOING)
    assert not twice.advance(State.UNDOING)


VERBS: dict[Verb, Callable[[Run, User], object]] = {
    Verb.CONFIRM: acts.confirm,
    Verb.DISCARD: acts.discard,
    Verb.STOP: acts.stop,
    Verb.RESUME: acts.resume,
    Verb.RETRY: lambda run, by: failures.retry(Scope(run), by),
    Verb.IGNORE: lambda run, by: failures.ignore(Scope(run), by, "verhuisd"),
    Verb.UNDO: acts.undo,
    Verb.REPEAT: repeating.repeat,
    Verb.REMOVE_FILE: acts.remove_file,
    Verb.RENAME: lambda run, by: acts.rename(run, by, "Export 2024 Zwolle"),
}


@pytest.mark.parametrize(("verb", "state"), list(product(Verb, State)))
def test_a_verb_does_what_the_table_says_and_leaves_one_audit_line(
    verb: Verb, state: State, partly: Run, anna: User
) -> None:
    """All that a verb asks besides the state is so here."""
    gave_up = {"problem_code": GAVE_UP.code, "problem_facts": {"during": State.RETRYING}}
    put(partly, state, confirmed_at=None, **gave_up)
    before, lines = AuditEvent.objects.count(), partly.log_lines.count()
    done = bool(VERBS[verb](partly, anna))
    assert done == states.allows(state, verb)
    if verb != Verb.REPEAT:  # that begins a run, which has a line of its own
        assert AuditEvent.objects.count() - before == done
    kept = Run.objects.filter(pk=partly.pk).first()
    if kept and verb not in (Verb.REPEAT, Verb.REMOVE_FILE):
        assert kept.log_lines.count() - lines == done
    if not done:
        assert kept
        assert kept.state == state


@pytest.mark.parametrize("verb", [*Verb])
def test_nothing_is_done_with_a_run_that_is_gone(verb: Verb, partly: Run, anna: User) -> None:
    put(partly, State.READY, confirmed_at=None)
    late = Run.objects.get(pk=partly.pk)
    assert acts.discard(partly, anna)
    assert not VERBS[verb](late, anna)


def put(run: Run, state: State, **changes: object) -> None:
    Run.objects.filter(pk=run.pk).update(state=state, moved_at=timezone.now(), **changes)
    run.refresh_from_db()
