"""Whatever stands in an address, the overview and the page of a run answer."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migration.models import Run
from portal.models import User
from tests.migration.conftest import HTMX

pytestmark = pytest.mark.django_db
NAMES = ["toon", "periode", "soort", "door", "sort", "page", "per_page", "per", "code", "na", "voor", "jaar", "status"]
WORDS = [
    "alle",
    "actie",
    "mislukt",
    "week",
    "sba",
    "IB",
    "SBA-202",
    "-created_at",
    "position",
    "-1",
    "0",
    "9" * 30,
    "²",
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES) | TEXT, st.sampled_from(WORDS) | TEXT), max_size=6)
PARTS = st.sampled_from([{}, HTMX, {**HTMX, "HX-Target": "records"}, {**HTMX, "HX-Target": "progress"}])


@given(query=QUERIES, headers=PARTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_breaks_a_page(
    sign_in: Callable[[User], Browser], anna: User, partly: Run, query: list[tuple[str, str]], headers: dict[str, str]
) -> None:
    browser = sign_in(anna)
    for page in ("/instellingen/migratie/", partly.get_absolute_url()):
        response = browser.get(f"{page}?{urlencode(query)}", headers=headers, follow=True)
        assert response.status_code == 200, (page, query)
