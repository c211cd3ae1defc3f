"""The check: read and judge every file of an upload. It writes records of the run and touches no dossier."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Now

from migration import bulk
from migration.kinds.abilities import Deadlines, Doubts
from migration.kinds.deadlines import asks, by_last_day, runs_for
from migration.kinds.names import name_in, sorted_by
from migration.kinds.protocol import FACT_FIELDS, Facts, Kind, Member, Members, Verdict
from migration.kinds.registry import ability_of, kind_of
from migration.models import WRITABLE, Alias, Mail, Outcome, Record, RecordQuerySet, Run
from migration.models.records import nameless
from migration.problems import Rejected
from migration.road.chunks import Stop, in_chunks
from migration.road.lease import Lease
from migration.road.ledger import stock_of
from migration.road.reading import Finding, examine, judge
from migration.road.sameness import in_upload, said_twice, same_as, stood, with_what_stands
from portal.models import Client
from portal.models.shown import shown
from portal.running import logs

Reading = tuple[Member, Finding]


def check(run: Run, ours: Lease, should_stop: Stop) -> None:
    """Read and judge what is behind the cursor; at the end the run is READY, WRITING or REFUSED."""

    def attempt(chunk: Sequence[Reading]) -> None:
        check_chunk(run, ours, chunk)

    def give_up(reading: Reading, facts: Mapping[str, str]) -> None:
        member, finding = reading
        check_chunk(run, ours, [(member, Finding(finding.digest, None, kind_of(run).problems.unexpected, facts))])

    kind = kind_of(run)
    with run.open_upload() as upload:
        try:
            archive = kind.open(upload)
        except Rejected as refusal:
            refuse(run, ours, refusal)
            return
        begin_check(run, ours, archive.count)
        members = archive.members(after=ours.cursor)
        readings = ((member, read_or_blame(kind, member, ours)) for member in members)
        done = in_chunks(readings, ours, attempt, give_up, should_stop)
        if done:
            settle_what_stands_twice(run, ours, archive)
    if done:
        finish_check(run, ours)


def check_chunk(run: Run, ours: Lease, readings: Sequence[Reading]) -> None:
    judged = judge(run, [finding for _, finding in readings])
    verdicts = with_what_stands(run, judged, [member.read for member, _ in readings])
    deadlines, names = ability_of(run, Deadlines), names_of(verdicts)
    last, _ = readings[-1]
    with ours.chunk(hi=last.position):
        rows = [row(run, deadlines, names, *pair) for pair in zip(readings, verdicts, strict=True)]
        bulk.insert(Record, tuple(BLANK), rows)
        note_names(run, [finding.facts for _, finding in readings if finding.facts])
        run.add(forecast(verdicts))


def refuse(run: Run, ours: Lease, refusal: Rejected) -> None:
    """The upload as a whole is of no use: say why; nothing was imported."""
    with transaction.atomic():
        ours.advance(
            Run.State.REFUSED,
            ended_at=Now(),
            members=0,
            problem_code=refusal.problem.code,
            problem_facts=refusal.facts,
        )
        run.log("refused", code=refusal.problem.code)
        Mail.objects.owe(run)
    run.refresh_from_db()


def begin_check(run: Run, ours: Lease, members: int) -> None:
    with transaction.atomic():
        if run.state == Run.State.CHECKING:
            ours.fence(members=members, moved_at=F("moved_at"))  # to begin once more is no progress
        else:
            ours.advance(Run.State.CHECKING, members=members)
        if not ours.faults:  # else it is said already, before the fault that this is a next try after
            run.log("check_resumed" if ours.cursor else "check_began", cursor=ours.cursor)


def read_or_blame(kind: Kind, member: Member, ours: Lease) -> Finding:
    """What is in a member, unless that stopped its process before."""
    logs.at(member.position)
    if ours.blames_next:
        return Finding(problem=kind.problems.fatal)
    return examine(kind, member.read) if member.is_candidate else Finding()


BLANK: Final = {field.attname: field.get_default() for field in Record._meta.concrete_fields if not field.primary_key}
"""A record of which nothing is known yet: the value of every column."""


def row(
    run: Run, deadlines: Deadlines | None, names: Mapping[int, str], reading: Reading, verdict: Verdict
) -> list[Any]:
    """The record of one member, in the order of BLANK."""
    (member, finding), problem = reading, verdict.problem
    values = BLANK | known(finding.facts, deadlines) | {
        "run_id": run.pk,
        "position": member.position,
        "name": member.name,
        "shown_name": shown(member.name),
        "size": member.size,
        "digest": finding.digest,
        "same_as": same_as(verdict),
        "stood": stood(verdict),
        "who": who(run, finding.facts, verdict, names),
        "client_id": verdict.client_id,
        "verdict": verdict.outcome,
        "outcome": Outcome.UNPROCESSED if verdict.outcome in WRITABLE else verdict.outcome,
        "failed": problem is not None,
        "expected": bool(problem and problem.expected),
        "problem_code": problem.code if problem else "",
        "problem_facts": dict(verdict.problem_facts),
        "warnings": warnings_of(finding.facts, verdict),
    }  # fmt: skip
    return list(values.values())


def warnings_of(facts: Facts | None, verdict: Verdict) -> list[str]:
    return [*facts.warnings, *verdict.warnings] if facts else []


def known(facts: Facts | None, deadlines: Deadlines | None) -> dict[str, Any]:
    """What a record has of its document, by column; nothing of one that could not be read."""
    if facts is None:
        return {}
    told = {name: getattr(facts, name) for name in FACT_FIELDS}
    return told | {"facts": dict(facts.extra), "term_ran": runs_for(facts, deadlines)}


def names_of(verdicts: Sequence[Verdict]) -> dict[int, str]:
    """By what the clients are sorted whom these are about."""
    clients = {verdict.client_id for verdict in verdicts if verdict.client_id}
    return dict(Client.objects.filter(bulk.among("pk", clients)).values_list("pk", "sort_name")) if clients else {}


def who(run: Run, facts: Facts | None, verdict: Verdict, names: Mapping[int, str]) -> str:
    """By what a record is sorted: its client, else the name in its document."""
    client = names.get(verdict.client_id, "") if verdict.client_id else ""
    name = client or (sorted_by(name_in(facts), facts.tax, run) if facts else "")
    return name[:SORTED_BY] or nameless(facts.tax_id if facts else "")


SORTED_BY: Final = Record._meta.get_field("who").max_length


def note_names(run: Run, facts: Iterable[Facts]) -> None:
    """Whatever these documents call somebody, a search finds."""
    Alias.objects.note(run.office_id, ((one.tax_id, name_in(one)) for one in facts))


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


KEYS_AT_ONCE: Final = 10  # with ten contents each at most, large ones too: read well within one lease


def settle_what_stands_twice(run: Run, ours: Lease, archive: Members) -> None:
    """One thing with two contents in one upload: where they say the same, it is imported once.

    Else nobody can tell which one holds, so neither is imported.
    """
    open_records = run.records.filter(outcome=Outcome.UNPROCESSED)
    keys = [key for key, _ in said_twice(open_records)]
    for at in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[at : at + KEYS_AT_ONCE]
        alike = in_upload(run, some, lambda position: next(archive.members(after=position - 1)).read())
        with transaction.atomic():
            ours.fence()
            note_alike(run, alike)
            for key, _ in said_twice(open_records.filter(key__in=some)):
                fail_together(run, open_records.filter(key=key))


def note_alike(run: Run, alike: Sequence[Record]) -> None:
    """What says the same as an earlier one is not new a second time."""
    again = [record for record in alike if record.verdict == Outcome.NEW]
    for record in again:
        record.verdict = Outcome.UNCHANGED
    Record.objects.bulk_update(alike, ["same_as", "warnings", "verdict"])
    run.add({"forecast_new": -len(again), "forecast_unchanged": len(again)})


def fail_together(run: Run, records: RecordQuerySet) -> None:
    counts = Counter(FORECASTS[Outcome(verdict)] for verdict in records.values_list("verdict", flat=True))
    failed = records.fail(kind_of(run).problems.twice, {"count": str(counts.total())})
    run.add({name: -count for name, count in counts.items()} | {"failed": failed, "unprocessed": -failed})


def finish_check(run: Run, ours: Lease) -> None:
    """On to the writing where the user confirmed already and nothing speaks against it; else wait for the user."""
    run.refresh_from_db()
    summary = summarise(run)
    with transaction.atomic():
        ours.fence(checked_at=Now(), suspect_until=0, **summary)
        run.refresh_from_db()
        run.log("checked", found=run.record_count, failed=run.failed)
        if run.confirmed_at and not asks(run):
            ours.advance(Run.State.WRITING, cursor=0)
        else:
            ours.advance(Run.State.READY, confirmed_at=None, confirmed_by=None)
            if run.confirmed_at:  # somebody pressed 'Volgende' and left
                Mail.objects.owe(run, Mail.About.ASKS)


def summarise(run: Run) -> dict[str, Any]:
    """What the check's page tells of the whole upload; and what stands twice in it is new only once."""
    will_write = run.records.filter(outcome=Outcome.UNPROCESSED)
    new = will_write.filter(verdict=Outcome.NEW).aggregate(all=Count("pk"), distinct=Count("key", distinct=True))
    repeated = new["all"] - new["distinct"]
    stock = stock_of(run)
    stock["breakdown"]["new_terms"] = by_last_day(will_write.filter(verdict=Outcome.NEW), run)
    return {
        **stock,
        "forecast_new": F("forecast_new") - repeated,
        "forecast_unchanged": F("forecast_unchanged") + repeated,
        "doubles": clients_that_stand_twice(run),
    }


def clients_that_stand_twice(run: Run) -> int:
    """How many numbers belong to more than one dossier."""
    doubts = ability_of(run, Doubts)
    if not doubts:
        return 0
    ambiguous = run.records.filter(failed=True, problem_code=doubts.ambiguous.code)
    return int(ambiguous.aggregate(clients=Count("tax_id", distinct=True))["clients"])
