"""Every address of the product, out of the URLconf: a page that is added is found here by itself."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import unescape
from http.cookies import SimpleCookie
from io import BytesIO
from itertools import product
from typing import Any, Final
from zipfile import ZipFile

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import transaction
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import int_to_base36

from portal.models import User
from portal.people.invitations import link_to
from tests.walls.world import Side, keys_of

POSITIONS: Final = (*range(1, 8), 10, 12, 14, 15, 16)
Arguments = dict[str, Any]
Values = Callable[[Side], Iterable[Any]]

VALUES: Final[dict[str, Values]] = {
    "pk": lambda side: one_of_each(side),
    "position": lambda side: POSITIONS,
    "code": lambda side: ["SBA-202"],
    "uidb36": lambda side: [int_to_base36(side.manager.pk)],
    "key": lambda side: ["set-password"],
    "token": lambda side: [link_to(side.invitation).rstrip("/").rpartition("/")[2]],
}
"""What an argument of an address may be, by its name. A `pk` is tried with a key of every model."""

AUTHENTICATED: Final = f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"
OF_ANYBODY: Final = {"account_reset_password_from_key", "join"}
"""Addresses with arguments that answer whoever holds the link: what they show is in the link alone."""


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf: 'migration:run' takes `pk`."""

    name: str
    arguments: tuple[str, ...]

    @property
    def is_of_allauth(self) -> bool:
        return self.name.startswith(("account_", "mfa_"))

    def url(self, values: Arguments) -> str:
        return reverse(self.name, kwargs=values)

    def possible(self, side: Side) -> Iterator[Arguments]:
        """Every way to fill in this address with what this office has."""
        for name in self.arguments:
            assert name in VALUES, f"tests/walls/addresses.py: say in VALUES what '{name}' of {self.name} may be"
        for values in product(*(VALUES[name](side) for name in self.arguments)):
            yield dict(zip(self.arguments, values, strict=True))

    def __str__(self) -> str:
        return self.name


def one_of_each(side: Side) -> Iterator[int]:
    """A key of every model, a run's first: most addresses are about a run."""
    keys = keys_of(side.office, 1)
    for label in sorted(keys, key=lambda label: label != "migration.Run"):
        yield from (key for key in keys[label] if isinstance(key, int))


def walk(patterns: Iterable[URLPattern | URLResolver], space: str, before: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        arguments = (*before, *arguments_of(pattern))
        if isinstance(pattern, URLResolver):
            yield from walk(
                pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space, arguments
            )
        else:
            assert pattern.name, f"{pattern.pattern}: give this address a name, so that the walls are tested"
            yield Address(f"{space}{pattern.name}", arguments)


def arguments_of(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    return tuple(pattern.pattern.regex.groupindex)


@cache
def all_addresses() -> tuple[Address, ...]:
    found = list(walk(get_resolver().url_patterns, "", ()))
    assert len({address.name for address in found}) == len(found), "two addresses have one name"
    return tuple(found)


def with_arguments() -> list[Address]:
    return [address for address in all_addresses() if address.arguments and address.name not in OF_ANYBODY]


def without_arguments() -> list[Address]:
    return [address for address in all_addresses() if not address.arguments]


def sign_in(browser: Browser, user: User) -> None:
    """With the password, just now: what asks for that again, lets this browser through."""
    browser.force_login(user)
    just_now = {"method": "password", "at": time.time(), "reauthenticated": True}
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [just_now]
    session[AUTHENTICATED] = str(user.pk)
    session.save()


# --- Asking -----------------------------------------------------------------------------------------------------------


@contextmanager
def taken_back(*browsers: Browser) -> Iterator[None]:
    """Whatever happens in here did not happen: not in the database, and not in these browsers."""
    kept = [{name: morsel.value for name, morsel in browser.cookies.items()} for browser in browsers]
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for browser, cookies in zip(browsers, kept, strict=True):
        browser.cookies = SimpleCookie(cookies)


def ask(browser: Browser, method: str, url: str, data: Any = None, **headers: str) -> Any:
    """An answer, read to its end; what it changed is taken back."""
    with taken_back(browser):
        return do(browser, method, url, data, **headers)


def do(browser: Browser, method: str, url: str, data: Any = None, **headers: str) -> Any:
    """The same, and what it changed stays."""
    response = getattr(browser, method)(url, data, headers=headers or None)
    response.whole = whole(response)
    return response


def whole(response: Any) -> bytes:
    """The body, streamed or not; what is packed in it is unpacked too."""
    body = b"".join(response) if response.streaming else response.content
    return body + unpacked(body)


def unpacked(body: bytes) -> bytes:
    if not body.startswith(b"PK\x03\x04"):
        return b""
    with ZipFile(BytesIO(body)) as archive:
        return b"\n".join(part for name in archive.namelist() for part in (name.encode(), archive.read(name)))


def told(response: Any) -> str:
    """Everything that an answer tells: its status line, its headers and its body, as written and as shown."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    body = response.whole.decode(errors="replace")
    return f"{headers}\n{response.cookies.output()}\n{body}\n{unescape(body)}"


# --- Our own objects --------------------------------------------------------------------------------------------------


def answering(address: Address, side: Side, browser: Browser) -> Arguments:
    """The first of this office's objects that an address finds: so we know what its arguments are about."""
    for values in address.possible(side):
        url = address.url(values)
        if ask(browser, "get", url).status_code not in (404, 405) or finds_by_post(browser, url):
            return values
    raise AssertionError(
        f"{address.name} finds nothing of our own, so the walls around it cannot be tested: give tests/walls/world.py "
        "an object of that kind, or tell VALUES in tests/walls/addresses.py what its arguments are"
    )


def finds_by_post(browser: Browser, url: str) -> bool:
    return ask(browser, "post", url).status_code not in (404, 405)


def same_kind(values: Arguments, side: Side, other: Side) -> Iterator[Arguments]:
    """The same with the keys of the other office's objects of that kind, a run in every state."""
    kinds = [model for model, keys in keys_of(side.office).items() if values.get("pk") in keys]
    for kind in kinds:
        for key in keys_of(other.office, 12)[kind]:
            yield {**values, "pk": key}


def is_page(response: Any) -> bool:
    return response.status_code == 200 and response.get("Content-Type", "").startswith("text/html")
