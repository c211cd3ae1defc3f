"""What the templates of every app share: icons, badges, bars, and the mask over a BSN."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.audit.words import words_of
from portal.masking import mask, mask_within
from portal.people import sessions
from portal.people.account import life_of_a_link

register = template.Library()

STATE_ICONS: Final = {"good": "check", "attention": "alert", "stop": "stop", "busy": "busy", "info": "info"}
TONES: Final = {"success": "good", "warning": "attention", "error": "stop", "info": "info", "debug": "info"}

register.filter("masked", mask)
register.filter("masked_within", mask_within)
register.simple_tag(life_of_a_link)
register.simple_tag(sessions.warned_before, name="warned_before")
register.filter("session_left", sessions.left_for)


@register.simple_tag
@lru_cache  # a page of fifty rows has a hundred
def icon(name: str) -> SafeString:
    """An icon of static/img/icons.svg; the words beside it say what it means."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true"><use href="{}#{}"/></svg>', name, static("img/icons.svg"), name
    )


@register.filter
def state_icon(state: str) -> SafeString:
    return icon(STATE_ICONS.get(state, "dash"))


@register.simple_tag
@lru_cache
def badge(state: str, word: str) -> SafeString:
    """A state as icon and word: {% badge "good" "Nieuw" %}. States: good, attention, stop, busy, quiet."""
    return render_to_string("portal/badge.html", {"state": state, "word": word})


@register.filter
def tone(level: str) -> str:
    """The level of a message → the state whose colour and icon it gets."""
    return TONES.get(level, "info")


BAR: Final = (
    '<svg class="stacked-bar{}" viewBox="0 0 1000 4" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
)
SLICE: Final = '<rect data-part="{}" x="{}" width="{}" height="4"/>'


@register.simple_tag
def stacked_bar(text: str, parts: Mapping[str, int], wide: bool = False) -> SafeString:
    """The parts of a whole as one bar; `text` says the same in words. The parts' names are styled in runs.css."""
    whole = sum(parts.values()) or 1
    edges = [1000 * edge // whole for edge in accumulate(parts.values(), initial=0)]
    slices = [
        (name, start, end - start) for name, (start, end) in zip(parts, pairwise(edges), strict=True) if end > start
    ]
    return format_html(BAR, " stacked-bar-wide" if wide else "", text, format_html_join("", SLICE, slices))


@register.filter
def day(value: date) -> str:
    """A date as SHORT_DATE_FORMAT has it (21-08-2026), at a fifth of what |date costs: for tables."""
    return f"{value.day:02}-{value.month:02}-{value.year}"


@register.filter
def input_id(field: BoundField) -> str:
    """Where a link in the error summary leads: the field, or the first choice of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def first_input(form: BaseForm) -> str:
    return next((input_id(field) for field in form.visible_fields()), "main")


@register.filter
def startswith(text: str, start: str) -> bool:
    return text.startswith(start)


@register.filter
def in_fours(code: str) -> str:
    """A long code as people read and type it: 'ABCD EFGH'."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@register.filter
def as_json(value: object) -> str:
    """For a data- attribute that a script reads."""
    return json.dumps(value, cls=DjangoJSONEncoder)


register.filter("audit_words", words_of)
