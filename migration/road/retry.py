"""A retry: failed records of a finished run are read, matched and written once more, from the bytes that were kept.

Which ones is marked on the records (`Record.waits`), so a retry resumes like any other part of the road.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from migration import bulk
from migration.kinds.abilities import Deadlines, Doubts
from migration.kinds.protocol import FACT_FIELDS, Entry, Facts, Verdict
from migration.kinds.registry import ability_of, kind_of
from migration.models import LogLine, Mail, Outcome, Record, RecordQuerySet, Run
from migration.problems import Problem
from migration.road import superseding
from migration.road.check import known, names_of, note_names, warnings_of, who
from migration.road.chunks import Stop, in_chunks
from migration.road.documents import content_of
from migration.road.lease import Lease
from migration.road.ledger import check_sums, lock_office, take_stock
from migration.road.reading import Finding, examine, judge
from migration.road.sameness import said_twice, same_as, stood, with_what_stands
from migration.road.write import Failure, fail_late, write_entries
from portal.lists.keyset import one_after_the_other
from portal.running import logs

Trial = tuple[Record, Finding]


def retry(run: Run, ours: Lease, should_stop: Stop) -> None:
    """Try again what waits behind the cursor; at the end the run is FINISHED as before."""

    def attempt(chunk: Sequence[Trial]) -> None:
        try_chunk(run, ours, chunk)

    def give_up(trial: Trial, facts: Mapping[str, str]) -> None:
        record, finding = trial
        try_chunk(run, ours, [(record, Finding(finding.digest, None, kind_of(run).problems.unexpected, facts))])

    behind = to_retry(run).filter(position__gt=ours.cursor)
    trials = ((record, examine_or_blame(run, record, ours)) for record in one_after_the_other(behind))
    if in_chunks(trials, ours, attempt, give_up, should_stop):
        finish(run, ours)


def to_retry(run: Run) -> RecordQuerySet:
    return run.records.filter(waits=True).order_by("position")


def examine_or_blame(run: Run, record: Record, ours: Lease) -> Finding:
    logs.at(record.position)
    kind = kind_of(run)
    if ours.blames_next:
        return Finding(record.digest, problem=kind.problems.fatal)
    return examine(kind, partial(content_of, record.digest, kind.problems.not_kept))


def try_chunk(run: Run, ours: Lease, trials: Sequence[Trial]) -> None:
    """One chunk of second attempts: each record is opened, judged and, where that goes well, written."""
    records = [record for record, _ in trials]
    with ours.chunk(hi=records[-1].position):
        lock_office(run)
        judged = with_what_stands(run, judge(run, [finding for _, finding in trials]), contents_of(run, records))
        verdicts = without_twins(run, trials, judged)
        reopen(run, records)
        take_over(run, trials, verdicts)
        write_entries(run, entries_of(run, records))
        keep_attempts(run, records)


def contents_of(run: Run, records: Sequence[Record]) -> list[Callable[[], bytes]]:
    not_kept = kind_of(run).problems.not_kept
    return [partial(content_of, record.digest, not_kept) for record in records]


def without_twins(run: Run, trials: Sequence[Trial], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """As in the check: one thing with two contents in the upload is imported by no attempt, unless somebody chose."""
    keys = {finding.facts.key for _, finding in trials if finding.facts}
    twice = {key: count for key, count in said_twice(run.records.filter(key__in=keys)) if key}
    chosen = run.choices.versions(twice) if twice else {}
    return [
        without_twin(run, record, finding, verdict, twice, chosen)
        for (record, finding), verdict in zip(trials, verdicts, strict=True)
    ]


def without_twin(
    run: Run,
    record: Record,
    finding: Finding,
    verdict: Verdict,
    twice: Mapping[UUID, int],
    chosen: Mapping[UUID, str],
) -> Verdict:
    key = finding.facts.key if finding.facts else None
    if key is None or key not in twice:
        return verdict
    outvoted = outvoted_of(run)
    if key in chosen and outvoted:
        return verdict if chosen[key] in (record.digest, record.same_as) else fails(verdict, outvoted)
    return verdict if verdict.problem else fails(verdict, kind_of(run).problems.twice, count=str(twice[key]))


def outvoted_of(run: Run) -> Problem | None:
    doubts = ability_of(run, Doubts)
    return doubts.outvoted if doubts else None


def fails(verdict: Verdict, problem: Problem, **facts: str) -> Verdict:
    return replace(verdict, outcome=Outcome.FAILED, problem=problem, problem_facts=facts)


def reopen(run: Run, records: Sequence[Record]) -> None:
    """From failed back to unprocessed, in the rows and in the counters, which are counted under the fence."""
    rows = run.records.filter(pk__in=[record.pk for record in records])
    flagged = rows.aggregate(expected=Count("pk", filter=Q(expected=True)), ignored=Count("pk", filter=Q(ignored=True)))
    superseded = rows.superseded().count()
    rows.update(outcome=Outcome.UNPROCESSED, failed=False, problem_code="", waits=False, **UNFLAGGED)
    run.add(
        {
            "failed": -len(records),
            "expected": -flagged["expected"],
            "ignored": -flagged["ignored"],
            "superseded": -superseded,
            "unprocessed": len(records),
        }
    )


UNFLAGGED: Final = {"expected": False, "ignored": False, "ignored_in": None, "superseded_by": None}


def take_over(run: Run, trials: Sequence[Trial], verdicts: Sequence[Verdict]) -> None:
    """What this attempt found: the facts of those that could be read, and the problem of those that have one."""
    tried = [(record, finding, verdict) for (record, finding), verdict in zip(trials, verdicts, strict=True)]
    deadlines, names = ability_of(run, Deadlines), names_of(verdicts)
    told = [with_facts(record, one.facts, verdict, deadlines, names) for record, one, verdict in tried if one.facts]
    bulk.overwrite(Record, ("run", "position"), TOLD, told)
    note_names(run, [one.facts for _, one in trials if one.facts])
    failures = [Failure(record.position, one.problem, one.problem_facts) for record, _, one in tried if one.problem]
    fail_late(run, failures)


TOLD = (*FACT_FIELDS, "facts", "who", "term_ran", "warnings", "client", "verdict", "same_as", "stood")


def with_facts(
    record: Record, facts: Facts, verdict: Verdict, deadlines: Deadlines | None, names: Mapping[int, str]
) -> Record:
    for name, value in known(facts, deadlines).items():
        setattr(record, name, value)
    record.warnings = warnings_of(facts, verdict)
    record.who = who(record.run, facts, verdict, names)
    record.client_id, record.verdict = verdict.client_id, verdict.outcome
    record.same_as, record.stood = same_as(verdict) or record.same_as, stood(verdict)
    return record


def entries_of(run: Run, records: Sequence[Record]) -> list[Entry]:
    ready = run.records.filter(pk__in=[record.pk for record in records], outcome=Outcome.UNPROCESSED)
    return [Entry(*values) for values in ready.order_by("position").values_list(*Entry._fields)]


def keep_attempts(run: Run, records: Sequence[Record]) -> None:
    """Each attempt stays in the log of its record: what was wrong before, and how this one ended."""
    before = {record.position: record.problem_code for record in records}
    after = run.records.filter(position__in=before).values_list("position", "outcome", "problem_code")
    LogLine.objects.bulk_create(
        LogLine(
            run=run,
            position=position,
            event="attempt",
            facts={"before": before[position], "outcome": outcome, "code": code},
        )
        for position, outcome, code in after
    )


def finish(run: Run, ours: Lease) -> None:
    with transaction.atomic():
        held = superseding.hold(run)
        ours.advance(Run.State.FINISHED)
        run.refresh_from_db()
        run.log("retried", failed=run.failed)
        superseding.settle(run, held)
        take_stock(run)
        check_sums(run, ours)
        Mail.objects.owe(run)
