"""Is what stands here right in itself? Runs against their records, and ZIPs against their runs.

For after a restore, or when in doubt: it reads everything and changes nothing. The kinds add what they know of.
Only what rests is looked at: a run that moves is right after each chunk, but not between two queries of ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import file_digest
from typing import IO, Final

from django.core.files.storage import storages
from django.db.models import Count, Max, Min, Q

from migration.models import Outcome, Run, RunQuerySet
from migration.upkeep import purge
from portal.lists.keyset import one_after_the_other
from portal.models import Office


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is wrong: a code that does not change, what it is about, and what was found."""

    code: str
    subject: str
    found: str

    def __str__(self) -> str:
        return f"{self.code} {self.subject}: {self.found}"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


Look = Callable[[Office | None], Iterator[Damage]]
"""Everything that is wrong, of one office or of all; rows are read some at a time."""

LOOKS: Final[list[Look]] = []


def register(look: Look) -> Look:
    if look not in LOOKS:
        LOOKS.append(look)
    return look


def damages(office: Office | None = None) -> Iterator[Damage]:
    for look in LOOKS:
        yield from look(office)


# --- Runs ------------------------------------------------------------------------------------------------------------


@register
def look_at_runs(office: Office | None) -> Iterator[Damage]:
    for run in one_after_the_other(runs_of(office), by="pk"):
        wrong = [Damage(code, run.reference, found) for code, found in faults_of(run)]
        if wrong and stands_still(run):
            yield from wrong


def runs_of(office: Office | None) -> RunQuerySet:
    return Run.objects.filter(office=office) if office else Run.objects.all()


def stands_still(run: Run) -> bool:
    """Nobody moved or purged it since it was read. (Compared here: SQLite compares times as they are spelled.)"""
    now = Run.objects.filter(pk=run.pk).first()
    names = ("state", "moved_at", "file_removed_at", "records_removed_at")
    return now is not None and all(getattr(now, name) == getattr(run, name) for name in names)


Fault = tuple[str, str]


def faults_of(run: Run) -> Iterator[Fault]:
    yield from faults_of_state(run)
    if run.state in COUNTED:
        yield from faults_of_sums(run)
        if not run.records_removed_at:
            yield from faults_of_records(run)


COUNTED: Final = (Run.State.READY, Run.State.FINISHED, Run.State.STOPPED, Run.State.UNDONE)
"""Where every file of the upload has its record, and nothing moves."""


def faults_of_state(run: Run) -> Iterator[Fault]:
    if run.state not in Run.State.values:
        yield "run-state", f"there is no state '{run.state}'"
    if run.has_ended and not run.ended_at:
        yield "run-state", f"{run.state}, and it has no end"
    if run.state in Run.UNCONFIRMED and run.ended_at:
        yield "run-state", f"{run.state}, and it has an end"
    if run.records_removed_at and not run.has_ended:
        yield "run-state", f"{run.state}, and its records are past their term"
    if run.state in (Run.State.WRITING, Run.State.FINISHED, Run.State.STOPPED) and not run.confirmed_at:
        yield "run-state", f"{run.state}, and nobody confirmed it"
    if run.state != Run.State.REFUSED and not 0 <= run.cursor <= (run.members or 0):
        yield "run-state", f"the cursor stands at {run.cursor} of {run.members or 0}"


COUNTERS: Final = {
    "others": Q(outcome=Outcome.OTHER),
    "new": Q(outcome=Outcome.NEW),
    "overwritten": Q(outcome=Outcome.OVERWRITTEN),
    "unchanged": Q(outcome=Outcome.UNCHANGED),
    "failed": Q(outcome=Outcome.FAILED),
    "unprocessed": Q(outcome=Outcome.UNPROCESSED),
    "undone": Q(outcome=Outcome.UNDONE),
    "expected": Q(expected=True),
    "ignored": Q(ignored=True),
    "superseded": Q(failed=True, expected=False, ignored=False, superseded_by__isnull=False),
}


def faults_of_sums(run: Run) -> Iterator[Fault]:
    if not run.sums_up:
        yield "run-sums", f"{run.record_count} to account for, {run.accounted_for} accounted for"
    for name in COUNTERS:
        if getattr(run, name) < 0:
            yield "run-sums", f"{name} is {getattr(run, name)}"
    if run.needs_action < 0:
        yield "run-sums", "more is expected, ignored or superseded than failed"


def faults_of_records(run: Run) -> Iterator[Fault]:
    """One query over the records of the run."""
    counts = {f"rows_{name}": Count("pk", filter=which) for name, which in COUNTERS.items()}
    flags = Count("pk", filter=Q(failed=True) & ~Q(outcome=Outcome.FAILED) | Q(failed=False, outcome=Outcome.FAILED))
    rows = run.records.aggregate(all=Count("pk"), first=Min("position"), last=Max("position"), flags=flags, **counts)
    if rows["all"] != (run.members or 0):
        yield "run-members", f"{run.members} files, {rows['all']} records"
    if rows["all"] and (rows["first"], rows["last"]) != (1, rows["all"]):
        yield "run-members", f"{rows['all']} records, from {rows['first']} to {rows['last']}"
    if rows["flags"]:
        yield "record-outcome", f"{rows['flags']} records that failed by one field and not by the other"
    for name in COUNTERS:
        if rows[f"rows_{name}"] != getattr(run, name):
            yield "run-counters", f"{name} is {getattr(run, name)}, and {rows[f'rows_{name}']} records are so"


# --- ZIPs ------------------------------------------------------------------------------------------------------------


@register
def look_at_files(office: Office | None) -> Iterator[Damage]:
    for run in one_after_the_other(runs_of(office), by="pk"):
        wrong = [Damage(code, run.reference, found) for code, found in faults_of_file(run)]
        if wrong and stands_still(run):
            yield from wrong


def faults_of_file(run: Run) -> Iterator[Fault]:
    is_there = storages["uploads"].exists(run.stored_as)
    if run.file_removed_at:
        if is_there:
            yield "file-extra", "the ZIP was removed, and is still there"
    elif not is_there:
        yield "file-missing", "the ZIP is not there"
    else:
        yield from faults_of_content(run)


def faults_of_content(run: Run) -> Iterator[Fault]:
    with run.open_upload() as upload:
        digest = digest_of(upload)
    if digest != run.file_digest:
        yield "file-digest", "the ZIP is not the one that was uploaded"


def digest_of(upload: IO[bytes]) -> str:
    return file_digest(upload, "sha256").hexdigest()  # type: ignore[arg-type]


@register
def look_at_strays(office: Office | None) -> Iterator[Damage]:
    """Files that no run knows, and that are too old to be on their way; they belong to no office."""
    if office is None:
        yield from (Damage("file-extra", name, "no run knows this file") for name in purge.stray_uploads())
