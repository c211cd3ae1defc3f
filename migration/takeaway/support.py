"""What can be copied or downloaded: fixed lines that support can parse, without a BSN unless asked for on purpose."""

import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from migration.findings.cautions import codes_of
from migration.kinds.registry import kind_of, tells, words_of
from migration.models import Outcome, Record, Run
from migration.words import logs, runs
from portal.masking import mask_within, tax_ids_within

Told = tuple[str, str]
UNKNOWN: Final = "onbekend"


@cache
def version() -> str:
    """The version of the product that is running, as pyproject.toml has it."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def record_text(record: Record, with_tax_id: bool = False) -> str:
    """The log of one record. `with_tax_id` adds the BSN/FI in full: whoever asks for that writes an audit line."""
    return as_text([*record_lines(record), *([("BSN/FI", tax_id_of(record) or UNKNOWN)] if with_tax_id else [])])


def tax_id_of(record: Record) -> str:
    """The number in the document; of one that could not be read, those in the name of its file."""
    if record.tax_id:
        return record.tax_id
    named = tax_ids_within(record.name)
    return f"{' of '.join(named)} (uit de bestandsnaam)" if named else ""


def record_lines(record: Record) -> list[Told]:
    run = record.run
    return [
        ("Referentie", record.reference),
        ("Foutcode", logs.title(record) if record.failed else "geen"),
        ("Datum/tijd", moment(run)),
        ("Versie", version()),
        ("Soort/jaar", kind_and_year(record)),
        ("Bestand", mask_within(record.name)),
        ("Melding", mask_within(logs.what_happened(record))),
        ("Technisch", technical(record)),
    ]


def record_json(record: Record) -> dict[str, str]:
    """The same lines for a program; without a BSN."""
    return dict(record_lines(record))


def run_text(run: Run) -> str:
    """The log of an upload that was refused as a whole."""
    problem = run.problem
    lines = [
        ("Referentie", run.reference),
        ("Foutcode", f"{problem.code} – {problem.title}" if problem else "geen"),
        ("Datum/tijd", moment(run)),
        ("Versie", version()),
        ("Soort/jaar", words_of(run).label),
        ("Bestand", mask_within(run.file_name)),
        ("Melding", mask_within(run.explanation) or runs.summary(run)),
        (
            "Technisch",
            "; ".join([*weight(run.file_size, run.file_digest), f"toestand {run.get_state_display().lower()}"]),
        ),
    ]
    return as_text(lines)


def kind_and_year(record: Record) -> str:
    """'IB definitief 2019', as far as the document could be read; of a kind that tells nothing of it what that is."""
    if not any(tells(kind_of(record.run), slug) for slug in ("tax", "kind", "year")):
        return words_of(record.run).label
    return " ".join(str(part) for part in (record.tax, record.kind, record.year) if part) or UNKNOWN


def technical(record: Record) -> str:
    facts = [f"{name} {mask_within(str(value))}" for name, value in sorted(record.problem_facts.items())]
    known = [f"positie {record.position}", *weight(record.size, record.digest)]
    told = [f"waarschuwing {code}" for code in codes_of(record)]
    outcomes = [f"oordeel {in_words(record.verdict)}", f"uitkomst {in_words(record.outcome)}"]
    return "; ".join([*known, *outcomes, *told, *facts])


def weight(size: int, digest: str) -> tuple[str, str]:
    """By which one knows a file again."""
    return f"{size} bytes", f"controlegetal (SHA-256) {digest or UNKNOWN}"


def in_words(outcome: str) -> str:
    return str(Outcome(outcome).label).lower()


def moment(run: Run) -> str:
    ended = run.ended_at or run.checked_at or run.created_at
    return date_format(timezone.localtime(ended), "SHORT_DATETIME_FORMAT")


def as_text(lines: Iterable[Told]) -> str:
    """One line per fact; a line break in a value would be a line of its own, and is a space."""
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in lines)


def file_name(reference: str) -> str:
    """MIG-2026-0042/0137 → MIG-2026-0042-0137.txt."""
    return f"{reference.replace('/', '-')}.txt"
