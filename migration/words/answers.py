"""'Is 2021 van deze klant overgekomen?' One line per client, year and kind: yes, and when; no, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from migration.kinds.abilities import Dossiers
from migration.kinds.registry import KINDS, ability_of
from migration.models import WRITABLE, Outcome, Record, Run
from migration.words import statuses
from migration.words.numbers import number
from portal.models import User

BROUGHT: Final = (Outcome.NEW, Outcome.OVERWRITTEN)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether something came over, by the record that tells; `record` is None where no migration knows any.

    `tone` is good, attention, stop or quiet.
    """

    what: str
    client_name: str
    tax_id: str
    tone: str
    sentence: str
    record: Record | None = None


def answers_about(records: Iterable[Record], user: User) -> list[Answer]:
    """The newest years first. The records may come from any run, and know their run and client."""
    readable = sorted((one for one in records if one.key and ability_of(one.run, Dossiers)), key=order_of)
    standing = standing_keys(readable, user)
    return [answer(list(same), standing) for _, same in groupby(readable, key=topic_of)]


def topic_of(record: Record) -> tuple[object, ...]:
    return (record.tax_id, record.year, record.tax, record.kind)


def order_of(record: Record) -> tuple[object, ...]:
    """By client, then the newest year; of one thing the newest migration first."""
    return (record.tax_id, -(record.year or 0), record.tax, record.kind, -record.run_id, record.position)


def standing_keys(records: Sequence[Record], user: User) -> set[UUID]:
    """What stands in the dossiers now: a record tells what its run did, not what an undo did afterwards."""
    keys: dict[str, set[UUID]] = {}
    for record in records:
        if record.key:
            keys.setdefault(record.run.importer_slug, set()).add(record.key)
    dossiers = {slug: ability_of(KINDS[slug], Dossiers) for slug in keys}
    return {key for slug, one in dossiers.items() if one for key in one.standing(keys[slug], user.office)}


def answer(records: Sequence[Record], standing: set[UUID]) -> Answer:
    """One topic may be several things: yes where all of them stand there, partly where some do.

    Of each the record that brought what stands there tells; else the newest.
    """
    told = [teller(list(same), standing) for _, same in groupby(sorted(records, key=by_key), key=by_key)]
    missing = [one for one in told if not is_there(one, standing)]
    there = [one for one in told if is_there(one, standing)]
    record = newest(missing or there)
    what = " ".join(str(part) for part in (record.tax, record.year, record.kind) if part)
    return Answer(what, record.client_name, record.tax_id, tone(there, missing), sentence(there, missing), record)


def by_key(record: Record) -> str:
    return str(record.key)


def teller(records: Sequence[Record], standing: set[UUID]) -> Record:
    there = [one for one in records if is_there(one, standing)]
    return next((one for one in there if one.outcome in BROUGHT), next(iter(there), records[0]))


def is_there(record: Record, standing: set[UUID]) -> bool:
    return record.key in standing and record.outcome in WRITABLE


def newest(records: Iterable[Record]) -> Record:
    return min(records, key=order_of)


def tone(there: Sequence[Record], missing: Sequence[Record]) -> str:
    if any(one.needs_action for one in missing):
        return "attention" if there else "stop"
    return "quiet" if missing else "good"


def sentence(there: Sequence[Record], missing: Sequence[Record]) -> str:
    """'Ja – …', 'Nee – …', or 'Deels – 1 van 2 geïmporteerd; een foutcode … (migratie van …)'."""
    if not missing:
        return yes(newest(there))
    if not there:
        return no(newest(missing))
    why = no(newest(missing)).partition(" – ")[2]
    return f"Deels – {number(len(there))} van {number(len(there) + len(missing))} geïmporteerd; {why}"


def yes(record: Record) -> str:
    """'Ja – geïmporteerd op 21-08-2026 (MIG-2026-0042)'."""
    return f"Ja – geïmporteerd op {day_of(record.run)} ({record.run.reference})"


def no(record: Record) -> str:
    where = f"(migratie van {day_of(record.run)}, {record.run.reference})"
    if record.failed:
        title = record.problem.title if record.problem else "Onbekende foutcode"
        answer = "Nog niet – mislukt waarschijnlijk:" if record.run.is_forecast else "Nee –"
        return f"{answer} {record.problem_code} {title} {where}"
    if record.outcome == Outcome.UNPROCESSED and not record.run.has_ended:
        return f"Nog niet – {statuses.status_of(record.run).label} {where}"
    if record.outcome == Outcome.UNPROCESSED:
        return f"Nee – niet verwerkt {where}"
    return f"Nee – teruggedraaid {where}"


def nothing(what: str, client: str = "", tax_id: str = "") -> Answer:
    """No migration holds it."""
    return Answer(what, client, tax_id, "stop", "Nee – in geen enkele migratie gevonden")


def day_of(run: Run) -> str:
    moment = run.ended_at or run.confirmed_at or run.created_at
    return str(date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT"))
