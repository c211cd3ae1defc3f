"""The third page of the wizard, as a browser sends it a file."""

from collections.abc import Callable
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from tests.markup import unfolded
from tests.migration.conftest import HTMX

FILE = reverse("migration:wizard_file")
Walk = Callable[..., Browser]
Zip = Callable[..., SimpleUploadedFile]


def send(browser: Browser, file: Any, htmx: bool = True, **more: object) -> HttpResponse:
    return browser.post(FILE, {"file": file, **more}, headers=HTMX if htmx else {})


def text(response: HttpResponse) -> str:
    return unfolded(unescape(response.content.decode()))
