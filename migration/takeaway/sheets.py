"""What one can take away of a run: its records as CSV or XLSX, all of it as JSON, the failed files, and a package for
support. All of it comes row by row, so memory stays flat; a count of rows is the counter on the screen."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import PurePath
from typing import Any, Final

from django.utils import timezone

from migration.findings.cautions import cautions_of, codes_of
from migration.findings.filters import ALL, FAILED
from migration.kinds.abilities import Statuses
from migration.kinds.protocol import Column as OfKind
from migration.kinds.protocol import Kind, Place
from migration.kinds.registry import ability_of, columns_at, kind_of, words_of
from migration.models import LogLine, Record, Run, RunQuerySet
from migration.problems import Rejected
from migration.road.documents import content_of
from migration.takeaway import support
from migration.takeaway.disclosure import NOBODY, USUAL, Disclosure
from migration.takeaway.zipping import File, zip_of
from migration.words import statuses
from portal.lists.keyset import in_this_order, one_after_the_other
from portal.lists.sheets import Cell, Column, csv_of

AT_ONCE: Final = 500


def records_of(run: Run, choice: str = ALL) -> Iterator[Record]:
    """The records in the order of the file: all of them, or those that failed; each knows its run."""
    found = run.records.all() if choice == ALL else run.records.failures()
    found = found.select_related("client", "superseded_by").defer("replaced", "superseded_by__breakdown")
    for record in one_after_the_other(found, at_once=AT_ONCE):
        record.run = run
        yield record


# --- As a sheet ------------------------------------------------------------------------------------------------------


def record_columns(kind: Kind, shows: Disclosure = USUAL) -> list[Column[Record]]:
    statuses_of = [Column("Status", statuses.status_label, 16)] if ability_of(kind, Statuses) else []
    return [
        Column("#", lambda record: record.position, 8),
        Column("Referentie", lambda record: record.reference, 20),
        Column("Klant", lambda record: shows.name(record.client_name), 28),
        Column("BSN/FI", lambda record: shows.tax_id(record.tax_id)),
        *(in_sheet(column, shows) for column in columns_at(kind, Place.SHEET)),
        Column("Import status", lambda record: statuses.import_status_of(record).label, 14),
        Column("Actie nodig", lambda record: "ja" if record.needs_action else "nee"),
        Column("Bijzonderheid", remark_of, 14),
        Column("Achterhaald door", superseded_by, 16),
        Column("Foutcode", lambda record: record.problem_code, 10),
        Column("Fout", lambda record: record.problem.title if record.problem else "", 28),
        Column("Melding", lambda record: shows.text(record.explanation), 60),
        Column("Waarschuwingen", lambda record: ", ".join(map(str, cautions_of(record))), 30),
        *statuses_of,
        Column("Bestand", shows.file, 40),
    ]


def in_sheet(column: OfKind, shows: Disclosure) -> Column[Record]:
    """What a kind tells of its records, as a column of a sheet."""
    return Column(column.label, partial(told, column, shows), column.width)


def told(column: OfKind, shows: Disclosure, record: Record) -> Cell:
    value = column.value(record)
    return shows.text(value) if isinstance(value, str) and not column.holds_no_number else value


def remark_of(record: Record) -> str:
    if record.expected:
        return "verwacht"
    return "genegeerd" if record.ignored else "achterhaald" if record.is_superseded else ""


def superseded_by(record: Record) -> str:
    return record.superseded_by.reference if record.failed and record.superseded_by else ""


def run_columns() -> list[Column[Run]]:
    return [
        Column("Datum migratie", lambda run: run.created_at, 18),
        Column("Referentie", lambda run: run.reference, 16),
        Column("Naam", lambda run: USUAL.text(run.name), 28),
        Column("Bestand", lambda run: USUAL.text(run.file_name), 40),
        Column("Soort", lambda run: words_of(run).label),
        Column("Status", lambda run: statuses.status_of(run).label, 28),
        Column("# records", lambda run: run.record_count),
        Column("# geïmporteerd", lambda run: run.brought),
        Column("# nieuw", lambda run: run.new),
        Column("# overschreven", lambda run: run.overwritten),
        Column("# ongewijzigd", lambda run: run.unchanged),
        Column("# mislukt", lambda run: run.failures),
        Column("# waarschijnlijk mislukt", lambda run: run.failed - run.failures),
        Column("# verwacht", lambda run: run.expected),
        Column("# genegeerd", lambda run: run.ignored),
        Column("# achterhaald", lambda run: run.superseded),
        Column("Actie nodig", lambda run: run.open_actions),
        Column("# niet verwerkt", lambda run: run.unprocessed),
        Column("# teruggedraaid", lambda run: run.undone),
        Column("Gestart door", lambda run: run.started_by.name, 24),
    ]


def overview(runs: RunQuerySet, keys: Sequence[int]) -> Iterator[bytes]:
    """These runs, as their keys follow each other."""
    return csv_of(run_columns(), in_this_order(runs.select_related("started_by"), keys))


# --- As JSON ---------------------------------------------------------------------------------------------------------


def json_of(run: Run, shows: Disclosure = USUAL) -> Iterator[bytes]:
    """One valid document: the run, its records, its log."""
    yield f'{{"run": {as_json(run_facts(run, shows))},\n"records": '.encode()
    yield from listed(record_facts(record, shows) for record in records_of(run))
    yield b',\n"log": '
    yield from listed(line_facts(line, shows) for line in lines_of(run))
    yield b"}\n"


def listed(items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    rows, before = (as_json(item) for item in items), "[\n"
    while some := list(islice(rows, AT_ONCE)):
        yield (before + ",\n".join(some)).encode()
        before = ",\n"
    yield b"[]" if before == "[\n" else b"\n]"


def as_json(item: dict[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, default=lambda moment: moment.isoformat())


def lines_of(run: Run) -> Iterator[LogLine]:
    return one_after_the_other(run.log_lines.all(), by="pk", at_once=AT_ONCE)


COUNTERS: Final = (
    "new", "overwritten", "unchanged", "failed", "expected", "ignored", "superseded", "unprocessed",
    "undone", "undo_removed", "undo_restored", "undo_kept", "open_terms", "kept_open",
)  # fmt: skip


def run_facts(run: Run, shows: Disclosure) -> dict[str, Any]:
    return {
        "reference": run.reference,
        "name": shows.name(run.name),
        "version": support.version(),
        "state": run.state,
        "status": statuses.status_of(run).label,
        "code": run.problem_code,
        "problem": shows.text(run.explanation),
        "importer": run.importer_slug,
        "target": run.target,
        "overwrite_status": run.overwrite_status,
        "keeps_open": run.keeps_open,
        "remark": shows.name(run.remark),
        "started_by": shows.name(run.started_by.name),
        "file": {"name": shows.name(run.file_name), "size": run.file_size, "sha256": run.file_digest},
        "created_at": run.created_at,
        "checked_at": run.checked_at,
        "confirmed_at": run.confirmed_at,
        "ended_at": run.ended_at,
        "counts": counts_of(run),
        "sums_up": run.sums_up,
        "breakdown": run.breakdown,
    }


def counts_of(run: Run) -> dict[str, int]:
    return {
        "members": run.members,
        "others": run.others,
        "records": run.record_count,
        **{name: getattr(run, name) for name in COUNTERS},
        "failed": run.failures,
        "likely_to_fail": run.failed - run.failures,
        "needs_action": run.open_actions,
    }


def record_facts(record: Record, shows: Disclosure) -> dict[str, Any]:
    return {
        "position": record.position,
        "reference": record.reference,
        "name": shows.file(record),
        "size": record.size,
        "sha256": record.digest,
        "client": shows.name(record.client_name),
        "tax_id": shows.tax_id(record.tax_id),
        **{column.slug: told(column, shows, record) for column in columns_at(kind_of(record.run), Place.JSON)},
        "verdict": record.verdict,
        "outcome": record.outcome,
        "expected": record.expected,
        "ignored": record.ignored,
        "superseded_by": superseded_by(record),
        "code": record.problem_code,
        "problem": shows.text(record.explanation),
        "problem_facts": shows.facts(record.problem_facts),
        "warnings": codes_of(record),
        "status": record.status,
    }


def line_facts(line: LogLine, shows: Disclosure) -> dict[str, Any]:
    return {"at": line.at, "position": line.position, "event": line.event, "facts": shows.facts(line.facts)}


# --- As a ZIP --------------------------------------------------------------------------------------------------------


def failed_files(run: Run) -> Iterator[bytes]:
    """The documents of the failed records as they came, under names without a BSN; the ZIP can be imported again."""
    return zip_of(kept_files(run))


def kept_files(run: Run) -> Iterator[File]:
    missing = []
    for record in records_of(run, FAILED):
        try:
            yield safe_name(record), [content_of(record.digest, kind_of(run).problems.not_kept)]
        except Rejected:
            missing.append(record.position)
    if missing:
        yield "LEESMIJ.txt", [not_kept(missing).encode()]


def safe_name(record: Record) -> str:
    """'2019/900000016-ih.xml' at position 137 → '000137-xxxxx0016-ih.xml': masked, plain, and unique."""
    name = USUAL.text(record.name).replace("•", "x")
    plain = re.sub(r"[^\w.-]+", "_", PurePath(name).name, flags=re.ASCII)
    return f"{record.position:06}-{plain[-100:]}"


def not_kept(positions: list[int]) -> str:
    records = ", ".join(map(str, positions))
    return f"Van deze mislukte records is geen bestand bewaard; ze zitten dus niet in deze ZIP: {records}.\r\n"


def support_package(run: Run, shows: Disclosure = NOBODY) -> Iterator[bytes]:
    """What support needs to look into it: the run, its failures, its log."""
    return zip_of(
        [
            ("run.json", [as_json(run_facts(run, shows)).encode()]),
            ("mislukt.csv", csv_of(record_columns(kind_of(run), shows), records_of(run, FAILED))),
            ("log.txt", (in_log(line, shows) for line in lines_of(run))),
        ]
    )


def in_log(line: LogLine, shows: Disclosure) -> bytes:
    """One line of text per line of the log; a line break in a fact would forge another."""
    at, where = timezone.localtime(line.at), f"record {line.position}" if line.position else "migratie"
    facts = " ".join(f"{name}={json.dumps(fact, ensure_ascii=False)}" for name, fact in shows.facts(line.facts).items())
    return f"{at:%Y-%m-%d %H:%M:%S} {where} {line.event} {facts}".rstrip().encode() + b"\n"
