"""A search by a part of a text finds what people see of it: not the number that is masked there, in no way it is cut.

Nor does the order of a list tell it.
"""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.models import Alias, Record, Run
from migration.models.records import NAMELESS, nameless
from portal.models import Client, Office, User
from portal.models.shown import seen_in
from sba.samples import document
from tests.factories import ClientFactory, invented_tax_id
from tests.sba.conftest import Import

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_tries")]

HIDDEN = invented_tax_id(7_100)
SEEN = HIDDEN[-4:]
WRITTEN = {
    "plain": HIDDEN,
    "printed": f"{HIDDEN[:4]}.{HIDDEN[4:6]}.{HIDDEN[6:]}",
    "in threes": f"{HIDDEN[:3]} {HIDDEN[3:6]} {HIDDEN[6:]}",
    "in two": f"{HIDDEN[:4]}_{HIDDEN[4:]}",
    "behind a year": f"2021{HIDDEN}",
}


def parts(written: str) -> list[str]:
    """Every beginning and every end of it, and what is between two marks; but for what people see."""
    ends = {written[:at] for at in range(1, len(written))} | {written[at:] for at in range(1, len(written))}
    groups = set(written.replace("_", ".").replace(" ", ".").split("."))
    shown = {SEEN[at:until] for at in range(4) for until in range(at + 1, 5)}
    return sorted(part for part in (ends | groups) - {written} if part.strip(" ._") not in shown | {""})


@pytest.fixture(params=WRITTEN.values(), ids=WRITTEN)
def written(request: Any) -> str:
    return str(request.param)


@pytest.fixture
def browser(sign_in: Callable[[User], Browser], bram: User) -> Browser:
    return sign_in(bram)


@pytest.fixture
def run(imported: Import, office: Office, written: str) -> Run:
    """A number in every text that people see: names of a file and a record, of a client, and in a document."""
    ClientFactory(office=office, name=f"Wolkenkamp {written}")
    run = imported({f"Bericht {written}.xbrl": document(tax_id=invented_tax_id(7_101), name=f"Bloemink {written}")})
    run.file_name = f"Aanlevering {written}.zip"
    run.save()
    return run


def test_no_part_of_a_hidden_number_is_found_in_any_text(run: Run, bram: User, written: str) -> None:
    for part in parts(written):
        for text in (part, f"Aanlevering {part}", f"{part}.zip", f"Bericht {part}", f"Wolkenkamp {part}"):
            assert not Run.objects.visible_to(bram).called(text), text
            assert not Client.objects.visible_to(bram).named(text), text
            assert not Alias.objects.visible_to(bram).named(text), text
            assert not Record.objects.filter(run=run).filter(seen_in("name", text)), text


def test_what_people_see_is_found(browser: Browser, run: Run) -> None:
    for text in (SEEN, f"•••••{SEEN}"):
        page = unescape(browser.post(reverse("migration:find"), {"q": text}, follow=True).content.decode())
        for name in (f"Aanlevering •••••{SEEN}.zip", f"Bloemink •••••{SEEN}"):
            assert name in page
        page = unescape(browser.get(run.get_absolute_url(), {"zoek": text}).content.decode())
        assert f"Bloemink •••••{SEEN}" in page
        assert f"Wolkenkamp •••••{SEEN}" in browser.get(reverse("clients"), {"q": text}).content.decode()


def test_the_whole_name_of_a_file_is_a_question_and_half_of_it_is_none(browser: Browser, run: Run) -> None:
    find, here = reverse("migration:find"), reverse("migration:find_in_run", args=[run.pk])
    name = run.records.get().name
    assert browser.post(find, {"q": run.file_name}).context["found"].runs == [run]
    assert browser.post(here, {"q": name})["Location"] == f"{run.get_absolute_url()}?klant=1#records"
    for part in (run.file_name[:-1], f"x{run.file_name}"):
        assert not browser.post(find, {"q": part}).context["found"]
    assert browser.post(here, {"q": name[:-1]})["Location"] == f"{run.get_absolute_url()}?#records"


# --- Order ------------------------------------------------------------------------------------------------------------


def ending_alike(first: str) -> str:
    """A number that begins so, and ends as all of these do."""
    return f"{first}00006782"


def test_runs_stand_in_the_order_of_the_names_that_people_see(browser: Browser, imported: Import) -> None:
    """Else whoever uploads a file learns which hidden number comes before its own."""
    for first in "3124":
        run = imported([document()])
        run.file_name = f"export {ending_alike(first)}.zip"
        run.save()
    page = browser.get(reverse("migration:overview"), {"sort": "file_name"})
    assert [row.record.pk for row in page.context["table"].page.object_list] == sorted(
        Run.objects.values_list("pk", flat=True)
    )


def test_clients_stand_in_the_order_of_the_names_that_people_see(office: Office) -> None:
    made = [ClientFactory(office=office, name=f"Klant {ending_alike(first)}") for first in "3124"]
    assert list(office.clients.by_surname()) == made  # type: ignore[attr-defined]


def test_whom_nobody_names_stands_by_the_digits_that_people_see(imported: Import) -> None:
    numbers = sorted((invented_tax_id(n) for n in range(7_200, 7_206)), key=lambda number: number[-4:])
    run = imported([document(tax_id=number, name="") for number in sorted(numbers)])
    assert list(run.records.order_by("who", "tax_id").values_list("tax_id", flat=True)) == numbers
    assert nameless("") == NAMELESS < nameless("123456782")
