"""'Herhaal import': the kept file once more, through the check of the wizard, as a run of its own."""

import re

import pytest
from django.core.files.storage import storages
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import repeating
from migration.acts import runs as acts
from migration.models import Run
from migration.road import pipeline
from migration.words import logs
from migration.words import runs as words
from portal.models import AuditEvent, User
from sba.samples import document
from tests.markup import unfolded
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db


def repeat(browser: Browser, run: Run) -> Run | None:
    browser.post(reverse("migration:repeat", args=[run.pk]))
    again = Run.objects.exclude(pk=run.pk).order_by("-pk").first()
    if again:
        pipeline.move(again.pk)
        again.refresh_from_db()
    return again


def test_a_run_is_repeated_with_its_choices(browser: Browser, imported: Import, client_of_ours: object) -> None:
    run = imported([document()], target="akkoord", overwrite_status=True)
    again = repeat(browser, run)
    assert again
    assert (again.state, again.target, again.overwrite_status) == (Run.State.READY, "akkoord", True)
    assert (again.file_digest, again.forecast_unchanged) == (run.file_digest, 1)
    html = browser.get(reverse("migration:wizard_file")).content.decode()
    assert "Controle van het bestand" in html
    assert AuditEvent.objects.filter(action="run.repeat", subject=run.reference).exists()


def test_a_double_click_begins_it_once(imported: Import, client_of_ours: object, olga: User) -> None:
    run = imported([document()])
    first, second = repeating.repeat(run, olga), repeating.repeat(run, olga)
    assert first == second
    assert Run.objects.count() == 2
    assert AuditEvent.objects.filter(action="run.repeat").count() == 1


def test_who_asks_for_it_again_finds_what_was_begun(browser: Browser, imported: Import, client_of_ours: object) -> None:
    run = imported([document()])
    again = repeat(browser, run)
    assert repeat(browser, run) == again
    assert "Controle van het bestand" in browser.get(reverse("migration:wizard_file")).content.decode()


def test_the_choices_can_still_be_changed(browser: Browser, imported: Import, client_of_ours: object) -> None:
    again = repeat(browser, imported([document()], target="akkoord"))
    assert again
    browser.post(reverse("migration:wizard_options"), {"importer_slug": "sba", "target": "te-beoordelen"})
    again.refresh_from_db()
    assert again.target == "te-beoordelen"


def test_whatever_becomes_of_one_file_the_other_stays(
    browser: Browser, olga: User, imported: Import, client_of_ours: object
) -> None:
    run = imported([document()])
    again = repeat(browser, run)
    assert again
    assert again.stored_as != run.stored_as
    storages["uploads"].delete(run.stored_as)
    acts.confirm(again, olga)
    assert moved(again).unchanged == 1
    storages["uploads"].delete(again.stored_as)


