"""What the log of a record and the history of a run say: events become Dutch sentences here, and nowhere else."""

from collections.abc import Sequence
from typing import Final

from django.utils.text import capfirst

from migration.audit_actions import MigrationAction
from migration.kinds.abilities import Doubts
from migration.kinds.registry import ability_of, kind_of
from migration.models import LogLine, Outcome, Record, Run
from migration.words import statuses, things
from migration.words.numbers import number, records
from portal.masking import mask_within
from portal.models import AuditEvent

EVENTS: Final = {
    "received": "Migratiebestand geüpload door {actor}.",
    "check_began": "Controle gestart.",
    "check_resumed": "Controle hervat na bestand {cursor}.",
    "checked": "Controle klaar: {found} records gevonden, waarschijnlijk {failed} mislukt.",
    "confirmed": "Import bevestigd door {actor}.",
    "write_began": "Import gestart.",
    "stopped": "Import gestopt door {actor}.",
    "refused": "Bestand geweigerd, met foutcode {code}.",
    "gave_up": "Gestopt door een fout van ons, met foutcode {code}. Kenmerk: {reference}.",
    "finished": "Import klaar: {imported} geïmporteerd, {failed} mislukt.",
    "finished_present": "Import klaar: {imported} geïmporteerd, {present} al aanwezig, {failed} mislukt.",
    "resumed": "Import hervat door {actor}.",
    "retry_began": "Opnieuw proberen gestart door {actor}, voor {count} mislukte records.",
    "retried": "Opnieuw proberen klaar: {failed} records zijn nog mislukt.",
    "attempt": "Poging {attempt}: was {before}, nu {after}.",
    "last_chosen": "{actor} koos {count} keer de laatste versie in het bestand.",
    "repeated": "Herhaald door {actor}, met het bestand van {reference}.",
    "ignored": "{actor} negeerde {records} ({codes}): {reason}",
    "heeded": "{actor} nam het negeren van {records} ({codes}) terug.",
    "undo_began": "Terugdraaien gestart door {actor}.",
    "undone": "Teruggedraaid: {removed} verwijderd, {restored} teruggezet, {kept} blijven staan.",
    "undo_failed": "Terugdraaien is niet gelukt. Kenmerk: {reference}.",
    "undo_fatal": "Terugdraaien is niet gelukt: de verwerking stopte er een paar keer op. De import blijft staan.",
    "undo_overwritten": "Bij het terugdraaien blijven staan: {overwriter} heeft dit record daarna overschreven.",
    "undo_restatused": "Bij het terugdraaien blijven staan: {overwriter} heeft de status daarna gewijzigd.",
    "undo_changed": "Bij het terugdraaien blijven staan: iemand van uw kantoor heeft de status daarna gewijzigd.",
    "undo_gone": "Er was niets terug te draaien: dit record staat niet meer in het dossier.",
    "undone_late": "Alsnog teruggedraaid, samen met migratie {by}.",
    "renamed": "{actor} gaf deze migratie de naam '{name}'.",
    "unnamed": "{actor} haalde de naam '{name}' van deze migratie weg.",
    "mail_failed": "De e-mail over deze migratie kon niet worden verzonden.",
}
ALONE: Final = {
    "checked": ("found", "Controle klaar: 1 record gevonden, waarschijnlijk {failed} mislukt."),
    "retry_began": ("count", "Opnieuw proberen gestart door {actor}, voor 1 mislukt record."),
    "retried": ("failed", "Opnieuw proberen klaar: 1 record is nog mislukt."),
    "undone": ("kept", "Teruggedraaid: {removed} verwijderd, {restored} teruggezet, 1 blijft staan."),
}
"""The same where the number that decides, named first, is one."""
FAULTS: Final = ("refused", "gave_up", "undo_failed", "undo_fatal", "mail_failed")


def happened(line: LogLine) -> str:
    """What one line of the log says; an event of a later version reads as its bare name."""
    facts = {name: number(int(fact)) if is_count(fact) else mask_within(fact) for name, fact in line.facts.items()}
    facts["records"] = which(line)
    facts["overwriter"] = f"migratie {facts['by']}" if "by" in facts else "een latere migratie"
    facts["after"] = facts.get("code") or Outcome(facts["outcome"]).label.lower() if "outcome" in facts else ""
    return sentence_of(line).format_map(OrUnknown(facts))


def sentence_of(line: LogLine) -> str:
    decides, alone = ALONE.get(line.event, ("", ""))
    if decides and line.facts.get(decides) == "1":
        return alone
    was_present = line.event == "finished" and line.facts.get("present", "0") != "0"
    return EVENTS.get("finished_present" if was_present else line.event, line.event)


