"""How many queries each page costs: a number that is written down here, and that more rows do not raise."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from migration.audit_actions import MigrationAction
from migration.models import Run
from portal.models import AuditEvent, Client, Invitation, Office, User
from sba.samples import document
from tests.factories import ClientFactory, UserFactory
from tests.migration.conftest import UNKNOWN, SignIn
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db

# Every address that answers a GET of the manager with a page or a file → its queries.
BASELINE = {
    "account_change_password": 3,
    "account_inactive": 3,
    "account_logout": 3,
    "account_reauthenticate": 9,
    "account_reset_password": 3,
    "account_reset_password_done": 3,
    "account_reset_password_from_key": 4,
    "account_reset_password_from_key_done": 3,
    "alive": 0,
    "audit": 5,
    "audit_csv": 5,
    "client": 6,
    "clients": 5,
    "invite": 3,
    "join": 3,
    "mfa_index": 4,
    "mfa_list_webauthn": 4,
    "migration:cause": 8,
    "migration:download_all_csv": 6,
    "migration:download_all_xlsx": 6,
    "migration:download_failed_csv": 6,
    "migration:download_failed_xlsx": 6,
    "migration:download_json": 8,
    "migration:download_overview": 5,
    "migration:guide": 3,
    "migration:history": 6,
    "migration:ignore": 8,
    "migration:overview": 7,
    "migration:record_log": 8,
    "migration:record_log_json": 5,
    "migration:record_log_text": 5,
    "migration:remove_file": 4,
    "migration:rename": 4,
    "migration:report": 7,
    "migration:run": 11,
    "migration:run_log_text": 4,
    "migration:search": 4,
    "migration:support_package": 4,
    "migration:undo": 8,
    "migration:wizard_file": 6,
    "migration:wizard_options": 3,
    "migration:wizard_prepare": 5,
    "own_name": 3,
    "ready": 4,
    "security": 4,
    "settings": 3,
    "user": 4,
    "users": 6,
}
# Those that do not: they only take a POST, lead elsewhere, or are not for somebody who is signed in.
NO_PAGES = {
    "account_login",
    "find_clients",
    "home",
    "invite_again",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "migration:cancel",
    "migration:choose_dossier",
    "migration:choose_last_versions",
    "migration:choose_version",
    "migration:confirm",
    "migration:create_client",
    "migration:differences",
    "migration:find",
    "migration:find_in_run",
    "migration:heed",
    "migration:link_client",
    "migration:note_former",
    "migration:prior_checks",
    "migration:reactivate",
    "migration:record_reveal",
    "migration:repeat",
    "migration:resume",
    "migration:retry",
    "migration:stop",
    "migration:wizard_cancel",
    "page_size",
    "sign_out_elsewhere",
    "stay",
    "sign_out_everywhere",
    "user_block",
    "user_no_questions",
    "user_one_step",
    "user_questions",
    "user_role",
    "user_unblock",
    "withdraw",
}
# A file of documents, one at a time in memory, so a query for each.
ONE_BY_ONE = {"migration:download_failed_files"}


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    """Every named address of all apps, as reverse() takes it."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{pattern.app_name}:" if pattern.app_name else space)
        else:
            yield f"{space}{pattern.name}"


QUERIES = {"migration:search": "?q=SBA-202"}


def test_every_address_has_a_number_or_is_no_page() -> None:
    assert sorted(set(names(get_resolver().url_patterns))) == sorted({*BASELINE, *NO_PAGES, *ONE_BY_ONE})


@pytest.fixture(params=[5, 60])
def rows(request: Any, anna: User, client_of_ours: Client, imported: Import) -> tuple[Run, Client]:
    """So many of everything: records of both kinds, runs, SBA's in a dossier, clients, colleagues, events."""
    count: int = request.param
    run = imported(records(count))
    fill(anna, run, count)
    return run, client_of_ours


def records(count: int) -> list[bytes]:
    days = [date(2019, 1, 1) + timedelta(days=n) for n in range(count)]
    good = [document(dated_on=day, volume=n + 1) for n, day in enumerate(days)]
    return good + [document(tax_id=UNKNOWN, dated_on=day, volume=n + 101) for n, day in enumerate(days)]


def fill(anna: User, run: Run, count: int) -> None:
    office: Office = anna.office
    ClientFactory.create_batch(count, office=office)
    colleagues = UserFactory.create_batch(count, office=office)
    for n, colleague in enumerate(colleagues):
        AuditEvent.objects.note(colleague, MigrationAction.RUN_DOWNLOAD, run.reference)
        run.log("confirmed", actor=colleague.name)
        Invitation.objects.create(
            office=office, email=f"i{n}@x.example", name="I", invited_by=colleague, sent_at=timezone.now()
        )
    fields = {name: getattr(run, name) for name in ("importer_slug", "target", "file_size", "state", "members", "new")}
    Run.objects.bulk_create(
        Run(office=office, started_by=one, file_name=f"{one.name}.zip", file_digest="x", **fields) for one in colleagues
    )


def test_more_rows_cost_no_more_queries(sign_in: SignIn, anna: User, rows: tuple[Run, Client]) -> None:
    run, client = rows
    browser = at_the_file(sign_in(anna))
    counted = {name: queries(browser, url) for name, url in addresses(run, client, anna) if name not in ONE_BY_ONE}
    assert {name: count for name, count in counted.items() if count is not None} == BASELINE


def at_the_file(browser: Browser) -> Browser:
    """So far in the wizard that all of its pages can be seen."""
    browser.post(reverse("migration:wizard_prepare"))
    browser.post(reverse("migration:wizard_options"), {"importer_slug": "sba", "target": "te-beoordelen"})
    return browser


def addresses(run: Run, client: Client, anna: User) -> Iterator[tuple[str, str]]:
    """Each name with an address that exists."""
    numbers = {"client": client.pk, "user": User.objects.exclude(pk=anna.pk).earliest("pk").pk}
    for name in sorted(set(names(get_resolver().url_patterns))):
        pk = run.pk if ":" in name else numbers["user" if "user" in name else "client"]
        for arguments in (
            {},
            {"pk": pk},
            {"pk": pk, "position": 1},
            {"pk": pk, "code": "SBA-202"},
            {"token": "x"},
            {"uidb36": "x", "key": "y"},
        ):
            try:
                yield name, reverse(name, kwargs=arguments) + QUERIES.get(name, "")
                break
            except NoReverseMatch:
                continue


def queries(browser: Browser, url: str) -> int | None:
    """Of a second visit, files sent to their end; None where this is no page."""
    read(browser, url)
    with CaptureQueriesContext(connection) as captured:
        status = read(browser, url)
    return len(captured) if status == 200 else None


def read(browser: Browser, url: str) -> int:
    response = browser.get(url)
    if response.streaming:
        list(response)
    return int(response.status_code)
