"""Whatever an office does with runs of overlapping exports, and in whatever order: every failure asks once.

The model is a few lines over the rows, one record against every other: it knows nothing of locks, sets or counters.
"""

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import count

import pytest
from django.core.files.base import ContentFile
from django.test import Client as Browser
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from migration.acts import failures, remedies
from migration.acts import runs as acts
from migration.models import WRITABLE, Outcome, Record, Run
from migration.road import pipeline
from migration.road.intake import Order, receive
from migration.upkeep.integrity import damages
from portal.models import Client, User
from tests.acting import some
from tests.factories import ClientFactory, OfficeFactory, UserFactory, invented_tax_id
from tests.markup import unfolded
from tests.migration.road.test_sum_rule import BROKEN, Doc, Item, zipped

NUMBERS = [invented_tax_id(seed) for seed in (9401, 9402)]
EMPTY = b""
offices = count()

docs: st.SearchStrategy[Item] = st.builds(
    Doc, tax_id=st.sampled_from(NUMBERS), year=st.integers(2018, 2019), edition=st.integers(1, 2)
)
uploads = st.lists(st.one_of(docs, docs, docs, st.sampled_from([BROKEN, BROKEN, EMPTY])), min_size=1, max_size=5)
which = st.integers(0, 2)
deeds = st.one_of(
    st.tuples(st.just("confirm"), which),
    st.tuples(st.just("stop"), which),
    st.tuples(st.just("resume"), which),
    st.tuples(st.just("retry"), which),
    st.tuples(st.just("retry_all"), which),
    st.tuples(st.just("undo"), which),
    st.tuples(st.just("ignore"), which),
    st.tuples(st.just("heed"), which),
    st.tuples(st.just("make_client"), which),
    st.tuples(st.just("note_former"), which),
    st.tuples(st.just("become_client"), st.integers(0, 1)),
    st.tuples(st.just("become_former"), st.integers(0, 1)),
)


@given(
    several=st.lists(st.tuples(uploads, st.booleans()), min_size=2, max_size=3),
    between=st.lists(st.lists(deeds, max_size=3), min_size=3, max_size=3),
    after=st.lists(deeds, max_size=8),
)
@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@pytest.mark.django_db
def test_every_failure_asks_once(
    sign_in: Callable[[User], Browser],
    several: list[tuple[list[Item], bool]],
    between: list[list[tuple[str, int]]],
    after: list[tuple[str, int]],
) -> None:
    user = somebody()
    runs: list[Run] = []
    for (items, confirmed), meanwhile in zip(several, between, strict=False):
        runs.append(begun(items, user, confirmed))
        holds(user)
        for deed in meanwhile:
            do(deed, runs, user)
            holds(user)
    for deed in after:
        do(deed, runs, user)
        holds(user)
    pages_say_so(sign_in(user), user)


def somebody() -> User:
    office = OfficeFactory(slug=f"eenmaal-{next(offices)}")
    return UserFactory(office=office, email=f"eenmaal{next(offices)}@kantoor.example", role=User.Role.MANAGER)


# --- What an office does ---------------------------------------------------------------------------------------------


def begun(items: list[Item], user: User, confirmed: bool) -> Run:
    content = zipped(items)
    order = Order("sba", "te-beoordelen", confirmed=confirmed)
    return moved(
        receive(ContentFile(content, name="export.zip"), "export.zip", sha256(content).hexdigest(), order, user)
    )


def moved(run: Run) -> Run:
    pipeline.move(run.pk)
    run.refresh_from_db()
    return run


def do(deed: tuple[str, int], runs: list[Run], user: User) -> None:
    """What cannot be done now does nothing, as for a user whose page is old."""
    verb, number = deed
    if verb.startswith("become"):
        become(NUMBERS[number], user, former=verb == "become_former")
    elif number < len(runs):
        run = Run.objects.get(pk=runs[number].pk)
        VERBS[verb](run, user)
        moved(run)


