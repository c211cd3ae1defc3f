"""The check: read and judge every file of an upload. It writes records of the run and touches no dossier."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Now

from migration import bulk
from migration.cautions import stock_of
from migration.chunks import Stop, in_chunks
from migration.importers import Facts, Importer, Member, Verdict
from migration.lease import Lease
from migration.models import WRITABLE, Outcome, Record, RecordQuerySet, Run
from migration.problems import Rejected
from migration.reading import Finding, examine, judge
from portal import logs

Reading = tuple[Member, Finding]


def check(run: Run, ours: Lease, should_stop: Stop) -> None:
    """Read and judge what is behind the cursor; at the end the run is READY, WRITING or REFUSED."""

    def attempt(chunk: Sequence[Reading]) -> None:
        check_chunk(run, ours, chunk)

    def give_up(reading: Reading, facts: Mapping[str, str]) -> None:
        member, finding = reading
        check_chunk(run, ours, [(member, Finding(finding.digest, None, run.importer.unexpected, facts))])

    with run.open_upload() as upload:
        try:
            archive = run.importer.open(upload)
        except Rejected as refusal:
            refuse(run, ours, refusal)
            return
        begin_check(run, ours, archive.count)
        members = archive.members(after=ours.cursor)
        readings = ((member, read_or_blame(run.importer, member, ours)) for member in members)
        done = in_chunks(readings, ours, attempt, give_up, should_stop)
    if done:
        fail_what_stands_twice(run, ours)
        finish_check(run, ours)


def check_chunk(run: Run, ours: Lease, readings: Sequence[Reading]) -> None:
    verdicts = judge(run, [finding for _, finding in readings])
    last, _ = readings[-1]
    with ours.chunk(hi=last.position):
        bulk.insert(Record, COLUMNS, [row(run, *pair) for pair in zip(readings, verdicts, strict=True)])
        run.add(forecast(verdicts))


def refuse(run: Run, ours: Lease, refusal: Rejected) -> None:
    with transaction.atomic():
        ours.fence(state=Run.State.CHECKING)
        run.refuse(refusal.problem, refusal.facts)


def begin_check(run: Run, ours: Lease, members: int) -> None:
    with transaction.atomic():
        ours.fence(state=Run.State.CHECKING, members=members)
        run.log("check_resumed" if ours.cursor else "check_began", cursor=ours.cursor)


def read_or_blame(importer: Importer, member: Member, ours: Lease) -> Finding:
    """What is in a member, unless that stopped its process before."""
    logs.at(member.position)
    if ours.blames_next:
        return Finding(problem=importer.fatal)
    return examine(importer, member.read) if member.is_candidate else Finding()


COLUMNS = (
    "run_id", "position", "name", "size", "digest",
    "key", "tax_id", "tax", "year", "kind", "number", "dated_on", "until", "facts", "client_id",
    "verdict", "outcome", "status", "failed", "expected", "ignored", "waits", "problem_code", "problem_facts",
    "warnings",
)  # fmt: skip


def row(run: Run, reading: Reading, verdict: Verdict) -> tuple[Any, ...]:
    """The record of one member, in the order of COLUMNS."""
    (member, finding), problem = reading, verdict.problem
    outcome = Outcome.UNPROCESSED if verdict.outcome in WRITABLE else verdict.outcome
    return (
        run.pk, member.position, member.name, member.size, finding.digest,
        *known(finding.facts), verdict.client_id,
        verdict.outcome, outcome, "", problem is not None, bool(problem and problem.expected), False, False,
        problem.code if problem else "", dict(verdict.problem_facts),
        warnings_of(finding.facts, verdict),
    )  # fmt: skip


def warnings_of(facts: Facts | None, verdict: Verdict) -> list[str]:
    return [*facts.warnings, *verdict.warnings] if facts else []


def known(facts: Facts | None) -> tuple[Any, ...]:
    if facts is None:
        return (None, "", "", None, "", "", None, None, {})
    return (
        facts.key, facts.tax_id, facts.tax, facts.year, facts.kind, facts.number, facts.dated_on, facts.until,
        dict(facts.extra),
    )  # fmt: skip


FORECASTS = {
    Outcome.NEW: "forecast_new",
    Outcome.OVERWRITTEN: "forecast_overwritten",
    Outcome.UNCHANGED: "forecast_unchanged",
    Outcome.FAILED: "failed",
    Outcome.OTHER: "others",
}


def forecast(verdicts: Sequence[Verdict]) -> Counter[str]:
    """What this chunk adds to the run's counters."""
    counts = Counter(FORECASTS[Outcome(verdict.outcome)] for verdict in verdicts)
    counts["unprocessed"] = sum(verdict.outcome in WRITABLE for verdict in verdicts)
    counts["expected"] = sum(bool(verdict.problem and verdict.problem.expected) for verdict in verdicts)
    return counts


def fail_what_stands_twice(run: Run, ours: Lease) -> None:
    """One thing with two contents in one upload: nobody can tell which one holds, so neither is imported."""
    open_records = run.records.filter(outcome=Outcome.UNPROCESSED)
    contents = open_records.values("key").annotate(contents=Count("digest", distinct=True))
    for key in contents.filter(contents__gt=1).values_list("key", flat=True):
        with transaction.atomic():
            ours.fence()
            fail_together(run, open_records.filter(key=key))


def fail_together(run: Run, records: RecordQuerySet) -> None:
    counts = Counter(FORECASTS[Outcome(verdict)] for verdict in records.values_list("verdict", flat=True))
    failed = records.fail(run.importer.twice, {"count": str(counts.total())})
    run.add({name: -count for name, count in counts.items()} | {"failed": failed, "unprocessed": -failed})


def finish_check(run: Run, ours: Lease) -> None:
    """On to the writing where the user confirmed already and nothing speaks against it; else wait for the user."""
    summary = summarise(run)
    with transaction.atomic():
        ours.fence(checked_at=Now(), suspect_until=0, **summary)
        run.refresh_from_db()
        run.log("checked", sbas=run.sbas, failed=run.failed)
        if run.confirmed_at and not run.asks:
            ours.fence(state=Run.State.WRITING, cursor=0)
            ours.cursor = 0
        else:
            ours.fence(state=Run.State.READY, confirmed_at=None, confirmed_by=None)
            if run.confirmed_at:  # somebody pressed 'Volgende' and left
                run.owe_mail("asks")


def summarise(run: Run) -> dict[str, Any]:
    """What the check's page tells of the whole upload; and what stands twice in it is new only once."""
    will_write = run.records.filter(outcome=Outcome.UNPROCESSED)
    new = will_write.filter(verdict=Outcome.NEW).aggregate(all=Count("pk"), distinct=Count("key", distinct=True))
    repeated = new["all"] - new["distinct"]
    return {
        "forecast_new": F("forecast_new") - repeated,
        "forecast_unchanged": F("forecast_unchanged") + repeated,
        "open_terms": will_write.filter(run.importer.open_terms()).count(),
        "doubles": clients_that_stand_twice(run),
        "breakdown": {name: spread(will_write, name) for name in ("tax", "year")} | stock_of(run, will_write),
    }


def clients_that_stand_twice(run: Run) -> int:
    """How many numbers belong to more than one dossier."""
    ambiguous = run.records.filter(failed=True, problem_code=run.importer.ambiguous.code)
    return int(ambiguous.aggregate(clients=Count("tax_id", distinct=True))["clients"])


def spread(records: RecordQuerySet, name: str) -> dict[str, int]:
    counted = records.order_by(name).values_list(name).annotate(Count("pk"))
    return {str(value): count for value, count in counted}
