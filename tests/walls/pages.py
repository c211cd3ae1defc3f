"""What our own pages offer to fill in and to follow: every form with its fields, every address with its parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from django.test import Client as Browser
from django.urls import resolve, reverse
from lxml import html

from tests.walls.addresses import POSITIONS, Address, Arguments, all_addresses, answering, ask, is_page
from tests.walls.world import Side

LINKS: Final = ("href", "hx-get", "hx-post", "action", "formaction")


@dataclass(frozen=True)
class Form:
    """A form of a page, as it is sent when nobody changes anything; `free` are the fields one types into."""

    method: str
    url: str
    fields: tuple[tuple[str, str], ...]
    free: frozenset[str]

    @property
    def name(self) -> str:
        return resolve(urlsplit(self.url).path).view_name

    def filled(self, **changes: str) -> dict[str, str]:
        return {**{name: value or "x" for name, value in self.fields}, **changes}


@dataclass
class Site:
    """What a user finds who opens every page of the product."""

    own: dict[str, Arguments]
    pages: dict[str, bytes]
    forms: set[Form]
    parameters: dict[tuple[str, str], str]
    """(name of an address, parameter) → a link that has it."""

    def forms_of(self, address: Address) -> list[Form]:
        """The forms that go there; of those with the same fields one."""
        forms = sorted((form for form in self.forms if form.name == address.name), key=repr)
        return list({frozenset(form.filled()): form for form in forms}.values())

    def urls_of(self, address: Address) -> list[str]:
        """This address with our own objects; a page of a run, with a run in every state."""
        return [url for url in self.pages if resolve(urlsplit(url).path).view_name == address.name] or [
            address.url(self.own[address.name])
        ]


def visit(side: Side, browser: Browser) -> Site:
    own = {address.name: answering(address, side, browser) if address.arguments else {} for address in all_addresses()}
    site = Site(own, {}, set(), {})
    waiting = [url for address in all_addresses() for url in urls(address, own[address.name], side)]
    for url in waiting:
        response: Any = ask(browser, "get", url)
        if is_page(response):
            site.pages[url] = response.content
            read(url, response.content, site)
    return site


def urls(address: Address, values: Arguments, side: Side) -> Iterator[str]:
    """One page of each kind; of a run one in every state, of a record one at every position."""
    yield address.url(values)
    runs = [run.pk for run in side.runs.values()]
    if address.arguments == ("pk",) and values["pk"] in runs:
        yield from (address.url({"pk": key}) for key in runs if key != values["pk"])
    if "position" in address.arguments:
        yield from (address.url({**values, "position": at}) for at in POSITIONS if at != values["position"])


def begin_wizard(browser: Browser) -> None:
    """Answer the first two pages of the upload, so that the third is open."""
    for name in ("migration:wizard_prepare", "migration:wizard_options"):
        for form in forms_of(reverse(name), browser.get(reverse(name)).content):
            if form.url == reverse(name):
                browser.post(form.url, form.filled())
                break


def read(url: str, page: bytes, site: Site) -> None:
    for element in html.document_fromstring(page).iter():
        for name in LINKS:
            if link := local(url, element.get(name)):
                note_parameters(link, site)
    for form in forms_of(url, page):
        site.forms.add(form)
        if form.method == "get":
            for name, _ in form.fields:
                site.parameters.setdefault((form.name, name), form.url)


def forms_of(url: str, page: bytes) -> Iterator[Form]:
    """Every form of a page, once for each button that says something of its own."""
    for form in html.document_fromstring(page).iter("form"):
        target = local(url, form.get("action") or url)
        if target is None:
            continue
        method, fields = form.get("method", "get").lower(), tuple(fields_of(form))
        free = frozenset(element.get("name") for element in form.iter("input", "textarea") if is_free(element))
        yield Form(method, target, fields, free)
        for button in form.iter("button"):
            if name := button.get("name"):
                yield Form(method, target, (*fields, (name, button.get("value", ""))), free)


def fields_of(form: Any) -> Iterator[tuple[str, str]]:
    for element in form.iter("input", "select", "textarea"):
        name = element.get("name")
        if name and name != "csrfmiddlewaretoken":
            options = [option.get("value") for option in element.iter("option") if option.get("value")]
            yield name, element.get("value") or (options[0] if options else element.text or "")


def is_free(element: Any) -> bool:
    return element.get("name") and element.get("type", element.tag) in ("text", "search", "textarea", "email")


def note_parameters(link: str, site: Site) -> None:
    parts = urlsplit(link)
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        site.parameters.setdefault((resolve(parts.path).view_name, name), link)


def local(page: str, link: str | None) -> str | None:
    """The address within the product that a link leads to; None where it leads elsewhere."""
    if link is None or link.startswith(("mailto:", "http:", "https:", "/static/", "#")):
        return None
    return urlsplit(page).path + link if link.startswith("?") else link or page
