"""What the templates of every app share: icons, badges, bars, and the mask over a BSN."""

from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Any, Final

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.masking import mask, mask_within

register = template.Library()

STATE_ICONS: Final = {"good": "check", "attention": "alert", "stop": "stop", "busy": "busy", "info": "info"}
TONES: Final = {"success": "good", "warning": "attention", "error": "stop", "info": "info", "debug": "info"}

register.filter("masked", mask)
register.filter("masked_within", mask_within)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of static/img/icons.svg; the words beside it say what it means."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true"><use href="{}#{}"/></svg>', name, static("img/icons.svg"), name
    )


@register.filter
def state_icon(state: str) -> SafeString:
    return icon(STATE_ICONS.get(state, "dash"))


@register.inclusion_tag("portal/badge.html")
def badge(state: str, word: str) -> dict[str, str]:
    """A state as icon and word: {% badge "good" "Nieuw" %}. States: good, attention, stop, busy, quiet."""
    return {"state": state, "word": word}


@register.filter
def tone(level: str) -> str:
    """The level of a message → the state whose colour and icon it gets."""
    return TONES.get(level, "info")


@register.inclusion_tag("portal/stacked_bar.html")
def stacked_bar(text: str, parts: Mapping[str, int], wide: bool = False) -> dict[str, Any]:
    """The parts of a whole as one bar; `text` says the same in words. The parts' names are styled in runs.css."""
    whole = sum(parts.values()) or 1
    edges = [1000 * edge // whole for edge in accumulate(parts.values(), initial=0)]
    slices = [
        {"name": name, "start": start, "width": end - start}
        for name, (start, end) in zip(parts, pairwise(edges), strict=True)
        if end > start
    ]
    return {"text": text, "parts": slices, "wide": wide}


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