def test_where_the_storage_knows_no_second_names_the_bytes_are_copied(
    imported: Import, client_of_ours: object, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise OSError

    run = imported([document()])
    monkeypatch.setattr("os.link", refuse)
    again = repeating.repeat(run, olga)
    with run.open_upload() as one, again.open_upload() as other:
        assert one.read() == other.read()


def test_a_file_that_is_gone_is_not_repeated(browser: Browser, imported: Import, client_of_ours: object) -> None:
    run = imported([document()])
    storages["uploads"].delete(run.stored_as)
    response = browser.post(reverse("migration:repeat", args=[run.pk]), follow=True)
    assert "niet meer bewaard" in response.content.decode()
    assert Run.objects.count() == 1


def test_an_undone_run_can_be_repeated(browser: Browser, anna: User, imported: Import, client_of_ours: object) -> None:
    run = imported([document()])
    acts.undo(run, anna)
    moved(run)
    assert "Herhaal import" in browser.get(run.get_absolute_url()).content.decode()
    again = repeat(browser, run)
    assert again
    assert again.forecast_new == 1


def test_what_is_under_way_is_not_begun_twice(
    browser: Browser, olga: User, imported: Import, checked: Import, client_of_ours: object
) -> None:
    run = imported([document()])
    Run.objects.filter(pk=repeating.repeat(run, olga).pk).update(state=Run.State.WRITING, confirmed_at=run.confirmed_at)
    browser.post(reverse("migration:repeat", args=[run.pk]))
    assert Run.objects.count() == 2


def test_a_refused_upload_is_not_repeated(browser: Browser, refused: Run) -> None:
    assert "Herhaal import" not in browser.get(refused.get_absolute_url()).content.decode()
    browser.post(reverse("migration:repeat", args=[refused.pk]))
    assert Run.objects.count() == 1


# --- Another upload of one's own that waits ---------------------------------------------------------------------------


@pytest.fixture
def waiting(browser: Browser, imported: Import, client_of_ours: object) -> Run:
    """An upload of another file, with which this user stands at the last page of the wizard."""
    again = repeat(browser, imported([document(year=2011)]))
    assert again
    assert again.state == Run.State.READY
    return again


def test_another_upload_that_waits_is_named_and_never_thrown_away_unasked(
    browser: Browser, imported: Import, waiting: Run
) -> None:
    run = imported([document()])
    response = browser.post(reverse("migration:repeat", args=[run.pk]))
    html = response.content.decode()
    assert response.status_code == 200
    for told in ("Er wacht nog een andere upload op uw keuze", waiting.file_name, waiting.reference):
        assert told in html
    assert Run.objects.filter(pk=waiting.pk).exists()
    assert not Run.objects.filter(pk__gt=run.pk).exists()


@pytest.mark.parametrize(("answer", "is_kept"), [("bewaar", True), ("verwijder", False)])
def test_it_is_kept_or_removed_as_one_says(
    browser: Browser, imported: Import, waiting: Run, answer: str, is_kept: bool
) -> None:
    run = imported([document()])
    response = browser.post(reverse("migration:repeat", args=[run.pk]), {answer: "1"})
    again = Run.objects.order_by("-pk")[0]
    assert response["Location"] == reverse("migration:wizard_file")
    assert (again.file_digest, again.state) == (run.file_digest, Run.State.RECEIVED)
    assert Run.objects.filter(pk=waiting.pk).exists() == is_kept


def test_an_upload_that_waits_for_nobody_is_not_asked_about(
    browser: Browser, olga: User, imported: Import, waiting: Run
) -> None:
    acts.confirm(waiting, olga)
    moved(waiting)
    again = repeat(browser, imported([document()]))
    assert again
    assert again.state == Run.State.READY


def test_a_repeat_that_changes_nothing_says_so(
    browser: Browser, olga: User, imported: Import, client_of_ours: object
) -> None:
    """In the sentence, the next step, what is read aloud, the list, the log and the subject of the mail."""
    run = imported([document(), document(year=2018)])
    again = repeat(browser, run)
    assert again
    acts.confirm(again, olga)
    moved(again)
    html = unfolded(browser.get(again.get_absolute_url()).content.decode())
    assert "Migratie succesvol: 2 van 2 records al aanwezig." in html
    assert "Klaar: Migratie succesvol, 2 van 2 al aanwezig." in html
    assert "Alles was al aanwezig. U hoeft niets te doen." in html
    assert words.subject_of_the_end(again) == "Migratie klaar: 2 van 2 al aanwezig"
    assert logs.happened(again.log_lines.get(event="finished")) == (
        "Import klaar: 0 geïmporteerd, 2 al aanwezig, 0 mislukt."
    )
    overview = unfolded(browser.get(reverse("migration:overview")).content.decode())
    first, second = re.findall('data-label="# geïmporteerd" (.*?)<span class="card-only">', overview)
    assert first.endswith('zero"> <span class="sub">2 al aanwezig</span> 0 ')
    assert second.endswith('"> 2 ')


def test_what_changes_a_part_says_both(browser: Browser, imported: Import, client_of_ours: object) -> None:
    imported([document()])
    run = imported([document(), document(year=2018)])
    html = unfolded(browser.get(run.get_absolute_url()).content.decode())
    assert "Migratie succesvol: 1 van 2 records geïmporteerd, 1 al aanwezig." in html
    assert "Alles is geïmporteerd, of was al aanwezig. U hoeft niets te doen." in html
