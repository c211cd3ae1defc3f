"""Runs and records in templates: their state and the sentences about them (migration/words.py)."""

from django import template

from migration import cautions, health, log_words, progress, statuses, words

register = template.Library()

register.simple_tag(health.processing_is_off)

register.filter("status", statuses.status_of)
register.filter("import_status", statuses.import_status_of)
register.filter("progress", progress.progress_of)
register.filter("announcements", progress.announcements_of)
register.filter("phases", progress.phases_of)
register.filter("counted_records", words.records)
register.filter("counted_others", words.others)
register.filter("megabytes", words.megabytes)
register.filter("duration", words.duration)
register.filter("summary", words.summary)
register.filter("tally", words.tally)
register.filter("equation", words.equation)
register.filter("files_found", words.files)
register.filter("forecast", words.forecast)
register.filter("open_terms", words.open_terms)
register.filter("spread", words.spread)
register.filter("bars", words.bars)
register.filter("ended_aloud", words.ended_aloud)
register.filter("silence", words.silence)
register.filter("no_room", words.no_room)
register.filter("goes_on", words.goes_on)
register.filter("title_of", log_words.title)
register.filter("what_happened", log_words.what_happened)
register.filter("cautions", cautions.cautions_of)
register.filter("is_marked", cautions.is_marked)
register.filter("meaning_for", cautions.meaning_of)
register.filter("warned", cautions.warned_in)
register.filter("no_term", log_words.no_term)
register.filter("retrying", words.retrying)
register.filter("happened", log_words.happened)
register.filter("level", log_words.level)
register.filter("bar_parts", words.parts)
register.filter("forecast_parts", words.forecast_parts)
