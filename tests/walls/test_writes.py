"""S3: what changes something is a POST with a token; a GET changes nothing, however often it comes."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
from django.db.models.signals import pre_save
from django.test import Client as Browser
from django.urls import reverse

from portal.models import AuditEvent
from tests.walls.addresses import all_addresses, ask, do, sign_in, taken_back
from tests.walls.pages import Site, begin_wizard
from tests.walls.production import environment
from tests.walls.world import Side, World, everything

pytestmark = pytest.mark.django_db

ROOT: Final = Path(__file__).parents[2]
NOTED_READS: Final = {
    "overview.download", "run.download", "run.report", "record.download",
    "download.csv.alle", "download.csv.mislukt", "download.xlsx.alle", "download.xlsx.mislukt", "download.json",
    "download.files", "audit.export",
}  # fmt: skip
"""Reading that is written down: the only rows that a GET may add. A new one needs a line here."""

VIEWED: Final = re.compile(r", 'viewed_at': [0-9.]+")


@pytest.fixture
def strict(world: World) -> Browser:
    """Signed in as our manager; here the token of a form is asked for."""
    lenient, browser = Browser(), Browser(enforce_csrf_checks=True)
    sign_in(lenient, world.ours.manager)
    begin_wizard(lenient)
    browser.cookies = lenient.cookies
    return browser


class Body(BytesIO):
    """A body that knows how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        self.taken += len(part)
        return part


