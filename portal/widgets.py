"""The fields of every form in the product: how they look, and how a form is rendered."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.forms.renderers import TemplatesSetting

from portal.text.hidden import on_one_line, without_hidden
from portal.text.validators import shows_all, shows_all_in_lines


class Renderer(TemplatesSetting):
    """Label, hint, error, field: templates/portal/forms/field.html, for every form."""

    field_template_name = "portal/forms/field.html"


class TextInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "input", **(attrs or {})})


class Textarea(forms.Textarea):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "textarea", "rows": 3, **(attrs or {})})


class Text(forms.CharField):
    """Text that is kept: nothing in it is hidden. Every field of every form is this or a choice (a test walks them)."""

    shows_all = staticmethod(shows_all)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        others = [one for one in self.validators if not isinstance(one, ProhibitNullCharactersValidator)]
        self.validators = [*others, self.shows_all]  # it knows NUL too


class Lines(Text):
    """Text of several lines."""

    shows_all = staticmethod(shows_all_in_lines)
    widget = Textarea


class OneLine(Text):
    """Text that stands in lists and sentences: a line break would upset them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": TextInput({"autocomplete": "off"}), **kwargs})

    def to_python(self, value: Any) -> str:
        return on_one_line(super().to_python(value) or "")


class Sought(forms.CharField):
    """What is looked up, and not kept: what is hidden in it is left out."""

    def to_python(self, value: Any) -> str:
        return without_hidden(super().to_python(value) or "")


class Select(forms.Select):
    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": "select", **(attrs or {})}, choices)


class RadioCards(forms.RadioSelect):
    """A few large choices; `meanings` says of each value in one line what it does."""

    template_name = "portal/widgets/radio_cards.html"

    def __init__(self, meanings: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.meanings = meanings or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "meaning": self.meanings.get(str(value), "")}
