"""Removes what is past its term (retention.py): ZIPs, records with their log, files that no run knows, old sessions.

It goes in pieces, each one short transaction, and every piece looks for itself what is left to do. So a purge that is
killed is simply done again, and two at once are in each other's way only.
"""

import logging
import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.module_loading import import_string

from migration import retention
from migration.acts.runs import remove_file
from migration.acts.trail import note
from migration.audit_actions import MigrationAction
from migration.models import Chore, LogLine, Record, Run, RunQuerySet
from migration.upkeep import forgetting
from portal.masking import mask_within

logger = logging.getLogger(__name__)

NIGHT: Final = range(2, 5)
"""The hours, by the clock of the office, in which the purge begins."""
OVERDUE: Final = timedelta(hours=36)
"""Where every night was missed, it begins at once."""
SECONDS_PER_SWEEP: Final = 2.0
"""A worker that purges does not listen meanwhile; what is left is for the next sweep."""
BATCH: Final = 500

Piece = tuple[str, int]
"""What was removed, and how many."""


def purge_nightly() -> None:
    """Some of the purge, where it is due and no other worker is busy with it (sweeper.py)."""
    chore = Chore.named(Chore.PURGE)
    if is_due(chore.done_at, timezone.localtime()) and chore.hold():
        chore.refresh_from_db()  # perhaps somebody was done with it just now
        if not is_due(chore.done_at, timezone.localtime()) or purge(SECONDS_PER_SWEEP).is_done:
            Chore.done(Chore.PURGE)
        else:
            chore.give_back()


def is_due(done_at: datetime, now: datetime) -> bool:
    """Once a night; `now` is local, and says which night it is."""
    tonight = now.replace(hour=NIGHT.start, minute=0, second=0, microsecond=0)
    return (now.hour in NIGHT and done_at < tonight) or now - done_at > OVERDUE


@dataclass
class Purged:
    """What a purge removed, and whether it came to its end."""

    counts: Counter[str] = field(default_factory=Counter)
    is_done: bool = False


def purge(seconds: float = math.inf) -> Purged:
    """Remove what is past its term, for so long."""
    began, purged = time.monotonic(), Purged()
    try:
        for what, count in pieces():
            purged.counts[what] += count
            if time.monotonic() - began > seconds:
                return purged
        purged.is_done = True
        return purged
    finally:
        if purged.counts.total():
            logger.info("Purged: %s", in_words(purged.counts))


def in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing"


def pieces() -> Iterator[Piece]:
    yield from ((FILES, remove_file(run)) for run in runs_with_old_file())
    for run in runs_with_old_records():
        yield from remove_records(run)
    if records_went_since_last_time():
        yield from ((DOCUMENTS, count) for count in forgetting.forget_unused())
    yield from ((NAMES, count) for count in forgetting.forget_names())
    yield from ((STRAYS, remove_stray(path)) for path in stray_files())
    yield from ((STRAYS, remove_stray_upload(name)) for name in stray_uploads())
    clear_sessions()
    clear_cache()


FILES: Final = "ZIP files"
RECORDS: Final = "records"
LINES: Final = "lines of logs"
DOCUMENTS: Final = "documents"
NAMES: Final = "names"
STRAYS: Final = "stray files"


def foreseen() -> Counter[str]:
    """What a purge would remove now; the documents that go with the records are not counted before."""
    old = runs_with_old_records()
    return Counter({
        FILES: runs_with_old_file().count(),
        RECORDS: Record.objects.filter(run__in=old).count(),
        LINES: LogLine.objects.filter(run__in=old).count(),
        STRAYS: sum(1 for _ in stray_files()) + sum(1 for _ in stray_uploads()),
    })  # fmt: skip


# --- ZIPs ------------------------------------------------------------------------------------------------------------


def runs_with_old_file() -> RunQuerySet:
    kept = Run.objects.resting().filter(file_removed_at=None)
    return kept.filter(created_at__lt=timezone.now() - retention.of_file()).order_by("pk")


# --- Records and their log -------------------------------------------------------------------------------------------


def runs_with_old_records() -> RunQuerySet:
    """Those past their term, and those of which the removal was cut off."""
    cutoff = retention.months_after(timezone.now(), -settings.LOGS_KEPT_MONTHS)
    old = Run.objects.resting().filter(records_removed_at=None, ended_at__lt=cutoff)
    rows = [Exists(model._default_manager.filter(run=OuterRef("pk"))) for model in (Record, LogLine)]
    cut_off = Run.objects.filter(rows[0] | rows[1]).exclude(records_removed_at=None)
    return Run.objects.filter(Q(pk__in=old.values("pk")) | Q(pk__in=cut_off.values("pk"))).order_by("pk")


def remove_records(run: Run) -> Iterator[Piece]:
    """All of a run but its own row. It says so from the first moment on, and nothing can set it in motion any more."""
    if remove_file(run):
        yield FILES, 1
    begin_removal(run)
    while positions := list(run.records.order_by("position").values_list("position", flat=True)[:BATCH]):
        with transaction.atomic():
            run.records.filter(position__range=(positions[0], positions[-1])).delete()
        yield RECORDS, len(positions)
    while lines := list(run.log_lines.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield LINES, run.log_lines.filter(pk__range=(lines[0], lines[-1])).delete()[0]


def begin_removal(run: Run) -> None:
    """The names and facts on the row itself may hold a BSN/FI: they are masked for good."""
    with transaction.atomic():
        begun = (
            Run.objects.resting()
            .filter(pk=run.pk, records_removed_at=None)
            .update(
                records_removed_at=Now(),
                file_name=mask_within(run.file_name),
                problem_facts={name: mask_within(fact) for name, fact in run.problem_facts.items()},
            )
        )
        if begun:
            run.choices.all().delete()
            note(run, MigrationAction.RUN_RECORDS_REMOVED)


def records_went_since_last_time() -> bool:
    """Looking for documents that nobody needs is much work where there are millions; most nights there are none."""
    last = Chore.last_done(Chore.PURGE)
    removed = Run.objects.exclude(records_removed_at=None)
    return removed.filter(records_removed_at__gte=last).exists() if last else removed.exists()


# --- Files that no run knows -----------------------------------------------------------------------------------------


def stray_uploads() -> Iterator[str]:
    """Names in the storage."""
    names = stored_names()
    for begin in range(0, len(names), BATCH):
        some = names[begin : begin + BATCH]
        known = set(Run.objects.filter(stored_as__in=some, file_removed_at=None).values_list("stored_as", flat=True))
        yield from (name for name in some if name not in known and is_old(storages["uploads"].get_modified_time(name)))


def stored_names() -> list[str]:
    """Every file in the storage; its folder comes with the first one."""
    try:
        return sorted(storages["uploads"].listdir("")[1])
    except FileNotFoundError:
        return []


def remove_stray_upload(name: str) -> int:
    storages["uploads"].delete(name)
    return 1


def stray_files() -> Iterator[Path]:
    """Uploads that were cut off while they came in."""
    for path in sorted(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()):
        if path.is_file() and is_old(datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_default_timezone())):
            yield path


def remove_stray(path: Path) -> int:
    path.unlink(missing_ok=True)
    return 1


def is_old(moment: datetime) -> bool:
    return timezone.now() - moment > retention.STRAY


# --- Sessions and the cache ------------------------------------------------------------------------------------------


def clear_sessions() -> None:
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    store.clear_expired()


def clear_cache() -> None:
    """Rows that ran out: the cache in the database keeps them until it is full, and they hold addresses of visitors."""
    if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
        now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
        table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])
