"""S4: every answer, with every status, signed in or not, tells the browser how little it may do."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.test import Client as Browser
from django.urls import reverse
from lxml import html

from tests.walls.addresses import all_addresses, ask, do, sign_in
from tests.walls.pages import Site, begin_wizard
from tests.walls.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_over_https")]

CSP: Final = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
    "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
}  # fmt: skip
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
}
HANDLERS: Final = re.compile(r"^(on|hx-on)", re.I)
LINKS: Final = ("href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href", "data")
MAY_LEAVE: Final = ("mailto:", "/", "#", "?")


@pytest.fixture
def _over_https(settings: Any) -> None:
    """As settings.py has it where HTTPS is true; the middleware reads it when a browser starts."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


def over_https(user: Any = None, **options: Any) -> Browser:
    browser = Browser(headers={"x-forwarded-proto": "https"}, **options)
    if user:
        sign_in(browser, user)
    return browser


def wrong_headers(answer: Any) -> list[str]:
    """What of an answer is not as it must be, in words."""
    found = [f"{name}: {answer.get(name)}" for name, value in HEADERS.items() if answer.get(name) != value]
    policy = {part.strip() for part in answer.get("Content-Security-Policy", "").split(";") if part.strip()}
    if policy != CSP:
        found.append(f"CSP: {policy ^ CSP}")
    if "no-store" not in answer.get("Cache-Control", ""):
        found.append(f"Cache-Control: {answer.get('Cache-Control')}")
    allowed = answer.get("Permissions-Policy", "")
    found += [name for name in ("camera", "microphone", "geolocation") if f"{name}=()" not in allowed]
    return found


def inline(page: bytes) -> Iterator[str]:
    """Whatever runs, styles or loads without being a file of ours."""
    for element in html.document_fromstring(page).iter(html.etree.Element):
        if element.tag == "style" or (element.tag == "script" and not element.get("src", "").startswith("/static/")):
            yield html.tostring(element).decode()[:200]
        for name, value in element.items():
            leaves = name in LINKS and value and not value.startswith(MAY_LEAVE)
            if name == "style" or HANDLERS.match(name) or leaves or "javascript:" in value.lower():
                yield f'<{element.tag} {name}="{value}">'


def wrong(answer: Any) -> list[str]:
    is_html = answer.get("Content-Type", "").startswith("text/html") and answer.whole.strip()
    return wrong_headers(answer) + (list(inline(answer.whole)) if is_html else [])


# --- Every address ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["manager", "reader", "nobody"])
def test_every_address_answers_safely(who: str, world: World, site: Site) -> None:
    browser = over_https(getattr(world.ours, who, None))
    if who == "manager":
        begin_wizard(browser)
    answers = {}
    for address in all_addresses():
        for url in site.urls_of(address):
            answers[f"GET {url}"] = ask(browser, "get", url)
        answers[f"part of {url}"] = ask(browser, "get", url, **{"HX-Request": "true", "HX-Target": "records"})
        answers[f"POST {url}"] = ask(browser, "post", url)
        for form in site.forms_of(address):
            answers[f"POST {url} {form.fields}"] = ask(browser, form.method, form.url, form.filled())
    assert {answer.status_code for answer in answers.values()} >= {200, 302}
    assert not {what: found for what, answer in answers.items() if (found := wrong(answer))}


# --- Every status -----------------------------------------------------------------------------------------------------


def statuses(world: World) -> Iterator[tuple[int, Any]]:
    """An answer of ours with each status that is not an everyday one."""
    manager, nobody = over_https(world.ours.manager), over_https()
    yield 400, do(nobody, "get", "/inloggen/", host="kwaad.example")
    yield 400, do(manager, "post", reverse("find_clients"), {f"f{n}": "x" for n in range(1001)})
    yield 403, do(over_https(world.ours.reader), "get", reverse("migration:wizard_prepare"))
    yield 403, do(over_https(world.ours.manager, enforce_csrf_checks=True), "post", reverse("account_logout"))
    yield 404, do(manager, "get", "/bestaat-niet/")
    yield 405, do(manager, "get", reverse("migration:wizard_cancel"))
    begin_wizard(manager)
    yield 422, do(manager, "post", reverse("migration:wizard_options"))
    yield 422, do(manager, "post", reverse("migration:wizard_file"))
    yield 301, do(Browser(), "get", "/inloggen/")


def test_every_status_is_safe(world: World, no_tries: None) -> None:
    for status, answer in statuses(world):
        assert answer.status_code == status
        if status == 301:  # the way to HTTPS: nothing is in it, and no browser believes HSTS before
            assert answer["Location"].startswith("https://")
            assert not answer.whole
        else:
            assert not wrong(answer), status


def test_too_many_tries_are_refused_safely(world: World, no_tries: None) -> None:
    browser = over_https()
    answers = [do(browser, "post", "/inloggen/", {"login": "x@y.example", "password": "x"}) for _ in range(61)]
    assert answers[-1].status_code == 429
    assert not wrong(answers[-1])


@pytest.mark.urls("tests.walls.failing")
def test_a_fault_of_ours_is_safe(world: World) -> None:
    for user in (None, world.ours.manager):
        browser = over_https(user, raise_request_exception=False)
        answer = do(browser, "get", "/fout/")
        assert answer.status_code == 500
        assert not wrong(answer)


# --- Static files -----------------------------------------------------------------------------------------------------


def test_a_file_of_ours_may_be_kept_for_ever(world: World) -> None:
    page = do(over_https(), "get", "/inloggen/").whole.decode()
    links = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert len(links) > 3
    for link in links:
        answer = do(over_https(), "get", link)
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"], link
        assert "no-store" not in answer["Cache-Control"]
        assert not answer.cookies
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_is_looked_for_would_be_found() -> None:
    hostile = (
        '<p style="x" onclick="y"><script>1</script><a href="javascript:z">a</a><img src="https://kwaad.example"></p>'
    )
    assert len(list(inline(hostile.encode()))) == 5
    assert not list(inline(b'<p><script src="/static/a.js"></script><a href="/klanten/">a</a></p>'))
