"""Runs and records in templates: their state and the sentences about them (migration/words/)."""

from functools import partial

from django import template

from migration import problems
from migration.findings import cautions, questions, versions
from migration.kinds import deadlines
from migration.kinds.protocol import Place
from migration.kinds.registry import chosen_target
from migration.pages import facts
from migration.upkeep import health
from migration.words import deadlines as deadline_words
from migration.words import logs, numbers, progress, runs, statuses, things

register = template.Library()

register.simple_tag(health.processing_is_off)
register.simple_tag(lambda: problems.NO_ROOM, name="no_room")

register.filter("status", statuses.status_of)
register.filter("import_status", statuses.import_status_of)
register.filter("progress", progress.progress_of)
register.filter("announcements", progress.announcements_of)
register.filter("phases", progress.phases_of)
register.filter("counted_records", numbers.records)
register.filter("counted_others", numbers.others)
register.filter("megabytes", numbers.megabytes)
register.filter("duration", runs.duration)
register.filter("headline", runs.headline)
register.filter("summary", runs.summary)
register.filter("tally", runs.tally)
register.filter("equation", runs.equation)
register.filter("files_found", runs.files)
register.filter("forecast", runs.forecast)
register.filter("spread", runs.spread)
register.filter("bars", runs.bars)
register.filter("ended_aloud", runs.ended_aloud)
register.filter("silence", runs.silence)
register.filter("goes_on", runs.goes_on)
register.filter("bar_parts", runs.parts)
register.filter("forecast_parts", runs.forecast_parts)
register.filter("title_of", logs.title)
register.filter("what_happened", logs.what_happened)
register.filter("why_superseded", logs.why_superseded)
register.filter("comes_first", logs.comes_first)
register.filter("happened", logs.happened)
register.filter("level", logs.level)
register.filter("cautions", cautions.cautions_of)
register.filter("is_marked", cautions.is_marked)
register.filter("meaning_for", cautions.meaning_of)
register.filter("warned", cautions.warned_in)
register.filter("ended_in", cautions.ended_in)

# What its kind has words for.
register.filter("many", things.many)
register.filter("kind_label", things.label)
register.filter("accepts", things.accepts_of)
register.filter("things", things.things)
register.filter("these", things.these)
register.filter("all_of", things.all_of)
register.filter("chosen_target", chosen_target)
register.filter("question", questions.question_of)
register.filter("has_newer", questions.has_newer)
register.filter("is_undecided", versions.is_undecided)
register.filter("undecided", versions.count_things)
register.filter("deadline_words", deadline_words.words_of)
register.filter("open_terms", deadline_words.open_terms)
register.filter("ended_terms", deadline_words.ended_terms)
register.filter("failing_terms", deadline_words.failing_terms)
register.filter("terms_to_close", deadlines.to_close)
register.filter("what_to_close", deadline_words.what_to_close)
register.filter("closing", deadline_words.closing)
register.filter("open_status", deadline_words.open_status)
register.filter("doubled", questions.doubled)
register.filter("facts_in_list", partial(facts.facts_of, place=Place.TABLE))
register.filter("facts_in_log", partial(facts.facts_of, place=Place.LOG))
register.filter("facts_on_paper", partial(facts.facts_of, place=Place.PAPER))
register.filter("facts_of_deadline", partial(facts.facts_of, place=Place.DEADLINES))
register.filter("labels_on_paper", partial(facts.labels_at, place=Place.PAPER))
register.filter("labels_of_deadline", partial(facts.labels_at, place=Place.DEADLINES))
register.filter("facts_found", partial(facts.facts_under, place=Place.FOUND))
