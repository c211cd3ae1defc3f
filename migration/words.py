"""What the pages say about a run and its records: facts become Dutch sentences here, and nowhere else."""

from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format

from migration import statuses
from migration.models import LogLine, Outcome, Record, Run
from portal.masking import mask_within
from portal.models import AuditEvent, User


def number(value: int) -> str:
    """1240 → '1.240'."""
    return str(number_format(value))


def counted(count: int, one: str, many: str) -> str:
    return f"{number(count)} {one if count == 1 else many}"


def records(count: int) -> str:
    return counted(count, "record", "records")


def megabytes(size: int) -> str:
    """A file's size as people say it: '38 MB', '1,4 MB', '12 kB'."""
    if size < 10**6:
        return f"{number(max(1, round(size / 1000)))} kB"
    return f"{number_format(round(size / 10**6, 1) if size < 10**7 else round(size / 10**6))} MB"


def duration(run: Run) -> str:
    """From the upload to the end, waiting included: '12 seconden', '4 minuten', '2 uur en 5 minuten'."""
    seconds = int((run.ended_at - run.created_at).total_seconds()) if run.ended_at else 0
    if seconds < 90:
        return counted(max(1, seconds), "seconde", "seconden")
    hours, minutes = divmod(round(seconds / 60), 60)
    in_minutes = counted(minutes, "minuut", "minuten")
    return f"{hours} uur en {in_minutes}" if hours else in_minutes


# --- A run that moves ------------------------------------------------------------------------------------------------


def goes_on(run: Run, reader: User) -> str:
    """That nobody has to wait; an e-mail is promised only to whoever will surely get one."""
    what = {Run.State.UNDOING: "Het terugdraaien", Run.State.RETRYING: "Het opnieuw proberen"}
    is_mailed = run.mails and reader.pk == run.started_by_id and reader.mail_when == User.MailWhen.ALWAYS
    mail = " en u krijgt een e-mail" if is_mailed else ""
    return f"U kunt dit scherm sluiten. {what.get(Run.State(run.state), 'De import')} gaat door{mail}."


# --- A run that ended ------------------------------------------------------------------------------------------------


def summary(run: Run) -> str:
    """The one sentence that says how it went."""
    if run.state == Run.State.REFUSED:
        return "Fout bij migratie: het bestand is geweigerd. Er is niets geïmporteerd."
    if run.state == Run.State.UNDONE:
        return f"Migratie teruggedraaid: {undone(run)}."
    if run.problem:
        return f"Fout bij migratie: {run.problem.title.lower()}. {run.explanation}"
    return " ".join([f"{ending(run)}: {number(run.imported)} van {records(run.sbas)} geïmporteerd.", *remarks(run)])


def ending(run: Run) -> str:
    if run.state == Run.State.STOPPED:
        return "Migratie gestopt"
    status = statuses.status_of(run)
    return "Migratie deels geslaagd" if status is statuses.PARTLY else status.label


def remarks(run: Run) -> list[str]:
    """What asks for attention, the most urgent first."""
    found = []
    if run.needs_action:
        found.append(f"{records(run.needs_action)} {'vraagt' if run.needs_action == 1 else 'vragen'} actie.")
    elif run.failed:
        found.append(f"{records(run.failed)} {'is' if run.failed == 1 else 'zijn'} mislukt, zoals verwacht.")
    if run.unprocessed:
        found.append(f"{records(run.unprocessed)} {'is' if run.unprocessed == 1 else 'zijn'} niet verwerkt.")
    return found


def undone(run: Run) -> str:
    """'378 verwijderd, 19 teruggezet, 3 blijven staan omdat iemand ze heeft gewijzigd'."""
    kept = counted(run.undo_kept, "blijft staan omdat iemand het", "blijven staan omdat iemand ze")
    told = [f"{number(run.undo_removed)} verwijderd", f"{number(run.undo_restored)} teruggezet naar de vorige versie"]
    return ", ".join([*told, *([f"{kept} heeft gewijzigd"] if run.undo_kept else [])])