def which(line: LogLine) -> str:
    """'record 137', or '5 records'."""
    return f"record {line.position}" if line.position else records(int(line.facts.get("count", 0)))


def is_count(fact: str) -> bool:
    """Nine digits are a BSN rather than a count, and are masked."""
    return fact.isdecimal() and len(fact) < 8


class OrUnknown(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "onbekend"


def level(line: LogLine) -> str:
    return "fout" if line.event in FAULTS else "melding"


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
    this, status = things.this(record.run), statuses.status_label(record)
    facts = {"this": this, "This": capfirst(this), "status": f", met de status '{status}'" if status else ""}
    told = OUTCOMES[outcome].format_map(facts)
    return f"{told} {KEPT}" if record.run.state == Run.State.UNDONE and record.changed_something else told


OUTCOMES: Final = {
    Outcome.NEW: "{This} stond nog niet in het dossier, en is toegevoegd{status}.",
    Outcome.OVERWRITTEN: "{This} stond al in het dossier, met een andere inhoud. Die is overschreven.",
    Outcome.UNCHANGED: "{This} stond al in het dossier, met dezelfde inhoud. Er is niets overschreven.",
    Outcome.UNPROCESSED: "{This} is niet verwerkt: de import is gestopt voordat dit record aan de beurt was.",
    Outcome.UNDONE: "De import van {this} is teruggedraaid.",
    Outcome.OTHER: "Dit bestand hoort niet bij deze import. Het is overgeslagen.",
}


KEPT: Final = "Bij het terugdraaien is het blijven staan; bij 'Verloop' leest u waarom."


def steps(record: Record, is_only_noted: bool = False) -> Sequence[str]:
    """What can be done, step by step; who is a former client by a note alone is none again by taking that back."""
    if record.run.state == Run.State.UNDONE:
        return ("Deze migratie is teruggedraaid. U hoeft niets te doen.",)
    if record.is_superseded:
        return ("U hoeft niets te doen: dit record is achterhaald.",)
    return NOTED_FORMER if is_only_noted else record.problem.remedy if record.problem else ()


def why_superseded(record: Record, superseding: Record | None) -> str:
    """What that means, by the record of the other run; None where that is not kept."""
    if superseding is None:
        return "Wat hier is mislukt, kwam daarin opnieuw voor; de records van die migratie zijn niet meer bewaard."
    if superseding.failed:
        return "Daarin is het opnieuw mislukt: alleen daar wordt u nog om een oplossing gevraagd."
    return "Wat hier is mislukt, staat door die migratie in een dossier."


NOTED_FORMER: Final = (
    "U hoeft niets te doen.",
    "Is dit toch een klant? Kies 'Toch geen voormalige klant'; de records worden dan opnieuw geprobeerd.",
)


def comes_first(record: Record) -> str:
    """What must happen before those steps can be taken; nothing where they can be now, or need nothing of the run."""
    run = record.run
    if run.state in (Run.State.FINISHED, Run.State.UNDONE) or not is_mended_here(record):
        return ""
    if run.can_be_resumed:
        return (
            "Importeer eerst de rest van het bestand: kies 'Rest alsnog importeren' bij de migratie."
            " Daarna kunt u deze stappen zetten."
        )
    if run.state == Run.State.STOPPED:
        gone = capfirst(f"{things.accepts_of(run).the_file} is niet meer bewaard.")
        return f"{gone} Upload het opnieuw: in die migratie kunt u deze stappen zetten."
    return "U kunt deze stappen zetten zodra de import klaar is."


def is_mended_here(record: Record) -> bool:
    """Whether an act of the user lets this run try the record again."""
    problem, doubts = record.problem, ability_of(record.run, Doubts)
    is_former = record.expected and not (doubts and problem is doubts.outvoted)
    is_twice = problem is kind_of(record.run).problems.twice
    return problem is not None and (problem.retry_helps or is_twice or is_former)


# --- Who did what -----------------------------------------------------------------------------------------------------

DEEDS: Final = {action.slug: action.deed for action in MigrationAction if action.deed}
"""What stands in the audit trail alone; what the log of the run tells too is told from there."""


def deed(event: AuditEvent) -> str:
    """What one line of the audit trail says: 'Anna de Vries bekeek het BSN/FI van record 137.'"""
    record = f"record {event.subject.partition(':')[0].rpartition('/')[2].lstrip('0')}"
    return DEEDS.get(event.action, event.action).format(actor=event.actor_name, record=record)
