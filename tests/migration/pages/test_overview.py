"""/instellingen/migratie/"""

import re
from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.utils import timezone

from migration.models import SILENCE, Run
from migration.pages.tables import RunTable
from migration.states import FORESEEN
from portal.models import User
from tests.kinds import registered
from tests.markup import unfolded
from tests.migration.conftest import HTMX, SignIn
from tests.migration.kinds.tiny import TinyKind
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db
URL = "/instellingen/migratie/"


def page(browser: Browser, **query: str) -> str:
    response = browser.get(URL, query)
    assert response.status_code == 200
    return unfolded(response.content.decode())


def test_whoever_may_upload_is_asked_to_begin(sign_in: SignIn, olga: User) -> None:
    html = page(sign_in(olga))
    assert "Er zijn nog geen migraties." in html
    assert "Exporteer uw SBA&#x27;s in de ECM en upload hier het ZIP-bestand." in html or "Exporteer uw SBA's" in html
    assert html.count("Upload migratiebestand") == 2
    assert "Vier controles vooraf" in html


def test_a_reader_hears_whom_to_ask(sign_in: SignIn, bram: User) -> None:
    html = page(sign_in(bram))
    assert "Upload migratiebestand" not in html
    assert "Vraag uw beheerder om de rol Uitvoerder." in html


def test_a_colleague_sees_the_runs_and_a_stranger_does_not(
    sign_in: SignIn, bram: User, carla: User, partly: Run
) -> None:
    link = f'href="{partly.get_absolute_url()}"'
    assert link in page(sign_in(bram))
    assert link not in page(sign_in(carla))


def test_a_row_tells_how_it_went(sign_in: SignIn, anna: User, partly: Run) -> None:
    html = page(sign_in(anna))
    for text in ("Datum migratie", "# mislukt", "Deels geslaagd", "1 verwacht", "1 migratie", "Anna de Vries"):
        assert text in html
    assert 'aria-label="1 nieuw, 3 mislukt"' in html


def test_a_tab_keeps_what_chooses_and_sorts_and_nothing_else(sign_in: SignIn, anna: User, partly: Run) -> None:
    html = page(sign_in(anna), periode="jaar", sort="failed", page="1", x="iets")
    assert 'href="?periode=jaar&amp;sort=failed&amp;toon=afgerond"' in html
    assert not re.search(r'href="[?][^"]*toon=[^"]*iets', html)


def test_an_address_that_holds_a_number_is_left_for_one_without(sign_in: SignIn, anna: User, partly: Run) -> None:
    for query in ({"x": "123456782"}, {"door": "1234 56782"}, {"123456782": "x"}):
        assert sign_in(anna).get(URL, query).headers["Location"] == URL


def test_what_was_undone_asks_for_nothing(sign_in: SignIn, anna: User, partly: Run) -> None:
    browser = sign_in(anna)
    assert '<td role="cell" data-label="Actie nodig" class="asks number"> <strong>2</strong>' in page(browser)
    Run.objects.update(state=Run.State.UNDONE)
    assert '<td role="cell" data-label="Actie nodig" class="asks number zero"> 0' in page(browser)
    assert "Los op" not in browser.get(partly.get_absolute_url()).content.decode()


@pytest.mark.parametrize("state", Run.State.values)
def test_a_run_is_sorted_by_the_number_that_its_row_shows(partly: Run, perfect: Run, state: str) -> None:
    Run.objects.filter(pk=partly.pk).update(state=state)
    shown = [run.open_actions for run in Run.objects.order_by(Run.OPEN_ACTIONS)]
    in_the_database = Run.objects.annotate(open=Run.OPEN_ACTIONS).order_by("open").values_list("open", flat=True)
    assert shown == list(in_the_database) == [0, 0 if state in (*FORESEEN, Run.State.UNDONE) else 2]


@pytest.mark.parametrize("state", Run.State.values)
def test_only_what_somebody_can_act_on_now_stands_in_the_menu_and_under_its_tab(
    sign_in: SignIn, anna: User, partly: Run, state: str
) -> None:
    """A run that moves shows its failures already, but it asks for nothing yet; one that is ready asks for a choice."""
    Run.objects.update(state=state, moved_at=timezone.now())
    html = page(sign_in(anna), toon="actie")
    assert ("2 records vragen actie" in html) == (state in ("finished", "stopped"))
    assert (f'id="run-{partly.pk}"' in html) == (state in ("finished", "stopped", "ready"))


def test_a_cell_is_labelled_by_its_column(sign_in: SignIn, anna: User, partly: Run) -> None:
    assert LABEL.findall(page(sign_in(anna))) == labels("importer", "started_by")