def equation(run: Run) -> list[str]:
    """'414 bestanden = 412 SBA's + 2 overige', '412 SBA's = 380 nieuw + … + 7 mislukt', and what is lost: nothing."""
    sbas = f"{number(run.sbas)} {run.importer.label}"
    others = counted(run.others, "overig bestand", "overige bestanden")
    usual = {"nieuw": run.new, "overschreven": run.overwritten, "ongewijzigd": run.unchanged, "mislukt": run.failed}
    rare = {"niet verwerkt": run.unprocessed, "teruggedraaid": run.undone}
    outcomes = usual | {word: count for word, count in rare.items() if count}
    terms = " + ".join(f"{number(count)} {word}" for word, count in outcomes.items())
    files = counted(run.members or 0, "bestand", "bestanden")
    return [f"{files} = {sbas} + {others}", f"{sbas} = {terms}", "0 kwijt" if run.sums_up else "De telling klopt niet"]


def tally(run: Run) -> str:
    """The numbers behind a bar, as text: '380 nieuw, 20 overschreven, 5 ongewijzigd, 7 mislukt'."""
    words = {
        "nieuw": run.new,
        "overschreven": run.overwritten,
        "ongewijzigd": run.unchanged,
        "mislukt": run.failed,
        "teruggedraaid": run.undone,
        "nog te doen" if not run.has_ended else "niet verwerkt": run.to_do,
    }
    return ", ".join(f"{number(count)} {word}" for word, count in words.items() if count) or "nog geen records"


def parts(run: Run) -> dict[str, int]:
    """The same for {% stacked_bar %}."""
    return {
        "new": run.new,
        "overwritten": run.overwritten,
        "unchanged": run.unchanged,
        "failed": run.needs_action,
        "expected": run.failed - run.needs_action,
        "undone": run.undone,
        "todo": run.to_do,
    }


def subject(run: Run) -> str:
    """Of the e-mail: 'Migratie klaar: 405 van 412 geïmporteerd, 2 vragen actie'."""
    if run.state == Run.State.REFUSED:
        return "Fout bij migratie: het bestand is geweigerd"
    if run.state == Run.State.UNDONE:
        return f"Migratie teruggedraaid: {undone(run)}"
    if run.problem:
        return f"Fout bij migratie: {run.problem.title.lower()}"
    how = "gestopt" if run.state == Run.State.STOPPED else "klaar"
    imported = f"Migratie {how}: {number(run.imported)} van {number(run.sbas)} geïmporteerd"
    asking = f"{number(run.needs_action)} {'vraagt' if run.needs_action == 1 else 'vragen'} actie"
    return f"{imported}, {asking}" if run.needs_action else imported


# --- The check -------------------------------------------------------------------------------------------------------


def files(run: Run) -> str:
    """'414 bestanden, waarvan 412 SBA's en 2 overige bestanden (worden overgeslagen)'."""
    members = counted(run.members or 0, "bestand", "bestanden")
    if not run.others:
        return f"{members}, allemaal {run.importer.label}"
    others = counted(run.others, "overig bestand (wordt", "overige bestanden (worden")
    return f"{members}, waarvan {number(run.sbas)} {run.importer.label} en {others} overgeslagen)"


def forecast(run: Run) -> str:
    """'380 nieuw · 20 worden overschreven · 5 ongewijzigd · 7 zullen waarschijnlijk mislukken (5 verwacht)'."""
    found = [
        (run.forecast_new, "nieuw", "nieuw"),
        (run.forecast_overwritten, "wordt overschreven", "worden overschreven"),
        (run.forecast_unchanged, "ongewijzigd", "ongewijzigd"),
        (run.failed, "zal waarschijnlijk mislukken", "zullen waarschijnlijk mislukken"),
    ]
    sentence = " · ".join(counted(*one) for one in found if one[0])
    return f"{sentence} ({number(run.expected)} verwacht)" if run.expected else sentence


