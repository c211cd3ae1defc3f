"""The bezwaartermijn guard: what one can still object to is told, and most of all where it fails."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.acts import failures, remedies
from migration.acts import runs as acts
from migration.kinds.deadlines import to_close
from migration.models import Mail, Run
from migration.upkeep.mail import message_about
from portal.models import Office, User
from sba import problems
from sba.models import Sba
from sba.samples import document
from tests.acting import some
from tests.factories import ClientFactory
from tests.markup import unfolded
from tests.migration.conftest import FORMER, UNKNOWN
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db

RECENTLY = timezone.localdate() - timedelta(days=10)
YEAR = RECENTLY.year - 1


def recent(**more: object) -> bytes:
    return document(**{"dated_on": RECENTLY, "year": YEAR, **more})


@pytest.fixture
def mixed(client_of_ours: object, former_client: None) -> dict[str, bytes]:
    """Of each kind one whose term runs and one whose term is over; and one of which nothing is known."""
    return {
        "1.xbrl": recent(),
        "2.xbrl": document(year=2015),
        "3.xbrl": recent(tax_id=UNKNOWN),
        "4.xbrl": document(tax_id=UNKNOWN, year=2015),
        "5.xbrl": recent(tax_id=FORMER),
        "6.xbrl": b"<kapot",
        "7.xbrl": recent(tax_id=UNKNOWN, year=YEAR - 1),
    }


def page(browser: Browser, run: Run, **query: str) -> str:
    return unfolded(unescape(browser.get(run.get_absolute_url(), query).content.decode()))


def listed(browser: Browser, run: Run, choice: str) -> tuple[list[int], int | None]:
    """The records of a tab, and the count it shows; None where it shows no count or is not there."""
    context = browser.get(run.get_absolute_url(), {"toon": choice}).context
    counts = {one.slug: one.count for one in context["shown"].tabs}
    return [record.position for record in context["table"].window.rows], counts.get(choice)


def report(browser: Browser, run: Run) -> str:
    return unfolded(unescape(browser.get(reverse("migration:report", args=[run.pk])).content.decode()))


def mail(run: Run) -> str:
    return str(message_about(Mail.objects.filter(run=run).latest("pk")).body)


# --- What fails while its term runs ----------------------------------------------------------------------------------


def test_the_check_tells_what_will_fail_while_its_term_runs(
    browser: Browser, checked: Import, mixed: dict[str, bytes]
) -> None:
    run = checked(mixed)
    html = page(browser, run)
    assert "Van 1 SBA loopt de bezwaartermijn nog" in html
    assert "Van 2 SBA's die waarschijnlijk mislukken loopt de bezwaartermijn ook nog" in html
    assert listed(browser, run, "termijn-mislukt") == ([3, 7], 2)
    assert listed(browser, run, "termijn") == ([1], 1)


def test_where_all_of_them_fail_it_is_told_too(browser: Browser, checked: Import) -> None:
    html = page(browser, checked([recent(tax_id=UNKNOWN)]))
    assert "Van 1 SBA die waarschijnlijk mislukt loopt de bezwaartermijn nog" in html


def test_the_run_page_the_report_and_the_mail_tell_what_failed_while_its_term_runs(
    browser: Browser, imported: Import, mixed: dict[str, bytes]
) -> None:
    run = imported(mixed)
    told = "Van 2 SBA's die zijn mislukt loopt de bezwaartermijn ook nog"
    assert told in page(browser, run)
    assert listed(browser, run, "termijn-mislukt") == ([3, 7], 2)
    assert f"{told}." in mail(run)
    paper = report(browser, run)
    assert "loopt van 2 SBA's die deze migratie niet heeft geïmporteerd de bezwaartermijn nog" in paper
    assert "loopt van 1 SBA uit deze migratie de bezwaartermijn nog" in paper


def test_what_was_to_be_expected_or_cannot_be_read_has_no_term_to_tell(
    browser: Browser, imported: Import, former_client: None
) -> None:
    run = imported([recent(tax_id=FORMER), b"<kapot", document(tax_id=UNKNOWN, kind="voorlopig", dated_on=RECENTLY)])
    assert (run.failed, run.failing_terms) == (3, 0)
    assert listed(browser, run, "termijn-mislukt") == ([], None)
    assert "bezwaartermijn nog" not in page(browser, run)
    assert "die zijn mislukt" not in mail(run)


def test_a_term_that_ends_is_no_longer_told(
    browser: Browser, imported: Import, mixed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = imported(mixed)
    until = run.records.get(position=3).until
    assert until
    for day, found in ((until, ([3, 7], 2)), (until + timedelta(days=1), ([], None))):
        monkeypatch.setattr(timezone, "localdate", lambda value=None, day=day: day)
        assert listed(browser, run, "termijn-mislukt") == found


# --- After whatever changes it ---------------------------------------------------------------------------------------


def test_a_retry_renews_what_is_told(
    browser: Browser, imported: Import, mixed: dict[str, bytes], office: Office, olga: User
) -> None:
    run = imported(mixed)
    ClientFactory(office=office, tax_id=UNKNOWN)
    assert failures.retry(some(run, run.records.failures()), olga)
    moved(run)
    assert (run.open_terms, run.running_terms, run.failing_terms) == (3, 3, 0)
    assert listed(browser, run, "termijn") == ([1, 3, 7], 3)
    assert listed(browser, run, "termijn-mislukt") == ([], None)
    assert "Van 3 SBA's loopt de bezwaartermijn nog." in mail(run)
    assert "loopt van 3 SBA's uit deze migratie" in report(browser, run)


def test_a_remedy_renews_it_too(browser: Browser, imported: Import, mixed: dict[str, bytes], olga: User) -> None:
    run = imported(mixed)
    assert remedies.note_former(run.records.get(position=3), olga)
    moved(run)
    assert (run.expected, run.failing_terms) == (4, 0)


def test_a_retry_that_can_read_more_renews_taxes_and_years(
    imported: Import, client_of_ours: object, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("sba.reading.notice.read", lambda content: 1 / 0)
        run = imported([document()])
    assert run.breakdown["tax"] == run.breakdown["year"] == {"unknown": 1}
    assert failures.retry(some(run, run.records.failures()), olga)
    moved(run)
    assert (run.breakdown["tax"], run.breakdown["year"]) == ({"IB": 1}, {"2019": 1})


def test_the_charts_count_every_sba_and_say_so(browser: Browser, imported: Import, mixed: dict[str, bytes]) -> None:
    run = imported({**mixed, "leesmij.txt": b"hallo"})
    assert "alle 7 SBA's uit het bestand, ook wat is mislukt of al aanwezig was" in page(browser, run)
    assert sum(run.breakdown["tax"].values()) == sum(run.breakdown["year"].values()) == run.record_count == 7


def test_a_stop_renews_it(browser: Browser, checked: Import, client_of_ours: object, olga: User) -> None:
    run = checked([recent(), recent(year=YEAR - 1)])
    acts.confirm(run, olga)
    run.records.filter(position=2).fail(problems.UNEXPECTED, {})  # as a write does that gives one up
    browser.post(reverse("migration:stop", args=[run.pk]))
    assert listed(browser, run, "termijn") == ([1], 1)
    assert listed(browser, run, "termijn-mislukt") == ([2], 1)
    assert "niet verwerkt" in report(browser, run)


def test_an_undo_leaves_the_same_terms_on_every_page(
    browser: Browser, imported: Import, mixed: dict[str, bytes], anna: User
) -> None:
    run = imported({**mixed, "8.xbrl": recent(tax="ZVW")})
    Sba.objects.filter(tax="ZVW").update(status="akkoord")
    acts.undo(run, anna)
    moved(run)
    assert listed(browser, run, "termijn") == ([8], 1)
    assert "loopt van 1 SBA uit deze migratie" in report(browser, run)
    html = page(browser, run)
    assert "<dt>Teruggedraaid</dt><dd>2</dd>" in html


def test_a_tab_shows_no_count_of_terms_while_they_change(
    browser: Browser, imported: Import, mixed: dict[str, bytes]
) -> None:
    run = imported(mixed)
    Run.objects.filter(pk=run.pk).update(state=Run.State.UNDOING)
    assert listed(browser, run, "termijn") == ([1], None)


# --- What the guard is about -----------------------------------------------------------------------------------------


def test_what_keeps_its_status_is_not_warned_of(imported: Import, checked: Import, client_of_ours: object) -> None:
    imported([recent()])
    run = checked([recent()], target="afgehandeld", confirmed=True)
    assert (run.state, run.running_terms, to_close(run)) == (Run.State.FINISHED, 1, 0)
    assert Sba.objects.get().status == "te-beoordelen"


def test_of_what_is_partly_present_only_the_new_ones_are_warned_of(
    browser: Browser, imported: Import, checked: Import, client_of_ours: object
) -> None:
    imported([recent()])
    run = checked([recent(), recent(year=YEAR - 1), recent(tax="ZVW")], target="afgehandeld")
    html = page(browser, run)
    assert "Van 3 SBA's loopt de bezwaartermijn nog" in html
    assert "Met de status 'Afgehandeld' staan de 2 nieuwe SBA's niet meer op de lijst" in html
    assert "1 ander staat al in een dossier en houdt zijn status." in html
    assert 'Zet de 2 nieuwe SBA\'s op "Te beoordelen"' in html


def test_whoever_changes_the_status_of_all_is_warned_of_all(
    browser: Browser, imported: Import, checked: Import, client_of_ours: object
) -> None:
    imported([recent()])
    run = checked([recent(), recent(year=YEAR - 1)], target="afgehandeld", overwrite_status=True, confirmed=True)
    assert run.state == Run.State.READY
    html = page(browser, run)
    assert "staan deze 2 SBA's niet meer op de lijst" in html
    assert 'Zet deze 2 SBA\'s op "Te beoordelen"' in html


def test_a_later_day_warns_of_what_runs_then(
    checked: Import, client_of_ours: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = checked([recent()], target="afgehandeld")
    assert to_close(run) == 1
    monkeypatch.setattr(timezone, "localdate", lambda: RECENTLY + timedelta(days=100))
    assert to_close(run) == 0
