"""On the pages of a run: until when what is kept, 'Nu verwijderen', and what is left when it is gone."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.acts import failures
from migration.acts import runs as acts
from migration.models import Run
from migration.retention import months_after
from migration.road import pipeline
from migration.upkeep import purge
from portal.models import User
from sba.models import Sba
from tests.acting import some
from tests.migration.ageing import YEARS_3, aged, audit, is_stored
from tests.migration.conftest import SignIn
from tests.sba.conftest import moved

pytestmark = pytest.mark.django_db(transaction=True)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def page_of(browser: Browser, run: Run) -> str:
    return browser.get(run.get_absolute_url()).content.decode()


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_the_page_says_until_when_what_is_kept(sign_in: SignIn, bram: User, partly: Run) -> None:
    began = datetime(2026, 8, 21, 14, 5, tzinfo=AMSTERDAM)
    Run.objects.filter(pk=partly.pk).update(created_at=began, ended_at=began + timedelta(minutes=4))
    page = words_of(page_of(sign_in(bram), partly))
    assert "ZIP-bestand Bewaard tot 20-09-2026" in page
    assert "Records Bewaard tot 21-08-2028" in page
    assert "Nu verwijderen" not in page


def test_what_nobody_confirmed_is_not_promised_to_be_kept_for_long(
    sign_in: SignIn, bram: User, refused: Run, ready: Run
) -> None:
    """So it says of an upload that was refused, and of one that waits; not of one that only asks a question."""
    began = datetime(2026, 8, 21, 14, 5, tzinfo=AMSTERDAM)
    Run.objects.update(created_at=began, checked_at=began)
    Run.objects.filter(pk=refused.pk).update(ended_at=began)
    for run in (refused, ready):
        assert "ZIP-bestand Bewaard tot 22-08-2026" in words_of(page_of(sign_in(bram), run))
    ready.log("confirmed", actor="Anna")
    assert "ZIP-bestand Bewaard tot 20-09-2026" in words_of(page_of(sign_in(bram), ready))


def test_the_manager_removes_the_zip_after_a_question(sign_in: SignIn, anna: User, partly: Run) -> None:
    browser, url = sign_in(anna), reverse("migration:remove_file", args=[partly.pk])
    assert url in page_of(browser, partly)
    assert "'Herhaal import' kan daarna niet meer" in browser.get(url).content.decode().replace("&#x27;", "'")
    assert is_stored(partly)
    page = browser.post(url, follow=True).content.decode()
    assert "Het ZIP-bestand van deze migratie is verwijderd." in page
    assert "ZIP-bestand Verwijderd op" in words_of(page)
    assert not is_stored(partly)
    browser.post(url)
    assert audit() == [("run.file_removed", partly.reference, anna.pk)]
    assert (
        "Anna de Vries verwijderde het ZIP-bestand."
        in browser.get(reverse("migration:history", args=[partly.pk])).content.decode()
    )


def test_the_failed_files_and_a_retry_do_not_need_the_zip(sign_in: SignIn, anna: User, partly: Run) -> None:
    assert acts.remove_file(partly)
    response = sign_in(anna).get(reverse("migration:download_failed_files", args=[partly.pk]))
    assert b"kapot" in b"".join(response.streaming_content) or response.status_code == 200
    assert failures.retry(some(partly, partly.records.failures()), anna)
    assert moved(partly).state == "finished"


def test_the_zip_of_a_run_that_moves_is_not_removed(sign_in: SignIn, anna: User, partly: Run) -> None:
    Run.objects.filter(pk=partly.pk).update(state="writing")
    sign_in(anna).post(reverse("migration:remove_file", args=[partly.pk]))
    assert is_stored(partly)


def test_a_run_that_was_stopped_does_not_go_on_without_its_zip(sign_in: SignIn, anna: User, ready: Run) -> None:
    assert acts.confirm(ready, anna)
    assert acts.stop(ready, anna)
    assert "Rest alsnog importeren" in page_of(sign_in(anna), ready)
    acts.remove_file(ready)
    assert "Rest alsnog importeren" not in page_of(sign_in(anna), ready)
    assert not acts.resume(ready, anna)
    assert ready.state == "stopped"


def test_a_purged_run_opens_and_tells_its_numbers(sign_in: SignIn, anna: User, partly: Run) -> None:
    aged(partly, YEARS_3)
    purge.purge()
    page = page_of(sign_in(anna), partly)
    assert "De records van deze migratie zijn verwijderd op" in page
    assert "0 kwijt" in page
    assert "opnieuw proberen" not in page
    assert "Download log" not in page


@pytest.mark.parametrize("name", ["record_log", "download_all_csv", "report", "download_failed_files"])
def test_what_was_made_of_the_records_is_gone_and_says_so(sign_in: SignIn, anna: User, partly: Run, name: str) -> None:
    aged(partly, YEARS_3)
    purge.purge()
    arguments = [partly.pk, 1] if name == "record_log" else [partly.pk]
    response = sign_in(anna).get(reverse(f"migration:{name}", args=arguments))
    partly.refresh_from_db()
    until = timezone.localtime(partly.records_kept_until).strftime("%d-%m-%Y")
    assert response.status_code == 404
    assert f"Deze migratie bestaat niet (meer). Logs worden bewaard tot {until}." in response.content.decode()


def test_a_run_that_never_was_says_how_long_logs_are_kept(sign_in: SignIn, anna: User) -> None:
    response = sign_in(anna).get(reverse("migration:run", args=[4711]))
    assert response.status_code == 404
    since = timezone.localtime(months_after(timezone.now(), -24)).strftime("%d-%m-%Y")
    told = f"Logs worden 24 maanden bewaard: van migraties vóór {since} zijn ze er niet meer."
    assert f"Deze migratie bestaat niet (meer). {told}" in response.content.decode()


def test_an_undo_is_allowed_for_thirty_days(sign_in: SignIn, anna: User, perfect: Run) -> None:
    aged(perfect, timedelta(days=29))
    assert "Import terugdraaien" in page_of(sign_in(anna), perfect)
    aged(perfect, timedelta(days=2))
    assert "Import terugdraaien" not in page_of(sign_in(anna), perfect)
    assert not acts.undo(perfect, anna)
    pipeline.move(perfect.pk)
    assert Sba.objects.count() == 2
