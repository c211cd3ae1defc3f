"""A text as people see it: with every number in it masked. What is searched by a part of it is searched as it is seen.

Else whoever sees the end of a BSN/FI asks for the rest, digit by digit or group by group.
"""

from typing import Any, Final

from django.db import models
from django.db.models import Case, F, Q, When

from portal.masking import mask_within

LENGTH: Final = 300
"""Of a text of 255: where eight digits are masked it becomes one longer."""


def shown(text: str) -> str:
    """The text as people see it; empty where that is the text itself, which costs nearly no room."""
    masked = mask_within(text)
    return "" if masked == text else masked


class Shown(models.CharField):  # type: ignore[type-arg]
    """`shown_name` beside `name`. Filled in whenever a row is saved; who writes many at once does so by `shown`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"max_length": LENGTH, "editable": False, "blank": True, "default": "", "db_default": "", **options}
        )

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = shown(getattr(model_instance, self.attname.removeprefix("shown_")))
        setattr(model_instance, self.attname, value)
        return value


def seen_in(field: str, sought: str) -> Q:
    """Rows in which people see this somewhere in the text of this field."""
    return Q(**{f"shown_{field}": "", f"{field}__icontains": sought}) | Q(**{f"shown_{field}__icontains": sought})


def as_seen(field: str) -> Case:
    """The text that people see, to put rows in order by: the place of a row tells no digit that it hides."""
    return Case(
        When(**{f"shown_{field}": ""}, then=F(field)), default=F(f"shown_{field}"), output_field=models.CharField()
    )
