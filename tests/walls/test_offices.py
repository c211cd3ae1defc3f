"""S1: whatever address, filter, field or job is given what another office has, it gives nothing and does nothing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import runs as acts
from migration.models import Run
from migration.tasks import move_run
from migration.upkeep.sweeper import sweep
from portal.masking import mask_within
from portal.models import Office
from tests.walls.addresses import (
    OF_ANYBODY,
    Address,
    all_addresses,
    ask,
    do,
    same_kind,
    sign_in,
    taken_back,
    told,
    with_arguments,
)
from tests.walls.pages import Site
from tests.walls.world import (
    MARK,
    OF_THEIRS_ALONE,
    SHARED_FORMER,
    SHARED_NOTED,
    Side,
    World,
    keys_of,
    rows_of,
    traces_of,
)

pytestmark = pytest.mark.django_db

HTMX: Final = {"HX-Request": "true"}
TARGETS: Final = ("", "records", "progress", "check")
"""Elements that htmx asks for, where an answer looks at which one it is."""
NO_KEY: Final = 9_999_999
NEVER_USED: Final = {"account.EmailAddress", "account.EmailConfirmation"}
"""Tables that allauth brings along; nothing of ours writes to them."""


def files() -> dict[str, int]:
    return {str(path): path.stat().st_size for path in Path(settings.UPLOADS_DIR).rglob("*") if path.is_file()}


@pytest.fixture(scope="package")
def theirs(world: World) -> frozenset[str]:
    """All that only the other office has: names, numbers, keys, references, digests."""
    return frozenset(traces_of(world.theirs, world.ours))


def leaks(text: str, theirs: frozenset[str], *asked: str) -> list[str]:
    """What of theirs a text tells; what was asked with may be repeated."""
    for term in asked:
        for shape in (
            term,
            quote_plus(term),
            mask_within(term),
            f"{int(term):,}".replace(",", ".") if term.isdecimal() else term,
        ):
            text = text.replace(shape, "")
    lowered = text.lower()
    return [trace for trace in theirs if trace.lower() in lowered]


# --- The test itself --------------------------------------------------------------------------------------------------


def test_the_other_office_has_something_of_everything(world: World) -> None:
    empty = [
        label for label, rows in rows_of(world.theirs.office).items() if not rows and not label.startswith("account.")
    ]
    assert not empty, f"tests/walls/world.py: give each office a row of {', '.join(empty)}"


def test_it_would_be_seen(world: World, theirs: frozenset[str]) -> None:
    """Their own manager does see what is looked for here; so a leak would be found."""
    browser = Browser()
    sign_in(browser, world.theirs.manager)
    for url in ("/klanten/", "/instellingen/migratie/", world.theirs.runs["partly"].get_absolute_url()):
        assert len(leaks(told(ask(browser, "get", url)), theirs)) > 3, url


# --- Addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", with_arguments(), ids=str)
def test_what_is_theirs_is_not_found_and_stays_as_it_is(
    address: Address, world: World, site: Site, manager: Browser, theirs: frozenset[str]
) -> None:
    own = site.own[address.name]
    allowed = {method: ask(manager, method, address.url(own)).status_code for method in ("get", "post")}
    bodies = [{}, *(form.filled() for form in site.forms_of(address))]
    requests = [("get", None), *(("post", body) for body in bodies)]
    before, stored = rows_of(world.theirs.office), files()
    wrong = []
    for values in same_kind(own, world.ours, world.theirs):
        for method, body in requests:
            answer = do(manager, method, address.url(values), body)
            found = leaks(told(answer), theirs, *(str(value) for value in values.values()))
            if found or answer.status_code != (405 if allowed[method] == 405 else 404):
                wrong.append((method, values, answer.status_code, found))
    assert not wrong
    assert rows_of(world.theirs.office) == before
    assert files() == stored


def test_what_is_theirs_answers_as_what_never_was(world: World, site: Site, ours: Browser) -> None:
    """Nobody learns that it exists: not in the middle of an upload either."""
    for address in with_arguments():
        own = site.own[address.name]
        for values in list(same_kind(own, world.ours, world.theirs))[:1]:
            for method in ("get", "post"):
                there, nowhere = (ask(ours, method, address.url({**own, "pk": key})) for key in (values["pk"], NO_KEY))
                assert there.status_code == nowhere.status_code, address
                assert without(there, values["pk"]) == without(nowhere, NO_KEY), address


def without(answer: Any, key: int) -> str:
    """What an answer shows, but for the key that was asked for, and what is new each time: tokens, seconds left."""
    shown = answer.get("Location", "") + answer.whole.decode()
    return re.sub(r'[A-Za-z0-9]{32,}|data-left="\d+"', "", shown).replace(str(key), "")


@pytest.mark.parametrize("address", all_addresses(), ids=str)
def test_no_page_of_ours_tells_of_theirs(address: Address, site: Site, ours: Browser, theirs: frozenset[str]) -> None:
    first, *others = site.urls_of(address)
    answers = [ask(ours, "get", url) for url in (first, *others)]
    answers += [ask(ours, "get", first, **HTMX, **{"HX-Target": target}) for target in TARGETS]
    answers.append(ask(ours, "post", first))
    answers += [ask(ours, form.method, form.url, form.filled()) for form in site.forms_of(address)]
    assert not [(answer.request["PATH_INFO"], found) for answer in answers if (found := leaks(told(answer), theirs))]


def test_a_link_that_nobody_got_shows_nothing_of_theirs(world: World, theirs: frozenset[str]) -> None:
    for address in all_addresses():
        if address.name in OF_ANYBODY:
            for values in address.possible(world.theirs):
                guessed = {name: value if name == "uidb36" else f"{value[:-1]}_" for name, value in values.items()}
                assert not leaks(told(ask(Browser(), "get", address.url(guessed))), theirs, *guessed.values())


# --- Filters, cursors, search terms, fields ---------------------------------------------------------------------------


def keys(world: World) -> list[str]:
    """One key of theirs of every kind, and the positions of their records."""
    return [str(found[0]) for found in keys_of(world.theirs.office).values() if found]


def terms(world: World) -> list[str]:
    """What somebody could search for who knows something of theirs."""
    side = world.theirs
    run = side.runs["partly"]
    record = run.records.exclude(tax_id="").exclude(number="").order_by("position")[0]
    number = record.tax_id
    return [
        MARK, side.client.name, run.file_name, run.reference, record.reference, number, number[:5], record.number,
        run.started_by.email,
    ]  # fmt: skip


def probes(site: Site, world: World) -> Iterator[tuple[str, str]]:
    """(address, what was asked): all parameters of every page of ours, with a key of theirs."""
    links: dict[str, dict[str, str]] = {}
    for (_, name), link in site.parameters.items():
        links.setdefault(urlsplit(link).path, {})[name] = ""
    for path, names in links.items():
        for key in keys(world):
            yield f"{path}?{urlencode(dict.fromkeys(names, key))}", key
            for name in names if len(names) > 1 else ():
                if key in first_keys(world):
                    yield f"{path}?{urlencode({name: key})}", key


def first_keys(world: World) -> list[str]:
    """What a filter or a cursor can be about."""
    return [str(world.theirs.runs["partly"].pk), str(world.theirs.manager.pk), str(world.theirs.client.pk)]


def test_no_parameter_reaches_what_is_theirs(world: World, site: Site, ours: Browser, theirs: frozenset[str]) -> None:
    asked = list(probes(site, world))
    assert len(asked) > 50
    wrong = {url: found for url, value in asked if (found := leaks(told(ask(ours, "get", url)), theirs, value))}
    assert not wrong


def test_no_search_finds_what_is_theirs(world: World, site: Site, ours: Browser, theirs: frozenset[str]) -> None:
    """Every field that one types into, by GET and by POST, with what somebody may know of theirs."""
    searches = {(form.method, form.name, name): form for form in site.forms for name in form.free}
    assert len(searches) > 2
    wrong = []
    for (method, address, name), form in searches.items():
        for term in terms(world):
            with taken_back(ours):
                answer = do(ours, method, form.url, form.filled(**{name: term}))
            if found := leaks(told(answer), theirs, term):
                wrong.append((address, name, term, found))
    assert not wrong


def test_no_field_of_a_form_reaches_what_is_theirs(
    world: World, site: Site, ours: Browser, theirs: frozenset[str]
) -> None:
    """A key of theirs in every field of every form, hidden ones too."""
    fields = {(form.name, name): form for form in site.forms if form.method == "post" for name, _ in form.fields}
    assert len(fields) > 20
    before, wrong = rows_of(world.theirs.office), []
    for (address, name), form in fields.items():
        for key in keys(world):  # each by itself: what one brings about here, a next one may be told
            with taken_back(ours):
                told_of = leaks(told(do(ours, "post", form.url, form.filled(**{name: key}))), theirs, key)
                if told_of or rows_of(world.theirs.office) != before:
                    wrong.append((address, name, told_of))
    assert not wrong


# --- One person at two offices ---------------------------------------------------------------------------------------


REMEDIES: Final = {
    "create": (OF_THEIRS_ALONE, "migration:create_client", {"name": "Nieuw", "kind": "person"}, "portal.Client"),
    "reactivate": (SHARED_FORMER, "migration:reactivate", {}, "portal.Client"),
    "forget": (SHARED_NOTED, "migration:note_former", {"terug": "1"}, "portal.FormerNumber"),
    "note": (OF_THEIRS_ALONE, "migration:note_former", {}, "portal.FormerNumber"),
}


@pytest.mark.parametrize("remedy", REMEDIES)
def test_what_is_done_about_a_person_is_done_in_ones_own_office(
    remedy: str, world: World, site: Site, ours: Browser
) -> None:
    """The other office knows the same BSN/FI: it is offered all the same, it works, and it stays here."""
    position, name, body, label = REMEDIES[remedy]
    url = reverse(name, args=[world.ours.runs["partly"].pk, position])
    assert any(urlsplit(form.url).path == url for form in site.forms)
    own, other = rows_of(world.ours.office), rows_of(world.theirs.office)
    with taken_back(ours):
        do(ours, "post", url, body)
        assert rows_of(world.ours.office)[label] != own[label]
        assert rows_of(world.theirs.office) == other


def test_no_form_of_ours_changes_anything_of_theirs(world: World, site: Site, ours: Browser) -> None:
    before, wrong = rows_of(world.theirs.office), set()
    for form in site.forms:
        with taken_back(ours):
            do(ours, form.method, form.url, form.filled())
            wrong |= {form.name} if rows_of(world.theirs.office) != before else set()
    assert not wrong


# --- Jobs and mails ---------------------------------------------------------------------------------------------------


def test_a_job_of_theirs_touches_nothing_of_ours(world: World) -> None:
    before = rows_of(world.ours.office)
    for state in (*Run.MOVING, "ready"):
        move_run(world.theirs.runs[state].pk)
    assert rows_of(world.theirs.office)["migration.Run"] != before["migration.Run"]
    assert rows_of(world.ours.office) == before


def test_a_mail_goes_to_people_of_the_office_that_it_is_about(world: World, mailoutbox: list[Any]) -> None:
    for side in (world.ours, world.theirs):
        for state in ("received", "retrying", "undoing"):
            acts.confirm(Run.objects.get(pk=side.runs[state].pk), side.manager)
            move_run(side.runs[state].pk)
    sweep()
    assert len(mailoutbox) > 1
    for mail in mailoutbox:
        (office,) = Office.objects.filter(users__email__in=mail.recipients()).distinct()
        other = world.theirs if office == world.ours.office else world.ours
        assert not leaks(mail.message().as_string(), frozenset(traces_of(other, side_of(world, office))))


def side_of(world: World, office: Office) -> Side:
    return world.ours if office == world.ours.office else world.theirs
