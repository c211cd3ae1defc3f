"""S2: one table of every address and every right: who may reach what, and how.

A page that is added needs a row here; tests/walls/test_offices.py then tries it with what another office has.
"""

import re
from html import unescape
from typing import Any, Final

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.models import User
from tests.factories import UserFactory
from tests.portal.people.clock import an_hour_later
from tests.walls.addresses import all_addresses
from tests.walls.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_tries")]

NONE: Final = ()
RUN: Final = ("run",)
RECORD: Final = ("run", "position")
CAUSE: Final = ("run", "code")
CLIENT: Final = ("client",)
READER: Final = ("reader",)
INVITED: Final = ("invitation",)
Numbers = dict[str, int | str]
Row = tuple[str, tuple[str, ...], str, int, int, int, int]

# name, arguments, method → Beheerder, Uitvoerder, Lezer, Beheerder of another office; nobody else is let in
TABLE: Final[list[Row]] = [
    ("home", NONE, "get", 302, 302, 302, 302),
    ("clients", NONE, "get", 200, 200, 200, 200),
    ("find_clients", NONE, "post", 302, 302, 302, 302),
    ("find_clients", NONE, "get", 302, 302, 302, 302),
    ("client", CLIENT, "get", 200, 200, 200, 404),
    ("settings", NONE, "get", 200, 200, 200, 200),
    ("stay", NONE, "post", 302, 302, 302, 302),
    ("stay", NONE, "get", 405, 405, 405, 405),
    ("own_name", NONE, "get", 200, 200, 200, 200),
    ("own_name", NONE, "post", 422, 422, 422, 422),
    ("sign_out_elsewhere", NONE, "post", 302, 302, 302, 302),
    ("sign_out_elsewhere", NONE, "get", 405, 405, 405, 405),
    ("sign_out_everywhere", NONE, "post", 302, 302, 302, 302),
    ("sign_out_everywhere", NONE, "get", 405, 405, 405, 405),
    ("page_size", NONE, "post", 302, 302, 302, 302),
    ("security", NONE, "get", 200, 200, 200, 200),
    ("security", NONE, "post", 405, 405, 405, 405),
    ("account_change_password", NONE, "get", 200, 200, 200, 200),
    ("mfa_activate_totp", NONE, "get", 302, 302, 302, 302),
    ("mfa_deactivate_totp", NONE, "get", 404, 404, 404, 404),
    ("mfa_add_webauthn", NONE, "get", 302, 302, 302, 302),
    ("mfa_remove_webauthn", READER, "get", 302, 302, 302, 302),
    ("mfa_view_recovery_codes", NONE, "get", 404, 404, 404, 404),
    ("mfa_generate_recovery_codes", NONE, "get", 302, 302, 302, 302),
    ("mfa_download_recovery_codes", NONE, "get", 404, 404, 404, 404),
    ("account_reauthenticate", NONE, "get", 200, 200, 200, 200),
    ("mfa_reauthenticate", NONE, "get", 302, 302, 302, 302),
    ("mfa_reauthenticate_webauthn", NONE, "get", 302, 302, 302, 302),
    ("users", NONE, "get", 200, 403, 403, 200),
    ("users", NONE, "post", 405, 403, 403, 405),
    ("invite", NONE, "get", 200, 403, 403, 200),
    ("invite", NONE, "post", 422, 403, 403, 422),
    ("invite_again", INVITED, "post", 302, 403, 403, 404),
    ("invite_again", INVITED, "get", 405, 403, 403, 405),
    ("withdraw", INVITED, "post", 302, 403, 403, 404),
    ("withdraw", INVITED, "get", 405, 403, 403, 405),
    ("user", READER, "get", 200, 403, 403, 404),
    ("user_role", READER, "post", 422, 403, 403, 404),
    ("user_role", READER, "get", 405, 403, 403, 405),
    ("user_block", READER, "get", 405, 403, 403, 405),
    ("user_block", READER, "post", 302, 403, 403, 404),
    ("user_unblock", READER, "post", 302, 403, 403, 404),
    ("user_questions", READER, "post", 422, 403, 403, 404),
    ("user_questions", READER, "get", 405, 403, 403, 405),
    ("user_no_questions", READER, "post", 302, 403, 403, 404),
    ("user_one_step", READER, "post", 302, 403, 403, 404),
    ("audit", NONE, "get", 200, 403, 403, 200),
    ("audit", NONE, "post", 405, 403, 403, 405),
    ("audit_csv", NONE, "get", 200, 403, 403, 200),
    ("audit_csv", NONE, "post", 405, 403, 403, 405),
    ("migration:overview", NONE, "get", 200, 200, 200, 200),
    ("migration:guide", NONE, "get", 200, 200, 200, 200),
    ("migration:guide", NONE, "post", 405, 405, 405, 405),
    ("migration:search", NONE, "get", 302, 302, 302, 302),
    ("migration:find", NONE, "post", 302, 302, 302, 302),
    ("migration:find", NONE, "get", 302, 302, 302, 302),
    ("migration:wizard_prepare", NONE, "get", 200, 200, 403, 200),
    ("migration:wizard_prepare", NONE, "post", 302, 302, 403, 302),
    ("migration:wizard_options", NONE, "get", 302, 302, 403, 302),
    ("migration:wizard_options", NONE, "post", 302, 302, 403, 302),
    ("migration:wizard_file", NONE, "get", 302, 302, 403, 302),
    ("migration:wizard_file", NONE, "post", 302, 302, 403, 302),
    ("migration:wizard_cancel", NONE, "post", 302, 302, 403, 302),
    ("migration:wizard_cancel", NONE, "get", 405, 405, 403, 405),
    ("migration:prior_checks", NONE, "post", 302, 302, 403, 302),
    ("migration:prior_checks", NONE, "get", 405, 405, 403, 405),
    ("migration:run", RUN, "get", 200, 200, 200, 404),
    ("migration:find_in_run", RUN, "get", 302, 302, 302, 404),
    ("migration:find_in_run", RUN, "post", 302, 302, 302, 404),
    ("migration:cause", CAUSE, "get", 200, 200, 200, 404),
    ("migration:cause", CAUSE, "post", 405, 405, 405, 405),
    ("migration:run_log_text", RUN, "get", 200, 200, 200, 404),
    ("migration:confirm", RUN, "post", 302, 302, 403, 404),
    ("migration:confirm", RUN, "get", 405, 405, 403, 405),
    ("migration:cancel", RUN, "post", 302, 302, 403, 404),
    ("migration:cancel", RUN, "get", 405, 405, 403, 405),
    ("migration:choose_last_versions", RUN, "get", 200, 200, 403, 404),
    ("migration:choose_last_versions", RUN, "post", 200, 200, 403, 404),
    ("migration:stop", RUN, "get", 302, 302, 403, 404),
    ("migration:stop", RUN, "post", 302, 302, 403, 404),
    ("migration:retry", RUN, "post", 302, 302, 403, 404),
    ("migration:retry", RUN, "get", 405, 405, 403, 405),
    ("migration:ignore", RUN, "get", 200, 200, 403, 404),
    ("migration:ignore", RUN, "post", 422, 422, 403, 404),
    ("migration:heed", RUN, "post", 302, 302, 403, 404),
    ("migration:heed", RUN, "get", 405, 405, 403, 405),
    ("migration:undo", RUN, "get", 200, 403, 403, 404),
    ("migration:undo", RUN, "post", 422, 403, 403, 404),
    ("migration:rename", RUN, "get", 200, 200, 403, 404),
    ("migration:rename", RUN, "post", 302, 302, 403, 404),
    ("migration:remove_file", RUN, "get", 200, 403, 403, 404),
    ("migration:remove_file", RUN, "post", 302, 403, 403, 404),
    ("migration:resume", RUN, "post", 302, 302, 403, 404),
    ("migration:resume", RUN, "get", 405, 405, 403, 405),
    ("migration:repeat", RUN, "post", 302, 302, 403, 404),
    ("migration:repeat", RUN, "get", 405, 405, 403, 405),
    ("migration:create_client", RECORD, "get", 404, 404, 403, 404),
    ("migration:create_client", RECORD, "post", 404, 404, 403, 404),
    ("migration:link_client", RECORD, "get", 404, 404, 403, 404),
    ("migration:link_client", RECORD, "post", 404, 404, 403, 404),
    ("migration:reactivate", RECORD, "post", 404, 404, 403, 404),
    ("migration:reactivate", RECORD, "get", 405, 405, 403, 405),
    ("migration:choose_dossier", RECORD, "get", 404, 404, 403, 404),
    ("migration:choose_dossier", RECORD, "post", 404, 404, 403, 404),
    ("migration:choose_version", RECORD, "get", 404, 404, 403, 404),
    ("migration:choose_version", RECORD, "post", 404, 404, 403, 404),
    ("migration:differences", RECORD, "get", 404, 404, 404, 404),
    ("migration:differences", RECORD, "post", 405, 405, 405, 405),
    ("migration:note_former", RECORD, "post", 404, 404, 403, 404),
    ("migration:note_former", RECORD, "get", 405, 405, 403, 405),
    ("migration:record_log", RECORD, "get", 200, 200, 200, 404),
    ("migration:record_log_text", RECORD, "get", 200, 200, 200, 404),
    ("migration:record_log_json", RECORD, "get", 200, 200, 200, 404),
    ("migration:record_reveal", RECORD, "post", 200, 403, 403, 404),
    ("migration:record_reveal", RECORD, "get", 405, 403, 403, 405),
    ("migration:download_overview", NONE, "get", 200, 200, 200, 200),
    ("migration:download_overview", NONE, "post", 405, 405, 405, 405),
    ("migration:download_all_csv", RUN, "get", 200, 200, 200, 404),
    ("migration:download_all_csv", RUN, "post", 405, 405, 405, 405),
    ("migration:download_failed_csv", RUN, "get", 200, 200, 200, 404),
    ("migration:download_all_xlsx", RUN, "get", 200, 200, 200, 404),
    ("migration:download_failed_xlsx", RUN, "get", 200, 200, 200, 404),
    ("migration:download_json", RUN, "get", 200, 200, 200, 404),
    ("migration:download_failed_files", RUN, "get", 200, 200, 403, 404),
    ("migration:download_failed_files", RUN, "post", 405, 405, 403, 405),
    ("migration:support_package", RUN, "get", 200, 200, 200, 404),
    ("migration:support_package", RUN, "post", 200, 200, 200, 404),
    ("migration:history", RUN, "get", 200, 200, 200, 404),
    ("migration:history", RUN, "post", 405, 405, 405, 405),
    ("migration:report", RUN, "get", 200, 200, 200, 404),
    ("migration:report", RUN, "post", 405, 405, 405, 405),
]

