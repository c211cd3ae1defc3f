"""Brings records into the dossiers: what is new is added, what changed is overwritten, nothing is doubled.

The caller holds the office and a transaction, so nothing changes in between; a chunk costs the same few queries
whatever its size.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Expression, Value
from django.utils import timezone

from migration import bulk
from migration.kinds.protocol import FACT_FIELDS, Entry, Written
from migration.kinds.registry import chosen_target
from migration.models import Outcome, Record, Run
from migration.problems import Caution, Rejected
from sba.cautions import SAME_IN_OTHER_BYTES, STATUS_KEPT
from sba.dossiers import matching
from sba.dossiers.matching import Dossiers
from sba.dossiers.sameness import like_what_came_since
from sba.models import Sba, terms_that_run
from sba.problems import NEWER_PRESENT


def write(run: Run, entries: Sequence[Entry]) -> list[Written]:
    """One outcome per entry, in order. Clients are looked up again: much may have happened since the check."""
    dossiers = Dossiers(run, [(entry.tax_id, entry.key) for entry in entries])
    present = matching.digests_of(run.office_id, [entry.key for entry in entries])
    seen = {entry.pk: entry.same_as for entry in entries}
    entries = like_what_came_since(entries, present)
    came_since = {entry.position for entry in entries if entry.same_as != seen[entry.pk]}
    entries = like_what_came_first(run, entries, present)
    clients: dict[int, int] = {}
    statuses = Statuses(run, [entry.position for entry in entries])
    newer = newer_versions(run, entries, present)
    written = [
        Written(entry.position, Outcome.FAILED, problem=NEWER_PRESENT)
        if entry.key in newer
        else decide(entry, dossiers, present, clients, statuses)
        for entry in entries
    ]
    assign(entries, clients)
    for status in {one.status for one in written if one.status}:
        insert_new(run, status, [one.position for one in written if one.status == status])
    written = [with_warning(one, SAME_IN_OTHER_BYTES) if one.position in came_since else one for one in written]
    return with_kept_statuses(run, entries, replace(run, written, statuses), statuses)


def like_what_came_first(run: Run, entries: Sequence[Entry], present: Mapping[UUID, str]) -> list[Entry]:
    """What several of a run say the same as may have left the dossier since the check.

    Then the first of them comes in its place, and the others say the same as that one.
    """
    other = [one.key for one in entries if not one.is_like(present.get(one.key, one.digest))]
    came = Sba.objects.filter(bulk.among("key", other), office=run.office_id, record__run=run).exclude(
        record__same_as=""
    )
    rows = came.values_list("key", "record__same_as", "document_id") if other else ()
    first = {(key, said): digest for key, said, digest in rows}
    followed = []
    for entry in entries:
        like, stands = entry.digest, present.get(entry.key)
        if stands is None or not entry.is_like(stands):
            like = first.setdefault((entry.key, entry.same_as or entry.digest), entry.digest)
        followed.append(entry if like == entry.digest else entry._replace(same_as=like))
    for before, after in zip(entries, followed, strict=True):
        if before.same_as != after.same_as:
            Record.objects.filter(pk=after.pk).update(same_as=after.same_as)
    return followed


def newer_versions(run: Run, entries: Sequence[Entry], present: Mapping[UUID, str]) -> set[UUID]:
    """Keys of which a later run brought another content: a retry of an older run does not overwrite that."""
    other = [entry.key for entry in entries if not entry.is_like(present.get(entry.key, entry.digest))]
    if not other:
        return set()
    later = Sba.objects.filter(bulk.among("key", other), office=run.office_id, record__run__gt=run.pk)
    return set(later.values_list("key", flat=True))


class Statuses:
    """The status that each record of a chunk gets: the chosen one, but for what must stay on the to-do list."""

    def __init__(self, run: Run, positions: Sequence[int]) -> None:
        self.run = run
        self.spared: frozenset[int] = frozenset()
        target = chosen_target(run)
        if run.keeps_open is not False and target and target.closes:
            spared = run.records.at(positions).filter(terms_that_run())
            self.spared = frozenset(spared.values_list("position", flat=True))

    def at(self, position: int) -> str:
        return Sba.Status.TO_ASSESS if position in self.spared else self.run.target


def decide(
    entry: Entry,
    dossiers: Dossiers,
    present: dict[UUID, str],
    clients: dict[int, int],
    statuses: Statuses,
) -> Written:
    """What happens with one entry; notes its client, and that its key is taken from now on."""
    try:
        clients[entry.pk] = dossiers.the_one(entry.tax_id, entry.key)
    except Rejected as why:
        return Written(entry.position, Outcome.FAILED, problem=why.problem, problem_facts=why.facts)
    stands = present.get(entry.key)
    outcome = Outcome.UNCHANGED if stands and entry.is_like(stands) else matching.outcome_of(entry.digest, stands)
    if outcome != Outcome.UNCHANGED:
        present[entry.key] = entry.digest
    return Written(entry.position, outcome, statuses.at(entry.position) if outcome == Outcome.NEW else "")


def assign(entries: Sequence[Entry], clients: Mapping[int, int]) -> None:
    """Records whose client is another than at the check: a dossier was made, or left, in the meantime."""
    moved = [entry for entry in entries if clients.get(entry.pk, entry.client_id) != entry.client_id]
    for entry in moved:
        Record.objects.filter(pk=entry.pk).update(client_id=clients[entry.pk])


# --- New ones ------------------------------------------------------------------------------------------------------

FROM_RECORD = ("client_id", *FACT_FIELDS, "facts")


def insert_new(run: Run, status: str, positions: list[int]) -> None:
    """Records → SBA's, in one statement."""
    sources: dict[str, str | Expression] = {
        "office_id": Value(run.office_id),
        "status": Value(status),
        "imported_at": Value(timezone.now()),
        "record_id": "pk",
        "document_id": "digest",
        "amount": bulk.whole_number("facts", "amount"),
        "balance": bulk.whole_number("facts", "balance"),
        **{name: name for name in FROM_RECORD},
    }
    bulk.insert_from(Sba, sources, run.records.at(positions).order_by("position"))


