"""Runs and records in templates: their state and the sentences about them (migration/words.py)."""

from django import template

from migration import progress, statuses, words

register = template.Library()

register.filter("status", statuses.status_of)
register.filter("import_status", statuses.import_status_of)
register.filter("progress", progress.progress_of)
register.filter("phases", progress.phases_of)
register.filter("counted_records", words.records)
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
register.filter("goes_on", words.goes_on)
register.filter("title_of", words.title)
register.filter("what_happened", words.what_happened)
register.filter("warnings_of", words.warnings)
register.filter("no_term", words.no_term)
register.filter("happened", words.happened)
register.filter("level", words.level)
register.filter("bar_parts", words.parts)
register.filter("forecast_parts", words.forecast_parts)
