"""A number cannot be asked out of the product: whatever answers otherwise for a known number counts the question.

Nobody has to say here where a number can be asked: every form of every page is filled in with one, field by field, and
every address gets one under every name that a field has anywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.test import Client as Browser
from stdnum.nl import bsn

from portal.models import AuditEvent
from tests.walls.addresses import all_addresses, do, taken_back, told
from tests.walls.pages import Site
from tests.walls.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_tries")]

HTMX: Final = {"hx-request": "true"}
ENDS_IT: Final = {"account_logout", "sign_out_everywhere", "sign_out_elsewhere"}
CHANGES_EACH_TIME: Final = re.compile(r"data-options=.*|(?<=Left: )\d+|(?<=-left=.)\d+|[\w-]{32,}|expires[^;]*")
"""Tokens and clocks; what a page of the second is not asked in the same second, is asked once more."""
TRIES: Final = 3


@dataclass(frozen=True)
class Place:
    """Where something can be typed: an address, how it is asked, and what else is sent along."""

    name: str
    method: str
    url: str
    fields: tuple[tuple[str, str], ...]
    typed: tuple[str, ...]

    def filled(self, number: str) -> dict[str, str]:
        return {**dict(self.fields), **dict.fromkeys(self.typed, number)}

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.name} {' '.join(self.typed)}"


def places(site: Site) -> Iterator[Place]:
    """Every field of every form by itself; and every address with every name that a field has."""
    names = tuple(sorted({name for form in site.forms for name in form.free}))
    for address in all_addresses():
        if address.name in ENDS_IT:
            continue
        for form in site.forms_of(address):
            for name in sorted(form.free):
                yield Place(address.name, form.method, form.url, tuple(form.filled().items()), (name,))
        for method in ("get", "post"):
            yield Place(address.name, method, address.url(site.own[address.name]), (), names)


def answered(browser: Browser, place: Place, number: str, headers: dict[str, str]) -> tuple[str, int]:
    """What came back, without what differs anyway; and how many questions were counted. All of it is taken back."""
    with taken_back(browser):
        before = AuditEvent.objects.filter(action="number.sought").count()
        response: Any = do(browser, place.method, place.url, place.filled(number), **headers)
        counted = AuditEvent.objects.filter(action="number.sought").count() - before
        text = f"{response.status_code}\n{told(response)}"
        return CHANGES_EACH_TIME.sub("~", text), counted


def of_nobody(number: str) -> str:
    """Another number that pages show in the same way: it ends alike."""
    others = (f"{start:05}{number[-4:]}" for start in range(77_000, 78_000))
    return next(other for other in others if bsn.is_valid(other) and other != number)


def is_told_apart(browser: Browser, place: Place, known: str, headers: dict[str, str]) -> bool:
    """Known numbers get another answer than others, and no question is counted."""
    other = of_nobody(known)
    for _ in range(TRIES):
        (ours, counted), (theirs, as_well) = (answered(browser, place, number, headers) for number in (known, other))
        if (counted and as_well) or ours.replace(known, other) == theirs.replace(known, other):
            return False
    return True


@pytest.mark.parametrize(("known", "headers"), [("client", {}), ("unknown", HTMX)], ids=["page", "htmx"])
def test_whoever_learns_anything_from_a_number_is_counted(
    world: World, site: Site, manager: Browser, known: str, headers: dict[str, str]
) -> None:
    number = world.ours.numbers[known]
    free = [str(place) for place in places(site) if is_told_apart(manager, place, number, headers)]
    assert not free, "these tell who is known, and do not ask portal.clients.questions first"


@pytest.mark.parametrize("name", ["find_clients", "migration:find", "migration:find_in_run"])
def test_the_walk_comes_by_where_numbers_are_sought(world: World, site: Site, manager: Browser, name: str) -> None:
    number = world.ours.numbers["client"]
    counted = [answered(manager, place, number, {})[1] for place in places(site) if place.name == name]
    assert sum(counted) > 1  # by the form, and by the bare address