def filled(sba: Sba, record: Record, now: datetime) -> Sba:
    """The SBA with everything that comes from the document; what a person sets (the status) is not touched."""
    sba.record, sba.document_id, sba.imported_at = record, record.digest, now
    sba.amount, sba.balance = record.facts["amount"], record.facts["balance"]
    for name in FROM_RECORD:
        setattr(sba, name, getattr(record, name))
    return sba


# --- Those that stand there already -----------------------------------------------------------------------------------

REPLACEABLE = ("client_id", "document_id", "record_id", "until", "amount", "balance", "facts", "status")


def replace(run: Run, written: list[Written], statuses: Statuses) -> list[Written]:
    """Overwrite what changed, and keep what it replaced. The status stays unless the user asked otherwise."""
    touched = [one.position for one in written if may_change(run, one)]
    if not touched:
        return written
    records = {record.position: record for record in run.records.at(touched)}
    keys = [cast(UUID, record.key) for record in records.values()]
    sbas = {sba.key: sba for sba in Sba.objects.filter(office=run.office_id, key__in=keys)}
    pairs = {position: (sbas[cast(UUID, record.key)], record) for position, record in records.items()}
    status = statuses.at if run.overwrite_status else None
    replaced = {position: overwrite(sba, record, status) for position, (sba, record) in pairs.items()}
    bulk.overwrite(Sba, ("office", "key"), [*REPLACEABLE, "imported_at"], list(sbas.values()))
    return [
        dataclasses.replace(one, replaced=replaced[one.position], status=pairs[one.position][0].status)
        if replaced.get(one.position)
        else one
        for one in written
    ]


def with_kept_statuses(run: Run, entries: Sequence[Entry], written: list[Written], statuses: Statuses) -> list[Written]:
    """A warning where an SBA stood there with another status than this run would give it, and kept it (W-106)."""
    met = {one.position for one in written if one.outcome in (Outcome.OVERWRITTEN, Outcome.UNCHANGED)}
    if run.overwrite_status or not met:
        return written
    keys = {entry.position: entry.key for entry in entries if entry.position in met}
    sbas = Sba.objects.filter(bulk.among("key", keys.values()), office=run.office_id)
    stands = dict(sbas.values_list("key", "status"))
    kept = {position for position, key in keys.items() if stands[key] != statuses.at(position)}
    return [with_warning(one, STATUS_KEPT) if one.position in kept else one for one in written]


def with_warning(one: Written, caution: Caution) -> Written:
    return dataclasses.replace(one, warnings=(*one.warnings, caution.code))


def may_change(run: Run, one: Written) -> bool:
    return one.outcome == Outcome.OVERWRITTEN or (one.outcome == Outcome.UNCHANGED and run.overwrite_status)


def overwrite(sba: Sba, record: Record, status: Callable[[int], str] | None) -> dict[str, Any] | None:
    """Bring the SBA up to this record; the values it had, or None where nothing changed."""
    before = values_of(sba)
    if sba.document_id not in (record.digest, record.same_as):
        filled(sba, record, timezone.now())
    if status:
        sba.status = status(record.position)
    return before if values_of(sba) != before else None


def values_of(sba: Sba) -> dict[str, Any]:
    """What an import can change of an SBA, fit for JSON."""
    values = {name: getattr(sba, name) for name in REPLACEABLE}
    return {**values, "until": sba.until and sba.until.isoformat()}
