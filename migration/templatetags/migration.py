"""Runs and records in templates: their state and the sentences about them (migration/words.py)."""

from django import template

from migration import problems
from migration.findings import cautions
from migration.findings.causes import Cause
from migration.upkeep import health
from migration.words import logs, progress, runs, statuses

register = template.Library()

register.simple_tag(health.processing_is_off)
register.simple_tag(lambda: problems.NO_ROOM, name="no_room")

register.filter("status", statuses.status_of)
register.filter("import_status", statuses.import_status_of)
register.filter("progress", progress.progress_of)
register.filter("announcements", progress.announcements_of)
register.filter("phases", progress.phases_of)
register.filter("counted_records", runs.records)
register.filter("counted_others", runs.others)
register.filter("megabytes", runs.megabytes)
register.filter("duration", runs.duration)
register.filter("summary", runs.summary)
register.filter("tally", runs.tally)
register.filter("equation", runs.equation)
register.filter("files_found", runs.files)
register.filter("forecast", runs.forecast)
register.filter("open_terms", runs.open_terms)
register.filter("failing_terms", runs.failing_terms)
register.filter("to_close", runs.to_close)
register.filter("closing", runs.closing)
register.filter("spread", runs.spread)
register.filter("bars", runs.bars)
register.filter("ended_aloud", runs.ended_aloud)
register.filter("silence", runs.silence)
register.filter("goes_on", runs.goes_on)
register.filter("title_of", logs.title)
register.filter("what_happened", logs.what_happened)
register.filter("comes_first", logs.comes_first)
register.filter("cautions", cautions.cautions_of)
register.filter("is_marked", cautions.is_marked)
register.filter("meaning_for", cautions.meaning_of)
register.filter("warned", cautions.warned_in)
register.filter("no_term", logs.no_term)
register.filter("happened", logs.happened)
register.filter("level", logs.level)
register.filter("bar_parts", runs.parts)
register.filter("forecast_parts", runs.forecast_parts)


@register.filter
def retrying(cause: Cause) -> str:
    """Nothing where there is nothing to retry."""
    return runs.retrying(cause.problem, cause.open, cause.helped) if cause.problem and cause.open else ""
