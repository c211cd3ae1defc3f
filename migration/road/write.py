"""The write: what the user confirmed goes into the dossiers, chunk by chunk, each record wholly or not at all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from django.db import transaction
from django.db.models.functions import Now

from migration.kinds.abilities import Sameness
from migration.kinds.deadlines import kept_open
from migration.kinds.protocol import Entry, Member, Written
from migration.kinds.registry import ability_of, kind_of
from migration.models import Mail, Outcome, Record, Run
from migration.problems import Problem
from migration.road import documents, superseding
from migration.road.chunks import Stop, in_chunks
from migration.road.lease import Lease
from migration.road.ledger import check_sums, lock_office, take_stock


def write(run: Run, ours: Lease, should_stop: Stop) -> None:
    """Write what is behind the cursor; at the end the run is FINISHED and its sums are checked."""
    if ours.cursor == 0 and not ours.faults:
        run.log("write_began", cursor=0)

    def attempt(chunk: Sequence[Member]) -> None:
        blamed = ours.blames_next
        with ours.chunk(hi=chunk[-1].position):
            give_up_on(run, chunk[0], kind.problems.fatal) if blamed else write_chunk(run, chunk)

    def give_up(member: Member, facts: Mapping[str, str]) -> None:
        with ours.chunk(hi=member.position):
            give_up_on(run, member, kind.problems.unexpected, facts)

    kind = kind_of(run)
    with run.open_upload() as upload:
        members = kind.open(upload).members(after=ours.cursor)
        if in_chunks(members, ours, attempt, give_up, should_stop, size_of=attrgetter("size")):
            finish_write(run, ours)


def write_chunk(run: Run, members: Sequence[Member]) -> None:
    """One chunk into the dossiers. An office's dossiers are written by one transaction at a time."""
    lock_office(run)
    entries = pair_up(run, members)
    documents.keep(entries)
    write_entries(run, [entry for entry, _ in entries if not entry.failed])


def write_entries(run: Run, entries: Sequence[Entry]) -> None:
    """Bring these into the dossiers and give each record the outcome that came true."""
    written = kind_of(run).write(run, entries) if entries else ()
    settle(run, [one for one in written if one.problem is None])
    forget_sameness(run, entries, written)
    fail_late(run, [Failure(one.position, one.problem, one.problem_facts) for one in written if one.problem])


def pair_up(run: Run, members: Sequence[Member]) -> list[tuple[Entry, Member]]:
    """What is known of these members, in order; files of another kind are left out."""
    at = {member.position: member for member in members}
    records = run.records.filter(position__range=(members[0].position, members[-1].position))
    known = records.exclude(outcome=Outcome.OTHER).order_by("position").values_list(*Entry._fields)
    return [(Entry(*values), at[values[1]]) for values in known]


def settle(run: Run, written: Sequence[Written]) -> None:
    """Give the records their outcomes, and count them."""
    endings: dict[tuple[str, str], list[int]] = {}
    for one in written:
        endings.setdefault((one.outcome, one.status), []).append(one.position)
    for (outcome, status), positions in endings.items():
        run.records.at(positions).update(outcome=outcome, status=status)
    keep_replaced(run, [one for one in written if one.replaced is not None])
    keep_warnings(run, [one for one in written if one.warnings])
    counts = Counter(one.outcome for one in written)
    run.add({**counts, "unprocessed": -counts.total(), "kept_open": spared(run, written)})


def forget_sameness(run: Run, entries: Sequence[Entry], written: Sequence[Written]) -> None:
    """What the check found to say the same as something changed a dossier after all: that one is gone from there."""
    sameness, alike = ability_of(run, Sameness), {entry.position for entry in entries if entry.same_as}
    changed = [one.position for one in written if one.position in alike and one.outcome != Outcome.UNCHANGED]
    if not sameness or not changed:
        return
    for record in run.records.at(changed).carrying_warnings():
        told = [code for code in record.warnings if code != sameness.same.code]
        run.records.filter(pk=record.pk).update(warnings=told)


def spared(run: Run, written: Sequence[Written]) -> int:
    """How many got the open status although the chosen one closes."""
    touched = (one for one in written if one.outcome == Outcome.NEW or run.overwrite_status)
    return sum(kept_open(run, one.status) for one in touched if one.status)


def keep_replaced(run: Run, written: Sequence[Written]) -> None:
    """The values that were overwritten stay with the record that replaced them, so that a run can be undone."""
    replaced = {one.position: one.replaced for one in written}
    records = list(run.records.at(replaced))
    for record in records:
        record.replaced = replaced[record.position]
    Record.objects.bulk_update(records, ["replaced"])


def keep_warnings(run: Run, written: Sequence[Written]) -> None:
    """What the write found joins what the check found; most records have nothing yet, and go together."""
    by_warnings: dict[tuple[str, ...], list[int]] = {}
    for one in written:
        by_warnings.setdefault(one.warnings, []).append(one.position)
    for found, positions in by_warnings.items():
        records = run.records.at(positions)
        for record in records.exclude(warnings=[]):
            run.records.filter(pk=record.pk).update(warnings=sorted({*record.warnings, *found}))
        records.filter(warnings=[]).update(warnings=sorted(found))


def give_up_on(run: Run, member: Member, problem: Problem, facts: Mapping[str, str] | None = None) -> None:
    """This document cannot be written, for a reason of ours: it fails, so that the others can go on."""
    fail_late(run, [Failure(member.position, problem, facts or {})])


class Failure(NamedTuple):
    """A record that the check let pass, and that fails after all."""

    position: int
    problem: Problem
    facts: Mapping[str, str]


def fail_late(run: Run, failures: Sequence[Failure]) -> None:
    """Let these fail, and count them: a statement per reason, however many records have it."""
    counts: Counter[str] = Counter()
    for (problem, facts), positions in by_reason(failures).items():
        failed = run.records.at(positions).filter(outcome=Outcome.UNPROCESSED).fail(problem, dict(facts))
        counts += Counter(failed=failed, expected=failed if problem.expected else 0)
    run.add({**counts, "unprocessed": -counts["failed"]})


Reason = tuple[Problem, tuple[tuple[str, str], ...]]


def by_reason(failures: Sequence[Failure]) -> dict[Reason, list[int]]:
    """The positions that share a problem and its facts."""
    found: dict[Reason, list[int]] = {}
    for position, problem, facts in failures:
        found.setdefault((problem, tuple(sorted(facts.items()))), []).append(position)
    return found


def finish_write(run: Run, ours: Lease) -> None:
    """The end of a run: every member must have ended in exactly one outcome, or the run is no success."""
    with transaction.atomic():
        held = superseding.hold(run)
        ours.advance(Run.State.FINISHED, ended_at=Now())
        run.refresh_from_db()
        run.log("finished", imported=run.brought, present=run.unchanged, failed=run.failed)
        superseding.settle(run, held)
        take_stock(run)
        check_sums(run, ours)
        Mail.objects.owe(run)