def test_what_would_be_the_same_in_each_row_is_no_column(
    sign_in: SignIn, anna: User, bram: User, partly: Run, perfect: Run
) -> None:
    browser = sign_in(anna)
    assert "Gestart door" not in LABEL.findall(page(browser))
    Run.objects.filter(pk=perfect.pk).update(started_by=bram)
    assert LABEL.findall(page(browser)) == 2 * labels("importer")
    assert "Gestart door" not in LABEL.findall(page(browser, door=str(bram.pk)))
    with registered(TinyKind()) as kind:
        Run.objects.filter(pk=perfect.pk).update(importer_slug=kind.slug)
        assert LABEL.findall(page(browser)) == 2 * labels()


LABEL = re.compile(r'data-label="(.+?)"')


def labels(*without: str) -> list[str]:
    return [str(column.header) for column in RunTable([], exclude=without).columns]


def test_the_menu_counts_what_asks_for_action(sign_in: SignIn, anna: User, carla: User, partly: Run) -> None:
    assert "2 records vragen actie" in page(sign_in(anna))
    assert "vragen actie" not in page(sign_in(carla))


def test_a_bsn_in_a_file_name_is_masked(sign_in: SignIn, anna: User, perfect: Run) -> None:
    Run.objects.update(file_name="SBA 900000016.zip")
    html = page(sign_in(anna))
    assert "900000016" not in html
    assert "•••••0016.zip" in html


def test_it_asks_for_news_only_while_something_moves(sign_in: SignIn, anna: User, perfect: Run) -> None:
    browser = sign_in(anna)
    assert 'hx-trigger="every 2s"' not in page(browser)
    Run.objects.update(state=Run.State.WRITING, moved_at=timezone.now())
    html = page(browser)
    assert 'hx-trigger="every 2s"' in html
    assert "Nextens is bezig met migratie" in html


def test_htmx_gets_the_list_alone(sign_in: SignIn, anna: User, perfect: Run) -> None:
    response = sign_in(anna).get(URL, headers=HTMX)
    assert response.content.strip().startswith(b'<section id="runs"')
    assert "HX-Request" in response.headers["Vary"]


@pytest.mark.parametrize(
    "sort",
    [
        "created_at",
        "-created_at",
        "file_name",
        "record_count",
        "-imported",
        "failed",
        "-needs_action",
        "started_by",
        "x",
    ],
)
def test_every_order_can_be_asked_for(sign_in: SignIn, anna: User, perfect: Run, partly: Run, sort: str) -> None:
    html = page(sign_in(anna), sort=sort)
    assert html.count('class="main" id="run-') == 2


def test_the_newest_comes_first(sign_in: SignIn, anna: User, perfect: Run, partly: Run) -> None:
    html = page(sign_in(anna))
    assert html.index(f'id="run-{partly.pk}"') < html.index(f'id="run-{perfect.pk}"')
    html = page(sign_in(anna), sort="needs_action")
    assert html.index(f'id="run-{perfect.pk}"') < html.index(f'id="run-{partly.pk}"')


@pytest.mark.parametrize(
    ("state", "label"),
    [
        ("received", "Migratiebestand geüpload, wacht op Nextens"),
        ("checking", "Nextens is bezig met migratie"),
        ("ready", "Wacht op uw keuze"),
        ("writing", "Nextens is bezig met migratie"),
        ("finished", "Migratie succesvol"),
        ("refused", "Fout bij migratie"),
        ("stopped", "Gestopt"),
        ("retrying", "Nextens is bezig met migratie"),
        ("undoing", "Nextens is bezig met migratie"),
        ("undone", "Teruggedraaid"),
    ],
)
def test_every_state_has_its_words(sign_in: SignIn, anna: User, perfect: Run, state: str, label: str) -> None:
    Run.objects.update(state=state, moved_at=timezone.now())
    assert label in page(sign_in(anna))


def test_a_run_without_a_heartbeat_says_so(sign_in: SignIn, anna: User, perfect: Run) -> None:
    Run.objects.update(state=Run.State.WRITING, moved_at=timezone.now() - 2 * SILENCE)
    assert "Geen antwoord van Nextens" in page(sign_in(anna))


def test_more_runs_cost_no_more_queries(
    sign_in: SignIn, anna: User, imported: Import, perfect: Run, django_assert_num_queries: Callable[..., object]
) -> None:
    browser = sign_in(anna)
    page(browser)
    with django_assert_num_queries(7):  # session, user, badge, tabs, colleagues, count, rows
        page(browser)
    imported([b"<kapot"])
    imported([b"<krom"])
    with django_assert_num_queries(7):
        page(browser)


def test_filters_that_leave_nothing_can_be_cleared(sign_in: SignIn, olga: User, imported: Import) -> None:
    imported({})
    browser = sign_in(olga)
    html = page(browser, toon="bezig")
    assert "Geen migraties gevonden met deze filters." in html
    assert "Wis filters" in html
    assert "Wis filters" in page(browser, periode="week")
    assert "Wis filters" not in page(browser, toon="alle", periode="", soort="", door="")
