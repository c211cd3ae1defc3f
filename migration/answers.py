"""'Is de aanslag 2021 van deze klant overgekomen?' One line per client, year and kind: yes, and when; no, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from migration import statuses
from migration.importers import IMPORTERS
from migration.models import WRITABLE, Outcome, Record, Run
from portal.models import User

BROUGHT: Final = (Outcome.NEW, Outcome.OVERWRITTEN)
AT_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether one assessment came over, by the record that tells; `record` is None where no migration knows it."""

    what: str
    client: str
    tax_id: str
    is_there: bool
    sentence: str
    record: Record | None = None

    @property
    def tone(self) -> str:
        return "good" if self.is_there else "stop" if self.record is None or self.record.needs_action else "quiet"


def answers_about(records: Iterable[Record], user: User) -> list[Answer]:
    """The newest years first. The records may come from any run, and know their run and client."""
    readable = sorted((record for record in records if record.key), key=order_of)
    standing = standing_keys(readable, user)
    groups = [list(same) for _, same in groupby(readable, key=topic_of)]
    return [answer(same, standing) for same in groups[:AT_MOST]]


def topic_of(record: Record) -> tuple[object, ...]:
    return (record.tax_id, record.year, record.tax, record.kind)


def order_of(record: Record) -> tuple[object, ...]:
    """By client, then the newest year; of one assessment the newest migration first."""
    return (record.tax_id, -(record.year or 0), record.tax, record.kind, -record.run_id, record.position)


def standing_keys(records: Sequence[Record], user: User) -> set[UUID]:
    """What stands in the dossiers now: a record tells what its run did, not what an undo did afterwards."""
    keys: dict[str, set[UUID]] = {}
    for record in records:
        if record.key:
            keys.setdefault(record.run.importer_slug, set()).add(record.key)
    return {key for slug, some in keys.items() for key in IMPORTERS[slug].standing(some, user.office)}


def answer(records: Sequence[Record], standing: set[UUID]) -> Answer:
    """Of several records about one topic the one that brought what stands there tells; else the newest."""
    there = [one for one in records if one.key in standing and one.outcome in WRITABLE]
    told = next((one for one in there if one.outcome in BROUGHT), next(iter(there), records[0]))
    what = f"{told.tax} {told.year} {told.kind}"
    return Answer(what, client_of(told), told.tax_id, bool(there), yes(told) if there else no(told), told)


def client_of(record: Record) -> str:
    return record.client.name if record.client else str(record.facts.get("name") or "")


def yes(record: Record) -> str:
    """'Ja – geïmporteerd op 21-08-2026 (migratie 42)'."""
    return f"Ja – geïmporteerd op {day_of(record.run)} (migratie {record.run_id})"


def no(record: Record) -> str:
    where = f"(migratie {record.run_id})"
    if record.failed:
        title = record.problem.title if record.problem else "Onbekende foutcode"
        return f"Nee – {record.problem_code} {title} {where}"
    if record.outcome == Outcome.UNPROCESSED and not record.run.has_ended:
        return f"Nog niet – {statuses.status_of(record.run).label} {where}"
    if record.outcome == Outcome.UNPROCESSED:
        return f"Nee – niet verwerkt {where}"
    return f"Nee – teruggedraaid {where}"


def nothing(what: str, client: str = "", tax_id: str = "") -> Answer:
    """No migration holds it."""
    return Answer(what, client, tax_id, False, "Nee – in geen enkele migratie gevonden")


def day_of(run: Run) -> str:
    moment = run.ended_at or run.confirmed_at or run.created_at
    return str(date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT"))
