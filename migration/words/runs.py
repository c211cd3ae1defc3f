"""What the pages say about a run and its records: facts become Dutch sentences here, and nowhere else."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from migration import retention
from migration.models import Mail, Run
from migration.models.counters import UNKNOWN
from migration.words import statuses
from migration.words.numbers import counted, number, records
from migration.words.things import many
from portal.models import User


def duration(run: Run) -> str:
    """How long the check and the write took: '12 seconden', '4 minuten', '2 uur en 5 minuten'; "" where nobody counted.

    What waited for a worker, for the confirmation or for a fault to pass is no part of it.
    """
    seconds = round(run.worked_ms / 1000)
    if not run.worked_ms:
        return ""
    if seconds < 90:
        return counted(max(1, seconds), "seconde", "seconden")
    hours, minutes = divmod(round(seconds / 60), 60)
    in_minutes = counted(minutes, "minuut", "minuten")
    return f"{hours} uur en {in_minutes}" if hours else in_minutes


# --- A run that moves ------------------------------------------------------------------------------------------------


def goes_on(run: Run, reader: User) -> str:
    """That nobody has to wait; an e-mail is promised only to whoever will surely get one.

    Of a run that stands still nothing is promised here: the page says when that goes on.
    """
    if run.is_silent or run.waits_for_room:
        return "U kunt dit scherm sluiten."
    what = {Run.State.UNDOING: "Het terugdraaien", Run.State.RETRYING: "Het opnieuw proberen"}
    is_mailed = run.mails and reader.pk == run.started_by_id and reader.mail_when == User.MailWhen.ALWAYS
    mail = " en u krijgt een e-mail" if is_mailed else ""
    return f"U kunt dit scherm sluiten. {what.get(Run.State(run.state), 'De import')} gaat door{mail}."


def silence(run: Run) -> str:
    """What a run that does not move says; with the day, where that was not today."""
    moved_at = timezone.localtime(run.moved_at)
    since = f"{moved_at:%H:%M}" if moved_at.date() == timezone.localdate() else f"{moved_at:%d-%m-%Y %H:%M}"
    return (
        f"Sinds {since} is er geen voortgang. Uw gegevens zijn veilig: elk record is helemaal of niet geïmporteerd."
        " De import gaat vanzelf verder zodra de verwerking weer reageert."
    )


# --- A run that ended ------------------------------------------------------------------------------------------------


def headline(run: Run) -> str:
    """How it went, above a page that explains a fault of ours by itself."""
    return f"{subject_of_the_end(run)}." if run.gave_up else summary(run)


def summary(run: Run) -> str:
    """The one sentence that says how it went."""
    if run.state == Run.State.REFUSED and not run.gave_up:
        return "Fout bij migratie: het bestand is geweigerd. Er is niets geïmporteerd."
    if run.state == Run.State.UNDONE:
        return f"Migratie teruggedraaid: {undone(run)}."
    if run.problem:
        return f"Fout bij migratie: {run.problem.title.lower()}. {run.explanation}"
    return " ".join([f"{ending(run)}: {came_of(run, records(run.record_count))}.", *remarks(run)])


def ending(run: Run) -> str:
    if run.state == Run.State.STOPPED:
        return "Migratie gestopt"
    status = statuses.status_of(run)
    return "Migratie deels geslaagd" if status is statuses.PARTLY else status.label


def ended_aloud(run: Run) -> str:
    """The end, for whoever listens while the page changes; the page itself says it in full."""
    imported = f", {came_of(run, number(run.record_count))}" if run.record_count else ""
    return f"Klaar: {statuses.status_of(run).label}{imported}."


def came_of(run: Run, whole: str) -> str:
    """'400 van 412 geïmporteerd', '… , 5 al aanwezig', or where nothing was new '412 van 412 al aanwezig'."""
    if run.unchanged and not run.brought:
        return f"{number(run.unchanged)} van {whole} al aanwezig"
    also = f", {number(run.unchanged)} al aanwezig" if run.unchanged else ""
    return f"{number(run.brought)} van {whole} geïmporteerd{also}"


def remarks(run: Run) -> list[str]:
    """What asks for attention, the most urgent first."""
    found = []
    if run.needs_action:
        found.append(f"{records(run.needs_action)} {'vraagt' if run.needs_action == 1 else 'vragen'} actie.")
    elif quiet := run.failed - run.superseded:
        found.append(f"{records(quiet)} {'is' if quiet == 1 else 'zijn'} mislukt, zoals verwacht.")
    if run.superseded:
        are = "is" if run.superseded == 1 else "zijn"
        found.append(f"{records(run.superseded)} {are} achterhaald door een andere migratie.")
    if run.unprocessed:
        found.append(f"{records(run.unprocessed)} {'is' if run.unprocessed == 1 else 'zijn'} niet verwerkt.")
    return found


def undone(run: Run) -> str:
    """'378 verwijderd, 19 teruggezet, 3 blijven staan omdat iemand of een latere migratie ze heeft gewijzigd'."""
    changed = "omdat iemand of een latere migratie"
    kept = counted(run.undo_kept, f"blijft staan {changed} het", f"blijven staan {changed} ze")
    told = [f"{number(run.undo_removed)} verwijderd", f"{number(run.undo_restored)} teruggezet naar de vorige versie"]
    return ", ".join([*told, *([f"{kept} heeft gewijzigd"] if run.undo_kept else [])])


def equation(run: Run) -> list[str]:
    """What came in = what it is about + the rest; that = what is new + … + what failed; and what is lost: nothing."""
    found = f"{number(run.record_count)} {many(run)}"
    others = f"{number(run.others)} overgeslagen"
    usual = {"nieuw": run.new, "overschreven": run.overwritten, "ongewijzigd": run.unchanged, "mislukt": run.failed}
    rare = {"niet verwerkt": run.unprocessed, "teruggedraaid": run.undone}
    outcomes = usual | {word: count for word, count in rare.items() if count}
    addends = " + ".join(f"{number(count)} {word}" for word, count in outcomes.items())
    files = counted(run.members or 0, "bestand", "bestanden")
    return [
        f"{files} = {found} + {others}",
        f"{found} = {addends}",
        "0 kwijt" if run.sums_up else "De telling klopt niet",
    ]


def tally(run: Run) -> str:
    """The numbers behind a bar, as text: '380 nieuw, 20 overschreven, 5 ongewijzigd, 7 mislukt'."""
    words = {
        "nieuw": run.new,
        "overschreven": run.overwritten,
        "ongewijzigd": run.unchanged,
        "mislukt": run.failures,
        "waarschijnlijk mislukt": run.failed - run.failures,
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
        "failed": run.open_actions,
        "expected": run.failed - run.open_actions,
        "undone": run.undone,
        "todo": run.to_do,
    }


def subject(mail: Mail) -> str:
    """Of the e-mail: 'Migratie klaar: 405 van 412 geïmporteerd, 2 vragen actie'."""
    if mail.about == Mail.About.SILENT:
        return f"Geen antwoord van {settings.PRODUCT}: migratie {mail.run.reference}"
    if mail.about == Mail.About.ASKS:
        return f"Wacht op uw keuze: migratie {mail.run.reference}"
    return subject_of_the_end(mail.run)


def subject_of_the_end(run: Run) -> str:
    if run.state == Run.State.REFUSED and not run.gave_up:
        return "Fout bij migratie: het bestand is geweigerd"
    if run.state == Run.State.UNDONE:
        return f"Migratie teruggedraaid: {undone(run)}"
    if run.problem:
        return f"Fout bij migratie: {run.problem.title.lower()}"
    how = "gestopt" if run.state == Run.State.STOPPED else "klaar"
    imported = f"Migratie {how}: {came_of(run, number(run.record_count))}"
    asking = f"{number(run.needs_action)} {'vraagt' if run.needs_action == 1 else 'vragen'} actie"
    return f"{imported}, {asking}" if run.needs_action else imported


# --- What is not kept any more ----------------------------------------------------------------------------------------


def no_such_run(run: Run | None = None) -> str:
    """For a run that is not there, or one whose log is past its term; the day tells whether that can be why."""
    gone = "Deze migratie bestaat niet (meer)."
    if run and run.records_kept_until:
        return f"{gone} Logs worden bewaard tot {short_day(run.records_kept_until)}."
    months = settings.LOGS_KEPT_MONTHS
    since = retention.months_after(timezone.now(), -months)
    return f"{gone} Logs worden {months} maanden bewaard: van migraties vóór {short_day(since)} zijn ze er niet meer."


def short_day(moment: datetime) -> str:
    return str(date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT"))


# --- The check -------------------------------------------------------------------------------------------------------


def files(run: Run) -> str:
    """'414 bestanden, waarvan 412 … en 2 overige bestanden (worden overgeslagen)'."""
    members = counted(run.members or 0, "bestand", "bestanden")
    if not run.others:
        return f"{members}, allemaal {many(run)}"
    others = counted(run.others, "overig bestand (wordt", "overige bestanden (worden")
    return f"{members}, waarvan {number(run.record_count)} {many(run)} en {others} overgeslagen)"


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
        "expected": run.failed,  # grey: nothing has failed yet
    }


def spread(run: Run, name: str) -> str:
    """'IB 302, VPB 88, OB 22', the largest first; or by year, in order: '2022: 302, 2023: 88'."""
    between = ": " if name == "year" else " "
    return ", ".join(f"{value}{between}{number(count)}" for value, count in in_order(run, name))


def in_order(run: Run, name: str) -> list[tuple[str, int]]:
    """Taxes by size, years by themselves; what could not be read comes last."""
    counts: dict[str, int] = run.breakdown.get(name, {})
    known = [(value, count) for value, count in counts.items() if value != UNKNOWN]
    known.sort(key=None if name == "year" else lambda item: -item[1])
    unread = counts.get(UNKNOWN, 0)
    return [*known, *([("onbekend", unread)] if unread else [])]


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
