"""With thousands of records in a migration, or of clients in an office, what a form sends is still a number."""

import re

import pytest
from django.db.models import F
from django.test import Client as Browser
from django.urls import reverse
from lxml import html

from migration.models import Record, Run
from migration.road import pipeline
from portal.models import Client, Office
from sba.samples import SOMEONE, document
from tests.factories import ClientFactory
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db

FIRST = 5001


def far_on(run: Run) -> Run:
    """The same records, as if thousands stood before them."""
    Record.objects.filter(run=run).update(position=F("position") + FIRST - 1)
    return run


def sent(browser: Browser, run: Run, name: str, position: int) -> dict[str, str]:
    """The last form of a page as a browser would send it, with its first choices made."""
    page = html.document_fromstring(browser.get(url_of(run, name, position)).content)
    form = page.xpath("//main//form[.//input[@type='radio' or @name='record']]")[-1]
    fields: dict[str, str] = {}
    for element in form.iter("input"):
        fields.setdefault(element.get("name"), element.get("value", ""))
    assert not [value for value in fields.values() if re.fullmatch(r"\d+\.\d{3}", value)]
    return fields


def url_of(run: Run, name: str, position: int) -> str:
    if name == "ignore":
        return reverse("migration:ignore", args=[run.pk]) + f"?record={position}"
    return reverse(f"migration:{name}", args=[run.pk, position])


def press(browser: Browser, run: Run, name: str, position: int, **more: str) -> None:
    url = url_of(run, name, position)
    assert browser.post(url, sent(browser, run, name, position) | more).status_code == 302
    pipeline.move(run.pk)


def test_one_record_far_on_can_be_ignored(browser: Browser, partly: Run) -> None:
    broken = far_on(partly).records.get(problem_code="SBA-301")
    press(browser, partly, "ignore", broken.position, reason="Niet nodig")
    assert list(partly.records.filter(ignored=True)) == [broken]


def test_a_dossier_with_a_large_number_can_be_chosen(browser: Browser, imported: Import, office: Office) -> None:
    for pk in (2599, 2600):
        ClientFactory(pk=pk, office=office, tax_id=SOMEONE, name=f"Testema {pk}")
    run = far_on(imported([document()]))
    press(browser, run, "choose_dossier", FIRST)
    assert run.records.get().client_id in (2599, 2600)


def test_a_version_far_on_can_be_chosen(browser: Browser, imported: Import, client_of_ours: Client) -> None:
    run = far_on(imported({"a.xbrl": document(amount=100), "b.xbrl": document(amount=200)}))
    press(browser, run, "choose_version", FIRST)
    assert run.records.filter(failed=False).count() == 1
