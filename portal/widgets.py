"""The fields of every form in the product: how they look, and how a form is rendered."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Label, hint, error, field: templates/portal/forms/field.html, for every form."""

    field_template_name = "portal/forms/field.html"


class TextInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "input", **(attrs or {})})


class Textarea(forms.Textarea):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "textarea", "rows": 3, **(attrs or {})})


class OneLine(forms.CharField):
    """Text that stands in lists and sentences: a line break, or what cannot be seen, would upset them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": TextInput({"autocomplete": "off"}), **kwargs})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return " ".join("".join(one if one.isprintable() else " " for one in text).split())


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
