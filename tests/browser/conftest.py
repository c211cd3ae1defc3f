"""A real browser against the real thing: the web, one worker, SQLite and the broker of files (`manage.py serve`)."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from sba import samples
from tests import services

ROOT = Path(__file__).parents[2]
PASSWORD = "een-lange-zin-voor-de-browser"
SOON = 15_000
"""Milliseconds for what comes at once, on a machine that others keep busy."""
expect.set_options(timeout=SOON)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PEOPLE = f"""
from portal.models import Office, User
office = Office.objects.create(slug="kantoor", name="Van Dijk Belastingadviseurs")
for email, name, role in [("anna", "Anna de Vries", "beheerder"), ("bram", "Bram Jansen", "lezer")]:
    User.objects.create_user(email + "@kantoor.example", {PASSWORD!r}, name=name, office=office, role=role)
"""


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal of its own, with an office, its people, and the clients of every export it makes."""

    url: str
    folder: Path
    environment: dict[str, str]

    def manage(self, *arguments: object) -> None:
        command = [sys.executable, "manage.py", *map(str, arguments)]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def export(self, name: str, seed: int, **numbers: int) -> Path:
        """An ECM export whose clients the office has. Seeds a thousand apart have no person in common."""
        path, clients = self.folder / name, self.folder / f"{name}.csv"
        people = samples.export(path, seed=seed, **numbers)
        samples.write_clients(clients, [replace(one, client_number=f"{seed}-{one.client_number}") for one in people])
        self.manage("import_clients", clients, "--office", "kantoor")
        return path


@pytest.fixture(scope="package")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with running(tmp_path_factory.mktemp("browser")) as portal:
        yield portal


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Portal]:
    """A portal that runs in this folder, with these settings."""
    url = f"http://127.0.0.1:{free_port()}"
    own = {"DATA_DIR": str(folder / "data"), "SECRET_KEY": "for-the-browser-tests-only-and-for-nothing-else-0123456789"}
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")}
    portal = Portal(url, folder, {**kept, **own, "HTTPS": "false", "LOG_LEVEL": "WARNING", **settings})
    portal.manage("migrate", "-v0")
    portal.manage("collectstatic", "--noinput", "-v0")
    portal.manage("shell", "-v0", "-c", PEOPLE)
    with (folder / "serve.log").open("wb") as log:
        command = [sys.executable, "manage.py", "serve", "--port", url.rpartition(":")[2]]
        server = subprocess.Popen(command, cwd=ROOT, env=portal.environment, stdout=log, stderr=log)
        try:
            wait_until_it_answers(url, server)
            yield portal
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=40)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(url: str, server: subprocess.Popen[bytes], patience: int = 30) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError):  # nobody listens yet, or the machine is busy
            urllib.request.urlopen(f"{url}/inloggen/", timeout=5).close()
            return
        time.sleep(0.2)
    pytest.fail("the portal does not answer")


def chromium() -> str:
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), "")
    if not found:
        services.miss("no Chromium is found: looked for " + ", ".join(CHROMIUM))
    return found


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Ends with this folder's last test: Playwright keeps a loop running, in which Django refuses its database."""
    path = chromium()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


REFUSED = """
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) =>
  console.error("CSP refuses", effectiveDirective, blockedURI, sourceFile, lineNumber));
"""


class Complaints(list[str]):
    """What the console says that it should not: errors of scripts, and whatever the CSP blocks."""

    def listen(self, page: Page) -> None:
        page.add_init_script(REFUSED)
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.append(str(error)))

    def hear(self, message: ConsoleMessage) -> None:
        refused_form = "status of 422" in message.text
        if message.type in ("error", "warning") and not refused_form:
            self.append(message.text)


Open = Callable[..., Page]


@pytest.fixture
def complaints() -> Complaints:
    """What the console said; a test that breaks something on purpose clears it."""
    return Complaints()


@pytest.fixture
def open_page(browser: Browser, portal: Portal, complaints: Complaints) -> Iterator[Open]:
    """A new window: open_page(javascript=False, …). At the end its console must have been silent."""
    contexts: list[BrowserContext] = []

    def open_one(javascript: bool = True, **options: object) -> Page:
        options.setdefault("base_url", portal.url)
        context = browser.new_context(java_script_enabled=javascript, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SOON)
        complaints.listen(page)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def signed_in(open_page: Open) -> Open:
    """The same, with somebody signed in."""

    def sign_in(who: str = "anna", **options: object) -> Page:
        page = open_page(**options)
        enter(page, who)
        return page

    return sign_in


def enter(page: Page, who: str = "anna") -> None:
    """Sign in."""
    page.goto("/")
    page.get_by_label("E-mailadres").fill(f"{who}@kantoor.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.get_by_role("heading", name="Klanten", exact=True).wait_for()