def post_large(browser: Browser, url: str, **environ: str) -> tuple[Any, int]:
    """A file of a megabyte; the answer, and how much of it was read."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    content = head + b"PK" * 2**19 + b"\r\n--x--\r\n"
    body = Body(content)
    sent = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(len(content)), "wsgi.input": body}
    return browser.generic("POST", url, b"", **sent, **environ), body.taken


# --- Tokens -----------------------------------------------------------------------------------------------------------


def test_no_form_is_taken_without_its_token(site: Site, strict: Browser) -> None:
    before = everything()
    for address in all_addresses():
        answer = do(strict, "post", address.url(site.own[address.name]))
        assert answer.status_code == 403, address
        assert "Dit formulier is verlopen" in answer.whole.decode(), address
    assert everything() == before


def test_nothing_of_a_large_body_is_read_from_a_stranger(site: Site, strict: Browser) -> None:
    """Nobody, another site (by its Origin), and a browser without our cookie: each is refused by the headers alone."""
    nobody, without_cookie = Browser(enforce_csrf_checks=True), Browser(enforce_csrf_checks=True)
    without_cookie.cookies["session"] = strict.cookies["session"].value
    from_elsewhere = {"HTTP_ORIGIN": "https://kwaad.example"}
    for address in all_addresses():
        for browser, environ in ((nobody, {}), (without_cookie, {}), (strict, from_elsewhere)):
            browser.cookies.pop("csrf", None) if not environ else None
            answer, taken = post_large(browser, address.url(site.own[address.name]), **environ)
            assert (answer.status_code in (302, 403), taken) == (True, 0), address


# --- GET --------------------------------------------------------------------------------------------------------------


def test_no_get_changes_anything(site: Site, ours: Browser) -> None:
    before = everything_but_looks()
    for address in all_addresses():
        for url in site.urls_of(address):
            do(ours, "get", url)
            do(ours, "head", url)
            do(ours, "get", url, **{"HX-Request": "true"})
    after = everything_but_looks()
    added = set(after.pop("portal.AuditEvent")) - set(before.pop("portal.AuditEvent"))
    assert after == before
    strange = [row for row in added if not any(repr(action) in row for action in NOTED_READS)]
    assert not strange, f"tests/walls/test_writes.py: a GET that writes this down belongs in NOTED_READS: {strange}"


def everything_but_looks() -> dict[str, list[str]]:
    """Allauth notes with the recovery codes themselves when they were first looked at."""
    found = everything()
    return {**found, "mfa.Authenticator": [VIEWED.sub("", row) for row in found["mfa.Authenticator"]]}


def test_nothing_answers_another_method(site: Site, ours: Browser) -> None:
    """Allauth takes a PUT for a POST; it asks for the token all the same."""
    for address in all_addresses():
        for method in ("put", "patch", "delete") if not address.is_of_allauth else ():
            answer = ask(ours, method, address.url(site.own[address.name]))
            assert answer.status_code == 405, (address, method)


# --- The audit trail --------------------------------------------------------------------------------------------------


OF_ALLAUTH: Final = ("account_", "mfa_")
"""Its acts write their line behind them."""


class NoPaper(Exception):
    """The audit trail takes no line."""


@contextmanager
def without_paper() -> Iterator[None]:
    def refuse(**kwargs: Any) -> None:
        raise NoPaper

    pre_save.connect(refuse, sender=AuditEvent)
    try:
        yield
    finally:
        pre_save.disconnect(refuse, sender=AuditEvent)


def further_deeds(ours: Side) -> list[tuple[str, list[int], dict[str, str]]]:
    """What no form of our pages does as it stands there."""
    return [
        ("invite", [], {"name": "Nieuw", "email": "nieuw@ours.example", "role": "lezer"}),
        ("user_unblock", [ours.reader.pk], {}),
        ("migration:cancel", [ours.runs["ready"].pk], {}),
        ("migration:prior_checks", [], {"check": "certificaat", "seen": "actief"}),
    ]


def deeds(world: World, site: Site) -> list[tuple[str, str, dict[str, str]]]:
    """Every POST: (name of its address, address, body)."""
    found = [(form.name, form.url, form.filled()) for form in site.forms if form.method == "post"]
    further = further_deeds(world.ours)
    return found + [(name, reverse(name, args=arguments), body) for name, arguments, body in further]


UNWRITTEN: Final = {
    "settings": "one's own preferences, which touch nobody else",
    "mfa_generate_recovery_codes": "allauth tells of it on commit, and what is done here is taken back",
}
"""Addresses whose POST changes a row and leaves no line here: why not. A new one needs its reason."""
ACTIONS: Final = {
    "record.retry", "record.ignore", "record.heed", "run.stop", "run.resume", "client.create", "client.link",
    "client.reactivate",
}  # fmt: skip
"""Some of the lines that this must have led to: else nothing was tested."""


def test_whatever_changes_something_leaves_a_line(world: World, site: Site, ours: Browser) -> None:
    """S10: who did what. An act of ours that a colleague could deny is none."""
    silent, written = {}, set()
    for name, url, body in deeds(world, site):
        with taken_back(ours):
            before, last = everything_but_looks(), AuditEvent.objects.latest("pk").pk
            do(ours, "post", url, body)
            after = everything_but_looks()
            lines = set(AuditEvent.objects.filter(pk__gt=last).values_list("action", flat=True))
        changed = [label for label, rows in after.items() if rows != before[label]]
        if changed and not lines:
            silent[name] = changed
        written |= lines
    assert not {name: changed for name, changed in silent.items() if name not in UNWRITTEN}
    assert written >= ACTIONS


def test_nothing_is_done_that_cannot_be_written_down(world: World, site: Site, ours: Browser) -> None:
    """S10: an act and its line are one transaction; a plug that is pulled in between leaves no act without its line."""
    written, alone = set(), set()
    for name, url, body in deeds(world, site):
        with taken_back(ours):
            before = everything()
            try:
                with without_paper():
                    do(ours, "post", url, body)
            except NoPaper:
                written.add(name)
                alone |= {name} if everything() != before else set()
    expected = {
        "withdraw",
        "user_block",
        "migration:confirm",
        "migration:stop",
        *(name for name, *_ in further_deeds(world.ours)),
    }
    assert expected <= written
    assert not {name for name in alone if not name.startswith(OF_ALLAUTH)}


# --- Cookies ----------------------------------------------------------------------------------------------------------


def test_cookies_are_for_this_host_alone_and_for_no_script(tmp_path: Path) -> None:
    """With the settings of production: over HTTPS, as a browser gets them."""
    command = [sys.executable, "-m", "tests.walls.production"]
    asked = subprocess.run(command, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=True)
    cookies: dict[str, Any] = json.loads(asked.stdout.splitlines()[-1])
    assert {"__Host-session", "__Host-csrf"} <= set(cookies)
    for name, cookie in cookies.items():
        assert name.startswith("__Host-"), name
        assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", ""), name
        assert cookie["samesite"] in ("Lax", "Strict"), name
