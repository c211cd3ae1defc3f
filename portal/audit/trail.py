"""Which lines of the audit trail the page shows: three filters and a place in it, all of them in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.http import urlencode

from portal.audit import words
from portal.lists.keyset import Window, window_of
from portal.lists.sheets import Column
from portal.models import AuditEvent, User
from portal.widgets import Select

PERIODS: Final = {"dag": ("Afgelopen 24 uur", 1), "week": ("Afgelopen 7 dagen", 7), "maand": ("Afgelopen 30 dagen", 30)}


class FilterForm(forms.Form):
    """'Wie', 'Wat', 'Periode'."""

    optional_is_plain = True

    wie = forms.ModelChoiceField(
        User.objects.none(), label="Wie", required=False, empty_label="Iedereen", widget=Select
    )
    wat = forms.ChoiceField(label="Wat", required=False, widget=Select)
    periode = forms.ChoiceField(label="Periode", required=False, widget=Select)

    def __init__(self, query: Mapping[str, Any], user: User) -> None:
        super().__init__(query)
        colleagues = User.objects.visible_to(user).order_by("name", "pk")
        self.fields["wie"].queryset = colleagues  # type: ignore[attr-defined]
        groups = [(group.slug, group.label) for group in words.groups()]
        periods = [(slug, label) for slug, (label, _) in PERIODS.items()]
        self.fields["wat"].choices = [("", "Alles"), *groups]  # type: ignore[attr-defined]
        self.fields["periode"].choices = [("", "Alle"), *periods]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Trail:
    """What the reader asked to see of it. A value that makes no sense filters nothing."""

    form: FilterForm
    user: User
    chosen: dict[str, Any]

    @classmethod
    def of(cls, query: Mapping[str, Any], user: User) -> "Trail":
        form = FilterForm(query, user)
        form.is_valid()
        return cls(form, user, {name: value for name, value in form.cleaned_data.items() if value})

    @property
    def events(self) -> QuerySet[AuditEvent]:
        found = AuditEvent.objects.visible_to(self.user).select_related("actor")
        if "wie" in self.chosen:
            found = found.filter(actor=self.chosen["wie"])
        if "wat" in self.chosen:
            found = found.filter(action__in=words.slugs_of(self.chosen["wat"]))
        if "periode" in self.chosen:
            found = found.filter(at__gte=timezone.now() - timedelta(days=PERIODS[self.chosen["periode"]][1]))
        return found

    def window(self, query: Mapping[str, str], size: int) -> Window[AuditEvent]:
        """One page of them, the newest first."""
        return window_of(self.events, "-pk", query, size)

    @property
    def query(self) -> str:
        return urlencode({name: getattr(value, "pk", value) for name, value in self.chosen.items()})


COLUMNS: Final[list[Column[AuditEvent]]] = [
    Column("Datum en tijd", lambda event: event.at),
    Column("Wie", lambda event: event.actor_name),
    Column("E-mailadres", lambda event: event.actor.email if event.actor else ""),
    Column("Wat", lambda event: words.words_of(event.action)),
    Column("Waaraan", lambda event: event.subject),
]
