"""How heavy the pages are on the wire, with the answers of the real server; and documents in the database."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.test import Client as Browser
from django.urls import reverse

from migration.models import Document, Record, Run
from migration.road.intake import Order, receive_path
from portal.models import User
from sba.samples import document
from tests.migration.conftest import SignIn
from tests.sba.conftest import Files, moved

pytestmark = pytest.mark.django_db
KB = 1000
REFERRED = re.compile(r'(?:href|src)="(/static/[^"#]+)')
IN_CSS = re.compile(r"""url\(["']?([^"')#]+)""")


@pytest.fixture
def browser(sign_in: SignIn, anna: User) -> Browser:
    browser = sign_in(anna)
    browser.defaults["HTTP_ACCEPT_ENCODING"] = "gzip, deflate, br"
    return browser


@pytest.fixture
def full(partly: Run) -> Run:
    """An overview of fifty runs, and a run of two hundred failures under as many names."""
    fields = {field.name: getattr(partly, field.name) for field in Run._meta.concrete_fields if not field.primary_key}
    Run.objects.bulk_create(Run(**{**fields, "file_name": f"ECM-SBA-export-{n}-2026.zip"}) for n in range(60))
    sample = partly.records.get(position=3)
    for n in range(200):
        sample.pk, sample.position = None, 100 + n
        sample.facts = {**sample.facts, "name": f"A.B. van Voorbeeld-{n * 7919}"}
        sample.save()
    Run.objects.filter(pk=partly.pk).update(failed=203, members=205)
    return partly


def weight(browser: Browser, url: str) -> tuple[int, str]:
    """Bytes as they are sent, and the text."""
    compressed, sent = answer(browser, url)
    assert compressed or len(sent) < 500, url
    return len(sent), answer(browser, url, accept_encoding="identity")[1].decode()


def answer(browser: Browser, url: str, **headers: str) -> tuple[bool, bytes]:
    """Whether it was compressed, and what came."""
    response = browser.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert response.status_code == 200, url
    sent = b"".join(response)
    return "Content-Encoding" in response, sent


def files(browser: Browser, page: str) -> dict[str, int]:
    """Every file that a page asks for, directly or in a stylesheet, with its bytes as sent."""
    found: dict[str, int] = {}
    waiting = REFERRED.findall(page)
    while waiting:
        url = waiting.pop()
        if url not in found:
            found[url], text = weight(browser, url)
            waiting += [urljoin(url, name) for name in IN_CSS.findall(text)] if url.endswith(".css") else []
    return found


def test_a_first_visit_of_the_overview_is_light(browser: Browser, full: Run) -> None:
    page, html = weight(browser, reverse("migration:overview"))
    assert html.count('class="main" id="run-') == 50
    named = files(browser, html)
    assert any("htmx" in name for name in named)
    assert any(name.startswith("/static/css/tables") for name in named)
    assert page + sum(named.values()) <= 60 * KB, (page, named)


def test_a_second_visit_is_lighter(browser: Browser, full: Run) -> None:
    """The files stay with the browser: their names change with their content, so it never asks again."""
    page, html = weight(browser, reverse("migration:overview"))
    for name in files(browser, html):
        response = browser.get(name)
        response.close()
        assert "immutable" in response["Cache-Control"], name
    assert page <= 15 * KB


def test_a_run_page_of_two_hundred_rows_is_light(browser: Browser, full: Run) -> None:
    page, html = weight(browser, f"{full.get_absolute_url()}?aantal=200")
    assert html.count('id="log-') == 200
    assert page <= 100 * KB
    assert Record.objects.filter(run=full).count() > 200


def test_a_run_page_of_fifty_rows_is_light_before_it_is_compressed(browser: Browser, full: Run) -> None:
    _, html = weight(browser, full.get_absolute_url())
    assert html.count('id="log-') == 50
    assert len(html.encode()) <= 100 * KB


def test_a_stored_document_is_as_small_as_it_was_in_the_zip(
    anna: User, client_of_ours: object, zipped: Callable[[Files], Path]
) -> None:
    path = zipped([document(year=year) for year in range(2010, 2020)])
    moved(receive_path(path, Order("sba", "te-beoordelen", confirmed=True), anna))
    with zipfile.ZipFile(path) as archive:
        packed = sum(info.compress_size for info in archive.infolist())
    bodies = Document.objects.values_list("body", flat=True)
    assert len(bodies) == 10
    assert sum(map(len, bodies)) <= 1.05 * packed
