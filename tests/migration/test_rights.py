"""Who may reach which page of the migration: the manager, the operator, the reader, a stranger, and nobody."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from migration.models import Run
from portal.models import User

pytestmark = pytest.mark.django_db

SIGN_IN = "302 to the sign-in page"
RUN = ["pk"]
RECORD = ["pk", "position"]

# name, arguments, method → anna (Beheerder), olga (Uitvoerder), bram (Lezer), carla (another office)
TABLE = [
    ("overview", [], "get", 200, 200, 200, 200),
    ("search", [], "get", 302, 302, 302, 302),
    ("find", [], "post", 302, 302, 302, 302),
    ("find", [], "get", 405, 405, 405, 405),
    ("wizard_prepare", [], "get", 200, 200, 403, 200),
    ("wizard_prepare", [], "post", 302, 302, 403, 302),
    ("wizard_options", [], "get", 302, 302, 403, 302),
    ("wizard_options", [], "post", 302, 302, 403, 302),
    ("wizard_file", [], "get", 302, 302, 403, 302),
    ("wizard_file", [], "post", 302, 302, 403, 302),
    ("wizard_cancel", [], "post", 302, 302, 403, 302),
    ("wizard_cancel", [], "get", 405, 405, 403, 405),
    ("run", RUN, "get", 200, 200, 200, 404),
    ("run_log_text", RUN, "get", 200, 200, 200, 404),
    ("confirm", RUN, "post", 302, 302, 403, 404),
    ("confirm", RUN, "get", 405, 405, 403, 405),
    ("cancel", RUN, "post", 302, 302, 403, 404),
    ("cancel", RUN, "get", 405, 405, 403, 405),
    ("stop", RUN, "get", 302, 302, 403, 404),
    ("stop", RUN, "post", 302, 302, 403, 404),
    ("retry", RUN, "post", 302, 302, 403, 404),
    ("retry", RUN, "get", 405, 405, 403, 405),
    ("ignore", RUN, "get", 200, 200, 403, 404),
    ("ignore", RUN, "post", 200, 200, 403, 404),
    ("heed", RUN, "post", 302, 302, 403, 404),
    ("heed", RUN, "get", 405, 405, 403, 405),
    ("undo", RUN, "get", 200, 403, 403, 404),
    ("undo", RUN, "post", 200, 403, 403, 404),
    ("resume", RUN, "post", 302, 302, 403, 404),
    ("resume", RUN, "get", 405, 405, 403, 405),
    ("note_former", RECORD, "post", 404, 404, 403, 404),
    ("note_former", RECORD, "get", 405, 405, 403, 405),
    ("record_log", RECORD, "get", 200, 200, 200, 404),
    ("record_log_text", RECORD, "get", 200, 200, 200, 404),
    ("record_log_json", RECORD, "get", 200, 200, 200, 404),
    ("record_reveal", RECORD, "post", 200, 403, 403, 404),
    ("record_reveal", RECORD, "get", 405, 403, 403, 405),
    ("download_overview", [], "get", 200, 200, 200, 200),
    ("download_overview", [], "post", 405, 405, 405, 405),
    ("download_all_csv", RUN, "get", 200, 200, 200, 404),
    ("download_all_csv", RUN, "post", 405, 405, 405, 405),
    ("download_failed_csv", RUN, "get", 200, 200, 200, 404),
    ("download_all_xlsx", RUN, "get", 200, 200, 200, 404),
    ("download_failed_xlsx", RUN, "get", 200, 200, 200, 404),
    ("download_json", RUN, "get", 200, 200, 200, 404),
    ("download_failed_files", RUN, "get", 200, 200, 403, 404),
    ("download_failed_files", RUN, "post", 405, 405, 403, 405),
    ("support_package", RUN, "get", 200, 200, 200, 404),
    ("support_package", RUN, "post", 200, 200, 200, 404),
    ("history", RUN, "get", 200, 200, 200, 404),
    ("history", RUN, "post", 405, 405, 405, 405),
    ("report", RUN, "get", 200, 200, 200, 404),
    ("report", RUN, "post", 405, 405, 405, 405),
]


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        found |= names(pattern.url_patterns) if isinstance(pattern, URLResolver) else {str(pattern.name)}
    return found


def test_the_table_knows_every_address() -> None:
    (app,) = (one for one in get_resolver().url_patterns if getattr(one, "app_name", "") == "migration")
    assert names(app.url_patterns) == {name for name, *_ in TABLE}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[2]} {row[0]}")
def test_everybody_gets_what_their_right_allows(
    row: tuple[str, list[str], str, int, int, int, int],
    sign_in: Callable[[User], Browser],
    anna: User,
    olga: User,
    bram: User,
    carla: User,
    partly: Run,
) -> None:
    name, arguments, method, *expected = row
    values = {"pk": partly.pk, "position": 1}
    url = reverse(f"migration:{name}", args=[values[argument] for argument in arguments])
    got = [getattr(sign_in(user), method)(url).status_code for user in (anna, olga, bram, carla)]
    assert got == expected
    nobody = getattr(Browser(), method)(url)
    assert nobody.status_code == 302
    assert nobody["Location"].startswith("/inloggen/")


def test_a_record_of_another_run_is_not_found(sign_in: Callable[[User], Browser], anna: User, partly: Run) -> None:
    assert sign_in(anna).get(reverse("migration:record_log", args=[partly.pk, 99])).status_code == 404


def test_every_page_may_not_be_cached(sign_in: Callable[[User], Browser], anna: User, partly: Run) -> None:
    for url in (reverse("migration:overview"), partly.get_absolute_url(), f"{partly.get_absolute_url()}records/1/log/"):
        assert sign_in(anna).get(url)["Cache-Control"] == "no-store"
