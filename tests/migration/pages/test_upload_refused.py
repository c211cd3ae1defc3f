"""What the form of the third page refuses at once: no ZIP, too large, on its way already, no room."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from migration.models import Run
from portal.models import AuditEvent, User
from tests.migration.uploading import Walk, Zip, send, text
from tests.sba.conftest import moved

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("", "Selecteer een bestand."),
        (SimpleUploadedFile("leeg.zip", b""), "Het bestand is leeg. Maak in de ECM een nieuw exportbestand."),
        (SimpleUploadedFile("a.pdf", b"PK\x03\x04"), 'Het bestand moet een ZIP-bestand zijn. U koos "a.pdf".'),
        (SimpleUploadedFile("a.zip", b"%PDF"), 'Het bestand moet een ZIP-bestand zijn. U koos "a.zip".'),
        (
            SimpleUploadedFile("123456782.doc", b"PK"),
            'Het bestand moet een ZIP-bestand zijn. U koos "•••••6782.doc".',
        ),
    ],
)
def test_what_is_no_zip_is_refused_and_leaves_no_run(
    at_file_page: Walk, olga: User, file: Any, sentence: str, htmx: bool
) -> None:
    if file:
        file.seek(0)
    response = send(at_file_page(olga), file, htmx=htmx)
    assert response.status_code == 422
    page = text(response)
    assert page.count(f">{sentence}</a>") == 1  # in the summary
    assert page.count(sentence) == 2  # and at the field
    assert "Er is een probleem" in page
    assert not Run.objects.exists()
    assert not AuditEvent.objects.filter(action="run.upload").exists()


def test_a_file_that_is_too_large_is_refused(at_file_page: Walk, olga: User, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1
    response = send(at_file_page(olga), SimpleUploadedFile("a.zip", b"PK" + bytes(2_500_000)))
    assert response.status_code == 422
    sentence = "Het bestand is te groot (2,5 MB). Het maximum is 1 MB. Splits de export per jaar."
    assert text(response).count(sentence) == 2
    assert not Run.objects.exists()


def test_a_browser_may_say_how_large_a_file_is_instead_of_sending_it(at_file_page: Walk, olga: User) -> None:
    response = send(at_file_page(olga), SimpleUploadedFile("a.zip", b"PK\x03\x04"), size="3500000000")
    sentence = "Het bestand is te groot (3.500 MB). Het maximum is 2.000 MB. Splits de export per jaar."
    assert text(response).count(sentence) == 2


def test_a_file_that_is_being_imported_is_refused(at_file_page: Walk, zip_file: Zip, olga: User, anna: User) -> None:
    content = zip_file().read()
    send(at_file_page(anna), SimpleUploadedFile("a.zip", content), htmx=False)
    run = Run.objects.get()
    response = send(at_file_page(olga), SimpleUploadedFile("b.zip", content))
    assert response.status_code == 422
    page = text(response)
    assert page.count("Er loopt al een import van dit bestand. Bekijk de voortgang.") == 2
    assert f'href="{run.get_absolute_url()}"' in page
    assert Run.objects.count() == 1


def test_the_same_file_in_another_office_is_no_twin(at_file_page: Walk, zip_file: Zip, carla: User, anna: User) -> None:
    content = zip_file().read()
    send(at_file_page(anna), SimpleUploadedFile("a.zip", content), htmx=False)
    response = send(at_file_page(carla), SimpleUploadedFile("a.zip", content), htmx=False)
    assert response.status_code == 302
    assert Run.objects.filter(office=carla.office).count() == 1


def test_a_full_disk_is_told_on_the_form(
    at_file_page: Walk, zip_file: Zip, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)
    response = at_file_page(olga).post(reverse("migration:wizard_file"), {"file": zip_file()})
    assert response.status_code == 422
    assert "Importeren kan nu niet" in response.content.decode()
    assert not Run.objects.exists()


def test_a_file_sent_anywhere_else_is_not_written_to_disk(settings: Any, client: Browser) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    large = SimpleUploadedFile("groot.zip", b"PK" * 1000)
    response = client.post(reverse("account_login"), {"login": "a@b.nl", "password": "x", "file": large})
    assert response.status_code == 200
    assert not response.wsgi_request.FILES


def test_the_first_button_of_a_refused_file_is_another_file(at_file_page: Walk, zip_file: Zip, olga: User) -> None:
    browser = at_file_page(olga)
    send(browser, zip_file(files={"foto.pdf": b"%PDF-1.4"}), htmx=True)
    run = moved(Run.objects.get())
    page = text(browser.get(reverse("migration:wizard_file")))
    form = page[page.index('id="confirm"') : page.index("</form>", page.index('id="confirm"'))]
    buttons = [label.strip() for label in re.findall(r"<button[^>]*>([^<]*)", form)]
    assert (run.state, buttons[0]) == (Run.State.REFUSED, "Kies een ander bestand")
    assert buttons.count("Kies een ander bestand") == 1
    assert "Ander bestand" not in buttons
    browser.post(reverse("migration:wizard_cancel"), {"other": "1"})
    assert "Selecteer een bestand" in text(browser.get(reverse("migration:wizard_file")))