def forecast_parts(run: Run) -> dict[str, int]:
    return {
        "new": run.forecast_new,
        "overwritten": run.forecast_overwritten,
        "unchanged": run.forecast_unchanged,
        "failed": run.needs_action,
        "expected": run.expected,
    }


def open_terms(run: Run) -> str:
    what = "1 record" if run.open_terms == 1 else f"{number(run.open_terms)} {run.importer.label}"
    return f"Van {what} loopt de bezwaartermijn nog"


def spread(run: Run, name: str) -> str:
    """'IB 302, VPB 88, OB 22', the largest first; or by year, in order: '2022: 302, 2023: 88'."""
    between = ": " if name == "year" else " "
    return ", ".join(f"{value}{between}{number(count)}" for value, count in in_order(run, name))


def in_order(run: Run, name: str) -> list[tuple[str, int]]:
    """Taxes by size, years by themselves."""
    counts: dict[str, int] = run.breakdown.get(name, {})
    return sorted(counts.items(), key=None if name == "year" else lambda item: -item[1])


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart; its width is in thousandths of the longest."""

    label: str
    count: int
    width: int


def bars(run: Run, name: str) -> list[Bar]:
    """The same as a chart; nothing where there is nothing to compare."""
    counts = in_order(run, name)
    longest = max((count for _, count in counts), default=0)
    return [Bar(label, count, max(4, 1000 * count // longest)) for label, count in counts if count]


# --- The log ---------------------------------------------------------------------------------------------------------

EVENTS: Final = {
    "received": "Migratiebestand geüpload door {actor}.",
    "check_began": "Controle gestart.",
    "check_resumed": "Controle hervat na bestand {cursor}.",
    "checked": "Controle klaar: {sbas} records gevonden, {failed} mislukt.",
    "confirmed": "Import bevestigd door {actor}.",
    "write_began": "Import gestart.",
    "stopped": "Import gestopt door {actor}.",
    "refused": "Bestand geweigerd, met foutcode {code}.",
    "finished": "Import klaar: {imported} geïmporteerd, {failed} mislukt.",
    "resumed": "Import hervat door {actor}.",
    "retry_began": "Opnieuw proberen gestart door {actor}, voor {count} mislukte records.",
    "retried": "Opnieuw proberen klaar: {failed} records zijn nog mislukt.",
    "attempt": "Opnieuw geprobeerd: was {before}, nu {after}.",
    "ignored": "{actor} negeerde {records} ({codes}): {reason}",
    "heeded": "{actor} nam het negeren van {records} ({codes}) terug.",
    "undo_began": "Terugdraaien gestart door {actor}.",
    "undone": "Teruggedraaid: {removed} verwijderd, {restored} teruggezet, {kept} blijven staan.",
    "undo_failed": "Terugdraaien is niet gelukt. Kenmerk: {reference}.",
    "mail_failed": "De e-mail over deze migratie kon niet worden verzonden.",
}
FAULTS: Final = ("refused", "undo_failed", "mail_failed")


def happened(line: LogLine) -> str:
    """What one line of the log says; an event of a later version reads as its bare name."""
    facts = {name: number(int(fact)) if is_count(fact) else mask_within(fact) for name, fact in line.facts.items()}
    facts["records"] = which(line)
    facts["after"] = facts.get("code") or Outcome(facts["outcome"]).label.lower() if "outcome" in facts else ""
    return EVENTS.get(line.event, line.event).format_map(Facts(facts))


def which(line: LogLine) -> str:
    """'record 137', or '5 records'."""
    return f"record {line.position}" if line.position else records(int(line.facts.get("count", 0)))


def is_count(fact: str) -> bool:
    """Nine digits are a BSN rather than a count, and are masked."""
    return fact.isdecimal() and len(fact) < 8


class Facts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "onbekend"


def level(line: LogLine) -> str:
    return "fout" if line.event in FAULTS else "info"


def title(record: Record) -> str:
    """What a record's log is called."""
    if record.failed:
        return f"{record.problem_code} – {record.problem.title if record.problem else 'Onbekende foutcode'}"
    return f"Record {number(record.position)} – {statuses.import_status_of(record).label}"


