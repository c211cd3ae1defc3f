"""`make screenshots`: the pictures in docs/, of the demo, taken in a folder that is thrown away."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, PASSWORD, ROOT, chromium, free_port, wait_until_it_answers

SIZE = {"width": 1280, "height": 600}
AT_MOST = 150_000
"""Bytes of one picture: who clones the project downloads them."""


@contextmanager
def served() -> Iterator[str]:
    """The demo on a port of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "demo.log").open("wb") as log:
        own = {"DEMO": "true", "DATA_DIR": f"{folder}/data", "PORT": str(port), "DEMO_PASSWORD": PASSWORD}
        environment = {**os.environ, **own}
        command = [sys.executable, "manage.py", "demo"]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_until_it_answers(f"http://127.0.0.1:{port}", server, patience=90)
            yield f"http://localhost:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=40)


def sign_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("E-mailadres").fill("anna@kantoor.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.get_by_role("heading", name="Klanten", exact=True).wait_for()


def take(page: Page, name: str) -> None:
    path = ROOT / "docs" / name
    size = len(page.screenshot(path=path))
    if size > AT_MOST:
        sys.exit(f"{path} is too large: {size} bytes")
    print(f"{path.relative_to(ROOT)}: {size} bytes")


def main() -> None:
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")  # type: ignore[arg-type]
        sign_in(page, url)
        page.goto(f"{url}/instellingen/migratie/")
        take(page, "overview.png")
        browser.close()


if __name__ == "__main__":
    main()