FOR_ANYBODY: Final = {
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "join",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
"""Nobody has to be signed in for these."""
ASKED_AGAIN: Final = {
    "invite", "invite_again", "sign_out_elsewhere", "sign_out_everywhere", "user", "user_block", "user_one_step",
    "user_no_questions", "user_questions", "user_role", "user_unblock",
}  # fmt: skip
"""What outlives the moment: some minutes after signing in these ask for the password, a code or a passkey first."""
OTHER_NAMES: Final = {"mfa_index", "mfa_list_webauthn"}
"""Further names of an address that stands in the table."""
FOR_MACHINES: Final = {"alive", "ready"}
"""Probes of health: 'ok' or 'not ok', and nothing else."""


def test_the_table_knows_every_address() -> None:
    known = {name for name, *_ in TABLE} | FOR_ANYBODY | OTHER_NAMES | FOR_MACHINES
    missing = {address.name for address in all_addresses()} - known
    assert not missing, f"tests/walls/test_rights.py: say in TABLE who may reach {', '.join(sorted(missing))}"
    assert not known - {address.name for address in all_addresses()}, "these addresses are gone"


@pytest.fixture
def people(world: World) -> list[User]:
    """Beheerder, Uitvoerder, Lezer, and a Beheerder of another office; none has a second step."""
    managers = [UserFactory(office=side.office, role=User.Role.MANAGER) for side in (world.ours, world.theirs)]
    return [managers[0], world.ours.operator, world.ours.reader, managers[1]]


@pytest.fixture
def numbers(world: World) -> Numbers:
    side = world.ours
    return {
        "run": side.runs["partly"].pk,
        "position": 1,
        "code": "SBA-202",
        "client": side.client.pk,
        "reader": side.reader.pk,
        "invitation": side.invitation.pk,
    }


def answer(user: User | None, method: str, url: str, long_ago: bool = False) -> Any:
    browser = Browser()
    if user:
        browser.force_login(user)
    if long_ago:
        an_hour_later(browser)
    return getattr(browser, method)(url)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[2]} {row[0]}")
