"""What the pages say about what has a last day, in the words that its kind has for it (abilities.py: DeadlineWords)."""

from migration.kinds import deadlines
from migration.kinds.abilities import Deadlines, DeadlineWords
from migration.kinds.registry import ability_of, chosen_target
from migration.models import Record, Run
from migration.words.numbers import counted
from migration.words.things import new_ones, these, things, which


def words_of(run: Run) -> DeadlineWords | None:
    """None where its kind knows no deadlines: then there is nothing to say."""
    ability = ability_of(run, Deadlines)
    return ability.words if ability else None


def the_term(run: Run) -> str:
    words = words_of(run)
    return words.the if words else ""


def open_terms(run: Run) -> str:
    return f"Van {things(run, run.running_terms)} loopt {the_term(run)} nog"


def ended_terms(run: Run) -> str:
    """'Van 405 … is de … verlopen'; "" where there are none."""
    count = deadlines.ended(run)
    return f"Van {things(run, count)} is {the_term(run)} verlopen" if count else ""


def failing_terms(run: Run) -> str:
    """'Van 3 … die waarschijnlijk mislukken loopt de … ook nog'; later 'die zijn mislukt'."""
    one, who = run.failing_terms == 1, which(run, run.failing_terms)
    if run.is_forecast:
        ending = "waarschijnlijk mislukt" if one else "waarschijnlijk mislukken"
    else:
        ending = "is mislukt" if one else "zijn mislukt"
    also = " ook" if run.running_terms else ""
    return f"Van {things(run, run.failing_terms)} {who} {ending} loopt {the_term(run)}{also} nog"


def what_to_close(run: Run) -> str:
    """Which ones the guard is about: 'deze 38 …', or of a part of them 'de 30 nieuwe …'."""
    count = deadlines.to_close(run)
    if count == run.running_terms:
        return these(run, count)
    return new_ones(run, count)


def closing(run: Run) -> str:
    """What the chosen status would do to them; and that others keep the one they have."""
    words, target = words_of(run), chosen_target(run)
    if not words or not target:
        return ""
    count = deadlines.to_close(run)
    verb, rest = "staat" if count == 1 else "staan", run.running_terms - count
    told = f"Met de status '{target.label}' {verb} {what_to_close(run)} niet meer op {words.to_do_list}."
    keep = counted(rest, "ander staat al in een dossier en houdt zijn", "andere staan al in een dossier en houden hun")
    return f"{told} {keep} status." if rest else told


def open_status(run: Run) -> str:
    """The status that keeps it on the list."""
    ability = ability_of(run, Deadlines)
    return ability.open_target.label if ability else ""


def no_deadline(record: Record) -> str:
    """Why there is no last day; nothing where nothing is known of the record at all."""
    ability = ability_of(record.run, Deadlines)
    return ability.no_deadline(record.kind) if ability and record.kind else ""
