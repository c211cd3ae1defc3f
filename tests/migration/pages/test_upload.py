"""The third page of the wizard: /instellingen/migratie/upload/bestand/, and the last 'Volgende'."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from migration.models import Run
from migration.models.mails import readers_of
from migration.road import pipeline
from portal.models import AuditEvent, User
from sba.models import Sba
from sba.samples import SOMEONE, document
from tests.factories import ClientFactory
from tests.migration.conftest import HTMX
from tests.migration.uploading import FILE, Walk, Zip, send, text
from tests.sba.conftest import Files, Import, moved

pytestmark = pytest.mark.django_db
CANCEL = reverse("migration:wizard_cancel")
RECENTLY = timezone.localdate() - timedelta(days=10)


def waiting_files(settings: Any) -> list[Path]:
    return [path for path in Path(settings.UPLOADS_DIR).iterdir() if path.is_file()]


# --- Without JavaScript ----------------------------------------------------------------------------------------------


def test_a_plain_form_uploads_and_starts_at_once(
    at_file_page: Walk, zip_file: Zip, olga: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    browser = at_file_page(olga, target="akkoord", overwrite_status="on", remark="Proef")
    with django_capture_on_commit_callbacks() as rung:
        response = send(browser, zip_file("SBA-export.zip"), htmx=False)
    run = Run.objects.get()
    assert response["Location"] == run.get_absolute_url()
    assert (run.started_by, run.confirmed_by, run.file_name) == (olga, olga, "SBA-export.zip")
    assert (run.target, run.overwrite_status, run.remark) == ("akkoord", True, "Proef")
    assert len(rung) == 1
    assert "migration.wizard" not in browser.session
    assert moved(run).new == 1
    assert AuditEvent.objects.filter(actor=olga, action="run.confirm", subject=run.reference).exists()


def test_it_pauses_where_a_term_still_runs(at_file_page: Walk, zip_file: Zip, olga: User) -> None:
    browser = at_file_page(olga, target="afgehandeld")
    send(browser, zip_file(files=[document(dated_on=RECENTLY)]), htmx=False)
    run = moved(Run.objects.get())
    page = text(browser.get(run.get_absolute_url()))
    assert "Wacht op uw keuze" in page
    assert "Van 1 SBA loopt de bezwaartermijn nog" in page
    browser.post(reverse("migration:confirm", args=[run.pk]))
    assert moved(run).new == 1


# --- With JavaScript -------------------------------------------------------------------------------------------------


def test_the_file_comes_first_and_is_checked(
    at_file_page: Walk, zip_file: Zip, olga: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    browser = at_file_page(olga)
    with django_capture_on_commit_callbacks() as rung:
        page = text(send(browser, zip_file()))
    run = Run.objects.get()
    assert run.confirmed_at is None
    assert len(rung) == 1
    assert page.strip().startswith('<div id="file-step"')
    assert 'id="check"' in page
    assert 'hx-trigger="every 1s"' in page
    assert "Wacht op Nextens" in page


def check_page(browser: Browser) -> HttpResponse:
    return browser.get(FILE, headers={**HTMX, "HX-Target": "check"})


def test_the_check_is_asked_after_until_it_is_done(at_file_page: Walk, zip_file: Zip, olga: User, files: Files) -> None:
    browser = at_file_page(olga)
    send(browser, zip_file(files=files))
    response = check_page(browser)
    assert text(response).strip().startswith('<div id="check"')
    assert "HX-Retarget" not in response
    pipeline.move(Run.objects.get().pk)
    response = check_page(browser)
    assert response["HX-Retarget"] == "#file-step"
    page = text(response)
    assert "5 bestanden, waarvan 4 SBA's en 1 overig bestand (wordt overgeslagen)" in page
    assert "1 nieuw · 3 zullen waarschijnlijk mislukken (1 verwacht)" in page
    assert "<dd>IB 3, onbekend 1</dd>" in page
    assert "<dd>2017: 1, 2018: 1, 2019: 1, onbekend: 1</dd>" in page
    assert "Toon alleen aandachtspunten" in page
    assert "Na Volgende start de import. U kunt de import later terugdraaien." in page


def test_the_file_still_stands_there_after_coming_back(at_file_page: Walk, zip_file: Zip, olga: User) -> None:
    browser = at_file_page(olga)
    send(browser, zip_file("SBA 123456782.zip"))
    page = text(browser.get(FILE))
    assert "SBA •••••6782.zip" in page
    assert "123456782" not in page
    assert 'id="upload"' not in page


def test_a_file_that_was_imported_before_is_announced(
    at_file_page: Walk, zip_file: Zip, olga: User, anna: User, imported: Import, client_of_ours: object
) -> None:
    content = zip_file().read()
    send(at_file_page(anna), SimpleUploadedFile("a.zip", content), htmx=False)
    first = moved(Run.objects.get())
    browser = at_file_page(olga)
    send(browser, SimpleUploadedFile("a.zip", content))
    moved(Run.objects.exclude(pk=first.pk).get())
    page = text(browser.get(FILE))
    today = f"{timezone.localdate():%d-%m-%Y}"
    assert (
        f'Dit bestand is al geïmporteerd op <a href="{first.get_absolute_url()}">{today}</a> door Anna de Vries.'
        in page
    )
    assert "Opnieuw importeren overschrijft niets dat gelijk is." in page


def test_a_closing_status_with_open_terms_is_pointed_at(at_file_page: Walk, zip_file: Zip, olga: User) -> None:
    browser = at_file_page(olga, target="afgehandeld")
    send(browser, zip_file(files=[document(dated_on=RECENTLY)]))
    moved(Run.objects.get())
    page = text(browser.get(FILE))
    assert "Met de status 'Afgehandeld' staat deze SBA niet meer op de lijst" in page
    assert 'name="keeps_open" checked' in page
    assert 'Zet deze SBA op "Te beoordelen"' in page


@pytest.mark.parametrize(
    ("answer", "status"), [({"keeps_open": "on"}, "te-beoordelen"), ({}, "afgehandeld")], ids=["spared", "closed"]
)
def test_what_can_still_be_objected_to_is_spared_unless_unticked(
    at_file_page: Walk, zip_file: Zip, olga: User, answer: dict[str, str], status: str
) -> None:
    browser = at_file_page(olga, target="afgehandeld")
    send(browser, zip_file(files=[document(dated_on=RECENTLY)]))
    run = moved(Run.objects.get())
    browser.post(reverse("migration:confirm", args=[run.pk]), {"asks_about_terms": "1", **answer})
    moved(run)
    assert Sba.objects.get().status == status
    spared = "1 SBA op 'Te beoordelen' gezet" in text(browser.get(run.get_absolute_url()))
    assert spared == bool(answer)


def test_the_last_volgende_starts_the_import(
    at_file_page: Walk, zip_file: Zip, olga: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    browser = at_file_page(olga)
    send(browser, zip_file())
    run = moved(Run.objects.get())
    with django_capture_on_commit_callbacks() as rung:
        response = browser.post(reverse("migration:confirm", args=[run.pk]))
    assert response["Location"] == run.get_absolute_url()
    assert len(rung) == 1
    assert "migration.wizard" not in browser.session
    assert moved(run).new == 1
    browser.post(reverse("migration:confirm", args=[run.pk]))  # too late to start anything
    deeds = AuditEvent.objects.filter(actor=olga, subject=run.reference).order_by("pk")
    assert list(deeds.values_list("action", flat=True)) == ["run.upload", "run.confirm"]


def test_an_early_volgende_counts(at_file_page: Walk, zip_file: Zip, olga: User) -> None:
    browser = at_file_page(olga)
    send(browser, zip_file())
    run = Run.objects.get()
    browser.post(reverse("migration:confirm", args=[run.pk]))
    run = moved(run)
    assert (run.state, run.new, run.confirmed_by) == (Run.State.FINISHED, 1, olga)


def test_a_second_volgende_does_nothing_twice(
    at_file_page: Walk, zip_file: Zip, olga: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    browser = at_file_page(olga)
    send(browser, zip_file())
    url = reverse("migration:confirm", args=[Run.objects.get().pk])
    browser.post(url)
    with django_capture_on_commit_callbacks() as rung:
        assert browser.post(url).status_code == 302
    assert rung == []


def test_another_file_takes_the_place_of_the_first(
    at_file_page: Walk, zip_file: Zip, olga: User, settings: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    before = len(waiting_files(settings))
    browser = at_file_page(olga)
    send(browser, zip_file())
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(CANCEL, {"other": "1"})["Location"] == FILE
    assert not Run.objects.exists()
    assert len(waiting_files(settings)) == before
    page = text(browser.get(FILE))
    assert "Selecteer een bestand" in page


def test_a_file_of_no_use_says_why_and_leads_to_its_log(at_file_page: Walk, zip_file: Zip, olga: User) -> None:
    browser = at_file_page(olga)
    send(browser, zip_file(files={f"{n}.pdf": b"%PDF" for n in range(12)}))
    run = moved(Run.objects.get())
    page = text(check_page(browser))
    assert "SBA-105 – Geen SBA's in het bestand" in page
    assert "Er staan geen SBA's in dit ZIP-bestand. Gevonden: 12 × .pdf." in page
    assert f'href="{run.get_absolute_url()}"' in page
    assert ">Volgende<" not in page


# --- Two windows, two clicks ------------------------------------------------------------------------------------------


def test_a_file_that_was_replaced_in_another_window_cannot_be_started(
    at_file_page: Walk, zip_file: Zip, olga: User
) -> None:
    browser = at_file_page(olga)
    send(browser, zip_file())
    first = Run.objects.get()
    send(browser, zip_file(files=[document(year=2014)]))
    response = browser.post(reverse("migration:confirm", args=[first.pk]), follow=True)
    assert "in een ander venster vervangen of verwijderd. Er is niets geïmporteerd." in text(response)
    assert Run.objects.get().confirmed_at is None


def test_a_second_click_on_volgende_leads_to_the_run_of_the_first(
    at_file_page: Walk, zip_file: Zip, olga: User
) -> None:
    browser = at_file_page(olga)
    content = zip_file().read()
    for _ in range(2):
        response = send(browser, SimpleUploadedFile("a.zip", content), htmx=False)
        assert response["Location"] == Run.objects.get().get_absolute_url()


def test_of_two_uploads_of_one_file_the_first_volgende_counts(
    at_file_page: Walk, zip_file: Zip, olga: User, anna: User
) -> None:
    """Both were sent before either was confirmed."""
    content = zip_file().read()
    browsers = [at_file_page(user) for user in (olga, anna)]
    for browser in browsers:
        send(browser, SimpleUploadedFile("a.zip", content))
    first, second = Run.objects.order_by("pk")
    browsers[1].post(reverse("migration:confirm", args=[second.pk]))
    response = browsers[0].post(reverse("migration:confirm", args=[first.pk]), follow=True)
    assert response.redirect_chain[-1][0] == second.get_absolute_url()
    assert f"Het wordt één keer geïmporteerd, als {second.reference}." in text(response)
    assert Run.objects.get() == second


def test_once_the_first_has_ended_the_same_file_may_come_again(
    at_file_page: Walk, zip_file: Zip, olga: User, anna: User
) -> None:
    content = zip_file().read()
    for user in (olga, anna):
        send(at_file_page(user), SimpleUploadedFile("a.zip", content), htmx=False)
        assert moved(Run.objects.latest("pk")).state == Run.State.FINISHED
    assert Run.objects.count() == 2


# --- Who else is told -------------------------------------------------------------------------------------------------


def test_colleagues_can_be_chosen_to_be_mailed(
    at_file_page: Walk, zip_file: Zip, olga: User, bram: User, anna: User, carla: User
) -> None:
    User.objects.filter(pk=anna.pk).update(mail_when=User.MailWhen.NEVER)
    browser = at_file_page(olga)
    page = text(browser.get(FILE))
    assert "Bram Jansen" in page
    assert "Anna de Vries" not in page  # wants none
    assert "Carla Smit" not in page  # of another office
    send(browser, zip_file(), also=[bram.pk], mails="on")
    run = Run.objects.get()
    assert readers_of(run) == {olga.pk, bram.pk}
    browser.post(reverse("migration:confirm", args=[run.pk]), {"asks_mail": "1"})
    run.refresh_from_db()
    assert readers_of(run) == set()


def test_somebody_of_another_office_cannot_be_chosen(
    at_file_page: Walk, zip_file: Zip, olga: User, carla: User
) -> None:
    assert send(at_file_page(olga), zip_file(), also=[carla.pk]).status_code == 422


def test_whoever_starts_a_colleagues_upload_ticks_for_themselves(
    sign_in: Callable[[User], Browser], checked: Import, files: Files, anna: User, olga: User
) -> None:
    run = checked(files)  # of Anna
    assert 'name="mails" id="id_mails">' in text(sign_in(olga).get(run.get_absolute_url()))
    sign_in(olga).post(reverse("migration:confirm", args=[run.pk]), {"asks_mail": "1", "mails": "on"})
    run.refresh_from_db()
    assert readers_of(run) == {anna.pk, olga.pk}


# --- A client with two dossiers ---------------------------------------------------------------------------------------


def test_double_dossiers_are_told_and_wait_for_a_choice(at_file_page: Walk, zip_file: Zip, olga: User) -> None:
    ClientFactory(office=olga.office, tax_id=SOMEONE)
    browser = at_file_page(olga)
    send(browser, zip_file(files=[document(year=2014), document(year=2015)]), htmx=False)
    run = moved(Run.objects.get())
    assert (run.state, run.doubles) == (Run.State.READY, 1)
    page = text(browser.get(run.get_absolute_url()))
    assert "Dubbele dossiers: 1" in page
    assert f'href="{run.get_absolute_url()}?code=SBA-203#records"' in page
    browser.post(reverse("migration:confirm", args=[run.pk]))
    assert moved(run).state == Run.State.FINISHED


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_a_reader_cannot_upload(sign_in: Callable[[User], Browser], bram: User, zip_file: Zip) -> None:
    assert send(sign_in(bram), zip_file()).status_code == 403
    assert not Run.objects.exists()


def test_a_reader_cannot_confirm(sign_in: Callable[[User], Browser], bram: User, ready: Run) -> None:
    assert sign_in(bram).post(reverse("migration:confirm", args=[ready.pk])).status_code == 403
    ready.refresh_from_db()
    assert ready.confirmed_at is None


def test_a_stranger_cannot_confirm_or_cancel(sign_in: Callable[[User], Browser], carla: User, ready: Run) -> None:
    for name in ("confirm", "cancel"):
        assert sign_in(carla).post(reverse(f"migration:{name}", args=[ready.pk])).status_code == 404
    ready.refresh_from_db()
    assert ready.state == Run.State.READY


def test_a_draft_of_another_office_in_the_session_is_not_shown(at_file_page: Walk, carla: User, ready: Run) -> None:
    browser = at_file_page(carla)
    session = browser.session
    session["migration.wizard"] = {**session["migration.wizard"], "run_id": ready.pk}
    session.save()
    assert "Selecteer een bestand" in text(browser.get(FILE))