def test_everybody_gets_what_their_right_allows(row: Row, people: list[User], numbers: Numbers) -> None:
    name, arguments, method, *expected = row
    url = reverse(name, args=[numbers[argument] for argument in arguments])
    nobody = answer(None, method, url)
    assert (nobody.status_code, nobody["Location"][:10]) == (302, "/inloggen/")
    got = [answer(user, method, url).status_code for user in reversed(people)]
    assert got[::-1] == expected


def test_whoever_is_refused_hears_whom_to_ask_for_what(people: list[User], numbers: Numbers) -> None:
    """What an Uitvoerder may not do is for a Beheerder; the rest a Lezer may not is for an Uitvoerder."""
    for name, arguments, method, *expected in TABLE:
        url = reverse(name, args=[numbers[argument] for argument in arguments])
        for_managers = expected[1] == 403
        for user in people[1:3] if for_managers else people[2:3] if expected[2] == 403 else []:
            told = unescape(answer(user, method, url).content.decode())
            assert ("niet uploaden" not in told) is for_managers, url
            assert re.search("[Bb]eheerder" if for_managers else "de rol Uitvoerder", told), url


@pytest.mark.parametrize("row", [row for row in TABLE if row[0] in ASKED_AGAIN], ids=lambda row: f"{row[2]} {row[0]}")
def test_a_right_comes_before_the_question_who_one_is(row: Row, people: list[User], numbers: Numbers) -> None:
    """After an hour whoever may is asked again; whoever may not gets the same answer as ever."""
    name, arguments, method, *expected = row
    url = reverse(name, args=[numbers[argument] for argument in arguments])
    got = [answer(user, method, url, long_ago=True) for user in reversed(people)][::-1]
    refused = [status if status in (403, 404, 405) else 302 for status in expected]
    assert [one.status_code for one in got] == refused
    questions = [one["Location"] for one in got if one.status_code == 302]
    pages = ("/instellingen/gebruikers/", "/instellingen/beveiliging/")
    assert all(address.startswith(tuple(f"/bevestigen/?next={page}" for page in pages)) for address in questions)


@pytest.mark.parametrize("name", sorted(FOR_ANYBODY - {"join", "account_reset_password_from_key"}))
def test_what_is_for_anybody_asks_nobody_to_sign_in_first(client: Browser, name: str) -> None:
    assert "next=" not in client.get(reverse(name)).get("Location", "")


def test_a_record_that_is_not_in_the_run_is_not_found(people: list[User], numbers: Numbers) -> None:
    assert answer(people[0], "get", reverse("migration:record_log", args=[numbers["run"], 99])).status_code == 404
