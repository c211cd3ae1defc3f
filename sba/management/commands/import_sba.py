"""The whole road in this process: for scripts, and for whoever has no broker."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TextIO
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from migration.acts import runs
from migration.findings.cautions import codes_of
from migration.models import WRITABLE, Outcome, Record, Run
from migration.road import pipeline
from migration.road.intake import Order, UnderWay, receive_path
from portal.lists.keyset import some_at_a_time
from portal.models import User
from sba.importer import SbaImporter
from sba.models import Sba

RECORDS_AT_ONCE: Final = 1000


class Command(BaseCommand):
    help = "Import SBA's from ZIPs that the ECM exported. One JSON object per ZIP on stdout."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("zips", nargs="+", type=Path, metavar="ZIP")
        parser.add_argument("--office", required=True, metavar="SLUG")
        parser.add_argument("--user", required=True, metavar="EMAIL")
        parser.add_argument("--status", required=True, choices=Sba.Status.values, metavar="SLUG")
        parser.add_argument("--overwrite-status", action="store_true", help="also for SBA's that are there already")
        parser.add_argument("--check-only", action="store_true", help="say what would happen; write to no dossier")
        parser.add_argument("--records-to", type=Path, metavar="FILE.jsonl", help="a JSON line per record")

    def handle(self, **options: Any) -> None:
        user = user_of(options["office"], options["user"])
        order = Order(
            SbaImporter.slug,
            options["status"],
            overwrite_status=options["overwrite_status"],
            keeps_open=False,  # whoever runs this chose the status for all of them
            confirmed=not options["check_only"],
            mails=False,  # whoever runs this sees the end of it
        )
        missing = [path for path in options["zips"] if not path.is_file()]
        if missing:
            raise CommandError(f"no such file: {missing[0]}", returncode=2)
        with ExitStack() as stack:
            lines = open_lines(stack, options["records_to"])
            refused = [path for path in options["zips"] if not self.import_one(path, order, user, lines)]
        if refused:
            raise SystemExit(1)

    def import_one(self, path: Path, order: Order, user: User, lines: TextIO | None) -> bool:
        """Import one ZIP and report it; False where it was refused whole, or a fault of ours ended it."""
        began = time.monotonic()
        try:
            received = receive_path(path, order, user)
        except UnderWay as under_way:
            raise CommandError(f"{path.name} is being imported already, as {under_way.run.reference}") from None
        run = go_the_road(received, user, order)
        self.stdout.write(json.dumps({**report(run), "seconds": round(time.monotonic() - began, 3)}))
        if lines:
            write_records(run, lines)
        return run.state != Run.State.REFUSED and not run.gave_up


def user_of(slug: str, email: str) -> User:
    try:
        return User.objects.get(email__iexact=email, office__slug=slug)
    except User.DoesNotExist:
        raise CommandError(f"no user {email} in an office {slug}", returncode=2) from None


def open_lines(stack: ExitStack, path: Path | None) -> TextIO | None:
    try:
        return stack.enter_context(path.open("w", encoding="utf-8")) if path else None
    except OSError as error:
        raise CommandError(f"cannot write to {path}: {error.strerror}", returncode=2) from None


def go_the_road(run: Run, user: User, order: Order) -> Run:
    """Move the run to its end here. What pauses for a choice goes on: whoever runs this made it on the command line."""
    while run.is_moving or (order.confirmed and runs.confirm(run, user, keeps_open=False)):
        pipeline.move(run.pk)
        run.refresh_from_db()
        if run.is_moving:
            time.sleep(0.5)  # a worker has it, or a fault passes: both take a moment
    return run


def report(run: Run) -> dict[str, Any]:
    counts = forecast_of(run) if run.state == Run.State.READY else outcome_of(run)
    return {
        "file": run.file_name,
        "reference": run.reference,
        "state": run.state,
        "code": run.problem_code,
        "members": run.members,
        "others": run.others,
        "sbas": run.record_count,
        **counts,
        "failed": run.failed,
        "expected": run.expected,
    }


def outcome_of(run: Run) -> dict[str, int]:
    return {name: getattr(run, name) for name in (*WRITABLE, Outcome.UNPROCESSED)}


def forecast_of(run: Run) -> dict[str, int]:
    """After a check alone: what the import would do."""
    return {name: getattr(run, f"forecast_{name}") for name in WRITABLE} | {"unprocessed": 0}


def write_records(run: Run, lines: TextIO) -> None:
    """A JSON line per record, in the order of the file; memory stays flat, and a query serves many."""
    for records in some_at_a_time(run.records.all(), at_once=RECORDS_AT_ONCE):
        keys = [record.key for record in records if record.key and not record.failed]
        statuses = dict(Sba.objects.filter(office=run.office_id, key__in=keys).values_list("key", "status"))
        for record in records:
            lines.write(json.dumps(line(run, record, statuses)) + "\n")


def line(run: Run, record: Record, statuses: Mapping[UUID, str]) -> dict[str, Any]:
    """One record; its status is that of the SBA in the dossier that it is about, "" where there is none."""
    checked_only = run.state == Run.State.READY
    return {
        "file": run.file_name,
        "position": record.position,
        "name": record.name,
        "outcome": record.verdict if checked_only else record.outcome,
        "code": record.problem_code,
        "warnings": codes_of(record),
        "tax": record.tax,
        "year": record.year,
        "kind": record.kind,
        "assessment_number": record.number,
        "dated_on": record.dated_on and record.dated_on.isoformat(),
        "amount": record.facts.get("amount"),
        "balance": record.facts.get("balance"),
        "objection_until": record.until and record.until.isoformat(),
        "status": "" if record.failed or not record.key else statuses.get(record.key, ""),
    }