def become(tax_id: str, user: User, former: bool) -> None:
    if not Client.objects.filter(office=user.office, tax_id=tax_id).update(former=former):
        ClientFactory(office=user.office, tax_id=tax_id, former=former)


def stop(run: Run, user: User) -> None:
    """Before anything of it is written."""
    if acts.confirm(run, user):
        acts.stop(run, user)


def with_remedy(run: Run) -> Iterator[Record]:
    yield from run.records.failures().filter(client=None).exclude(tax_id="").select_related("run")[:1]


def make_client(run: Run, user: User) -> None:
    for record in with_remedy(run):
        remedies.create_client(record, user, "Nieuw", Client.Kind.PERSON)


def note_former(run: Run, user: User) -> None:
    for record in with_remedy(run):
        remedies.note_former(record, user)


VERBS: dict[str, Callable[[Run, User], object]] = {
    "confirm": acts.confirm,
    "stop": stop,
    "resume": acts.resume,
    "retry": lambda run, user: failures.retry(failures.Scope(run), user),
    "retry_all": lambda run, user: failures.retry(some(run, run.records.failures()), user),
    "undo": acts.undo,
    "ignore": lambda run, user: failures.ignore(some(run, run.records.failures()), user, "verhuisd"),
    "heed": lambda run, user: failures.heed(failures.Scope(run), user),
    "make_client": make_client,
    "note_former": note_former,
}

# --- What should come of it ------------------------------------------------------------------------------------------

ASKING = (Run.State.FINISHED, Run.State.STOPPED)


def superseder(record: Record, records: list[Record]) -> int | None:
    """The newest run that came to the same since: no run moves here."""
    if not record.failed or record.run.state not in ASKING:
        return None
    return max((other.run_id for other in records if answers(other, record, records)), default=None)


def is_same(other: Record, record: Record, records: list[Record]) -> bool:
    if record.key and other.key == record.key:
        return True
    if not record.digest or other.digest != record.digest:
        return False
    return bool(other.key) or other.name == record.name or (is_lone(other, records) and is_lone(record, records))


def is_lone(record: Record, records: list[Record]) -> bool:
    """What could not be read tells what it is about only where its run has it once, and it is not empty."""
    alike = [one for one in records if one.run_id == record.run_id and one.digest == record.digest]
    return record.size > 0 and record.key is None and len(alike) == 1


def answers(other: Record, record: Record, records: list[Record]) -> bool:
    if not is_same(other, record, records) or other.run_id == record.run_id or other.run.state not in ASKING:
        return False
    if other.run_id > record.run_id:
        return other.outcome in (*WRITABLE, Outcome.FAILED)
    lines = other.run.log_lines.filter(at__gt=record.run.created_at)
    tried = lines.filter(event="attempt", position=other.position)
    written = lines.filter(event__in=("write_began", "resumed"))  # a stop here comes before anything is written
    return other.outcome in WRITABLE and (tried.exists() or written.exists())


def holds(user: User) -> None:
    records = list(Record.objects.visible_to(user).select_related("run"))
    assert {one.pk: one.superseded_by_id for one in records} == {one.pk: superseder(one, records) for one in records}
    asking = [one for one in records if one.needs_action]
    assert all(one.failed and not (one.expected or one.ignored or one.superseded_by_id) for one in asking)
    for run in Run.objects.visible_to(user):
        own = [one for one in records if one.run_id == run.pk]
        assert run.superseded == sum(one.is_superseded for one in own)
        assert run.open_actions == sum(one.run_id == run.pk for one in asking)
    assert Run.objects.visible_to(user).open_actions() == len(asking)
    asked = {(one.run_id, one.key or (one.digest, one.name)) for one in asking}
    assert len(asked) == len({what for _, what in asked}), "asked in one run alone"
    assert not list(damages(user.office))


def pages_say_so(browser: Browser, user: User) -> None:
    html = unfolded(browser.get("/instellingen/migratie/").content.decode())
    told = re.findall(r'data-label="Actie nodig"[^>]*>(?: <strong>)? ?([0-9]+)', html)
    assert sum(map(int, told)) == Run.objects.visible_to(user).open_actions()