def what_happened(record: Record) -> str:
    if record.failed:
        return record.explanation
    outcome = Outcome(record.outcome)
    if outcome == Outcome.UNPROCESSED and not record.run.has_ended:
        return "Dit record is nog niet aan de beurt geweest."
    return OUTCOMES[outcome].format(target=record.run.chosen_target.label)


OUTCOMES: Final = {
    Outcome.NEW: "Dit record stond nog niet in het dossier. Het is toegevoegd, met de status '{target}'.",
    Outcome.OVERWRITTEN: "Dit record stond al in het dossier, met een andere inhoud. Die is overschreven.",
    Outcome.UNCHANGED: "Dit record stond al in het dossier, met dezelfde inhoud. Er is niets overschreven.",
    Outcome.UNPROCESSED: "Dit record is niet verwerkt: de import is gestopt voordat het aan de beurt was.",
    Outcome.UNDONE: "De import van dit record is teruggedraaid.",
    Outcome.OTHER: "Dit bestand hoort niet bij deze import. Het is overgeslagen.",
}
WARNINGS: Final = {
    "number-differs": "Het nummer in het aanslagnummer is een ander dan dat van de belastingplichtige.",
    "year-differs": "Het jaar in het aanslagnummer is een ander dan het belastingjaar.",
    "tax-differs": "De belasting staat op twee manieren in het bericht.",
    "kind-differs": "De soort aanslag staat op twee manieren in het bericht.",
    "name-differs": "De naam staat op twee manieren in het bericht.",
}


def warnings(record: Record) -> list[str]:
    return [WARNINGS.get(slug, slug) for slug in record.warnings]


def no_term(record: Record) -> str:
    """Why there is no last day to object; nothing where nothing is known of the record at all."""
    if record.kind == "voorlopig":
        return "Herziening mogelijk"
    return "Termijn onbekend" if record.kind else ""


# --- Who did what -----------------------------------------------------------------------------------------------------

DEEDS: Final = {
    "run.download": "{actor} downloadde het log.",
    "run.report": "{actor} opende het migratierapport.",
    "record.download": "{actor} downloadde het log van {record}.",
    "record.reveal": "{actor} bekeek het BSN/FI van {record}.",
    "client.former": "{actor} merkte de klant van {record} aan als voormalig.",
    "client.not_former": "{actor} nam terug dat de klant van {record} voormalig is.",
    "download.csv.alle": "{actor} downloadde alle records (CSV).",
    "download.csv.mislukt": "{actor} downloadde de mislukte records (CSV).",
    "download.xlsx.alle": "{actor} downloadde alle records (Excel).",
    "download.xlsx.mislukt": "{actor} downloadde de mislukte records (Excel).",
    "download.json": "{actor} downloadde de volledige migratie (JSON).",
    "download.files": "{actor} downloadde de mislukte bestanden (ZIP).",
    "download.support": "{actor} downloadde het supportpakket, zonder BSN/FI en namen.",
    "download.support.revealed": "{actor} downloadde het supportpakket, met BSN/FI en namen.",
}
"""What stands in the audit trail alone; what the log of the run tells too is told from there."""


def deed(event: AuditEvent) -> str:
    """What one line of the audit trail says: 'Anna de Vries bekeek het BSN/FI van record 137.'"""
    record = f"record {event.subject.rpartition('/')[2].lstrip('0')}"
    return DEEDS.get(event.action, event.action).format(actor=event.actor.name, record=record)
