"""No text that comes in holds what is not seen or turns the reading round, whatever door it comes through."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from allauth.core.context import request_context
from django import forms
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import models
from django.http import QueryDict
from django.test import Client as Browser
from django.test import RequestFactory

from migration.files.zip.names import clean
from migration.models import Run
from migration.pages import forms as of_migrations
from migration.road.intake import Order, receive
from portal.clients import forms as of_clients
from portal.lists.search_field import searched
from portal.models import Client, Invitation, Office, User
from portal.people import account_forms
from portal.people import forms as of_people
from portal.text.hidden import HIDDEN, hidden_in, on_one_line
from sba.reading.notice import read
from sba.samples import document
from tests.walls.addresses import do, taken_back
from tests.walls.pages import Form, Site
from tests.walls.world import World

MARKS: Final = [
    *"\x00\x07\x1b\x7f\x9f",
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\ud800\udfff\ufffd",
]
MAY_HOLD_ANYTHING: Final = (forms.JSONField,)
"""What a passkey answers is data, and read as such."""
ROOMS: Final = ("portal", "migration", "sba")
KEPT: Final = "Ja\u202enssen"


def name_of(mark: str) -> str:
    return f"U+{ord(mark):04X}"


# --- Every field of every form ----------------------------------------------------------------------------------------


def classes(base: type = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for one in base.__subclasses__():
        yield one
        yield from classes(one)


def ours() -> dict[str, type[forms.BaseForm]]:
    return {one.__name__: one for one in classes() if one.__module__.split(".")[0] in ROOMS}


def fields_of(form: type[forms.BaseForm], user: User) -> dict[str, forms.Field]:
    """As they are on the page, where allauth's are ours only once the form is made; else as they are declared."""
    if form.__module__ != account_forms.__name__:
        return form.base_fields
    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(), user
    made: Any = form
    with request_context(request):
        try:
            return dict(made(user=user).fields)
        except TypeError:
            return dict(made().fields)


def is_text(field: forms.Field) -> bool:
    is_password = isinstance(field.widget, forms.PasswordInput)  # kept as a digest alone
    return isinstance(field, forms.CharField) and not isinstance(field, MAY_HOLD_ANYTHING) and not is_password


def passes(form: type[forms.BaseForm], name: str, field: forms.Field, text: str) -> bool:
    """What comes out of it, by the field and by the model behind it, holds something hidden."""
    try:
        value = field.clean(text)
        if issubclass(form, forms.ModelForm):
            form._meta.model._meta.get_field(name).run_validators(value)
    except ValidationError:
        return False
    return bool(HIDDEN.search(value))


@pytest.mark.django_db
def test_no_field_of_any_form_takes_it(anna: User) -> None:
    taken, seen = set(), set()
    for label, form in ours().items():
        for name, field in fields_of(form, anna).items():
            if is_text(field):
                seen.add(f"{label}.{name}")
                texts = [text for mark in MARKS for text in (f"Ja{mark}n", f'"Ja{mark}n"@kantoor.nl')]
                taken |= {f"{label}.{name}" for text in texts if passes(form, name, field, text)}
    assert taken == set()
    assert {"InviteForm.name", "InviteForm.email", "SignInForm.login", "OptionsForm.remark", "NameForm.name"} <= seen


@pytest.mark.parametrize("mark", MARKS, ids=name_of)
def test_it_is_told_by_name_in_a_sentence(mark: str) -> None:
    form = of_people.NameForm({"name": f"Bram{mark}Jansen"})
    assert form.errors["name"] == [
        f"Hierin staat een teken dat u niet ziet of dat niet in een tekst hoort ({name_of(mark)})."
        " Typ de tekst opnieuw, zonder te plakken."
    ]


def test_lines_and_tabs_are_no_fault() -> None:
    assert on_one_line(" Bram\t de\r\nWit\xa0 ") == "Bram de Wit"
    remark = of_migrations.OptionsForm.base_fields["remark"]
    assert remark.clean("een\r\n\ttwee 👨‍👩‍👧 é") == "een\r\n\ttwee 👨‍👩‍👧 é"


# --- Every form of every page -----------------------------------------------------------------------------------------


def texts_of_the_database() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField):
                for value in model._base_manager.filter(**{f"{field.attname}__contains": KEPT}).values_list(
                    field.attname, flat=True
                ):
                    yield f"{model.__name__}.{field.name}", value


def typed_in(form: Form) -> dict[str, str]:
    return form.filled(**dict.fromkeys(form.free, KEPT))


@pytest.mark.django_db
def test_no_form_of_any_page_stores_it(site: Site, manager: Browser) -> None:
    typed = 0
    for form in sorted(site.forms, key=repr):
        if form.free and form.method == "post":
            with taken_back(manager):
                do(manager, "post", form.url, typed_in(form))
                assert list(texts_of_the_database()) == [], form.name
            typed += 1
    assert typed > 5


# --- The other doors --------------------------------------------------------------------------------------------------


def test_what_is_sought_is_looked_up_without_it() -> None:
    for mark in MARKS:
        query = QueryDict(mutable=True)
        query["q"] = f"Jan{mark}sen"
        assert searched(query) == "Jansen"
    assert of_clients.FindClientForm({"q": "Jan\u200fsen"}).fields["q"].clean("Jan\u200fsen") == "Jansen"


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (Client, "name"), (Client, "client_number"), (User, "name"), (User, "email"), (Office, "name"),
        (Invitation, "name"), (Invitation, "email"),
    ],
)  # fmt: skip
def test_a_model_takes_it_from_nobody(model: type[models.Model], name: str) -> None:
    """Commands too: who checks a row before it is saved hears of it."""
    for mark in MARKS:
        with pytest.raises(ValidationError):
            model._meta.get_field(name).run_validators(f"a{mark}b")


@pytest.mark.django_db
def test_a_command_makes_no_office_with_it() -> None:
    with pytest.raises(CommandError, match=r"U\+202E"):
        call_command("create_office", "nieuw", name="Nieuw\u202e", manager="dirk@nieuw.example")
    assert not Office.objects.filter(slug="nieuw").exists()


@pytest.mark.django_db
def test_the_name_of_a_file_is_stored_without_it(anna: User) -> None:
    for mark in MARKS:
        receive(ContentFile(b"x"), f"ex{mark}port.zip", name_of(mark), Order("sba", "te-beoordelen"), anna)
    assert set(Run.objects.visible_to(anna).values_list("file_name", flat=True)) == {"export.zip"}


def test_nor_do_the_names_in_a_zip_and_in_a_message_hold_it() -> None:
    """They are shown, never searched for a meaning: cleaned, where strictness would refuse a whole document."""
    for mark in MARKS:
        assert not hidden_in(clean(f"map/aan{mark}slag.xbrl").replace("\ufffd", "")), name_of(mark)
    for mark in re.findall(r"[\u061c-\u2069]", "".join(MARKS)):
        assert read(document(name=f"A.B. {mark}Voorbeeldstra")).name == "A.B. Voorbeeldstra"


@pytest.mark.django_db
def test_what_would_be_stored_is_found(world: World) -> None:
    Client.objects.filter(pk=Client.objects.first().pk).update(name=KEPT)
    assert [name for name, _ in texts_of_the_database()] == ["Client.name"]
