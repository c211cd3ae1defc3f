"""Runs of every kind, made by the real road out of real ZIPs."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from migration.models import Run
from portal.models import Office, User
from sba.samples import document
from tests.factories import ClientFactory, invented_tax_id
from tests.sba.conftest import Files, Import, checked, client_of_ours, imported, zipped

__all__ = ["checked", "client_of_ours", "imported", "zipped"]

UNKNOWN = invented_tax_id(7001)
FORMER = invented_tax_id(7002)
HTMX = {"HX-Request": "true"}
SignIn = Callable[[User], Browser]


@pytest.fixture
def browser(sign_in: SignIn, olga: User) -> Browser:
    """Of somebody who may upload and act, unless the test says otherwise."""
    return sign_in(olga)


@pytest.fixture
def former_client(office: Office) -> None:
    ClientFactory(office=office, tax_id=FORMER, name="T. Testema", former=True)


@pytest.fixture
def files(client_of_ours: object, former_client: None) -> Files:
    """One of each: new, of a former client, of an unknown one, not readable, and no SBA at all."""
    return {
        "a.xbrl": document(year=2019),
        "b.xbrl": document(tax_id=FORMER, year=2018),
        f"{UNKNOWN}-ih.xbrl": document(tax_id=UNKNOWN, name="U. Onbekend", year=2017),
        "d.xbrl": b"<kapot",
        "leesmij.txt": b"hallo",
    }


@pytest.fixture
def partly(imported: Import, files: Files) -> Run:
    """1 new, 3 failed of which 1 as expected, 1 other file."""
    return imported(files)


@pytest.fixture
def perfect(imported: Import, client_of_ours: object) -> Run:
    return imported([document(year=2016), document(year=2015)])


@pytest.fixture
def refused(checked: Import) -> Run:
    return checked({"foto.pdf": b"%PDF-1.4"})


@pytest.fixture
def ready(checked: Import, files: Files) -> Run:
    return checked(files)


@pytest.fixture
def fifty_three(checked: Import, client_of_ours: object) -> Run:
    """More than a page of failures."""
    days = (date(2015, 1, 1 + n % 28) for n in range(53))
    return checked([document(tax_id=UNKNOWN, volume=n + 1, dated_on=day) for n, day in enumerate(days)], confirmed=True)


@pytest.fixture
def zip_file(zipped: Callable[[Files], Path], client_of_ours: object) -> Callable[..., SimpleUploadedFile]:
    """A ZIP as a browser sends it."""

    def make(name: str = "export.zip", files: Files | None = None) -> SimpleUploadedFile:
        content = zipped(files or [document()]).read_bytes()
        return SimpleUploadedFile(name, content, "application/zip")

    return make


@pytest.fixture
def at_file_page(sign_in: SignIn) -> Callable[..., Browser]:
    """A browser on the third page of the wizard."""

    def walk(user: User, **answers: Any) -> Browser:
        browser = sign_in(user)
        browser.post(reverse("migration:wizard_prepare"))
        choices = {"importer_slug": "sba", "target": "te-beoordelen", **answers}
        browser.post(reverse("migration:wizard_options"), choices)
        return browser

    return walk


@pytest.fixture(autouse=True)
def _no_upload_is_left(settings: Any) -> Iterator[None]:
    """Every upload that a test leaves half way would stay in the folder of the whole session."""
    yield
    left = list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())
    assert not left, left
