import json
import re

import dj_email_url
import pytest
from django.core.management import call_command

from portal.running import checks


def ids(found):
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("mode", "found"), [(0o700, []), (0o750, []), (0o755, ["portal.W002"]), (0o701, ["portal.W002"])]
)
def test_a_data_folder_that_anybody_can_read_is_a_warning_on_deployment(settings, tmp_path, mode, found):
    settings.DATA_DIR = tmp_path / "gegevens"
    assert checks.data_folder_is_private() == []
    settings.DATA_DIR.mkdir()
    settings.DATA_DIR.chmod(mode)
    assert ids(checks.data_folder_is_private()) == found


@pytest.mark.parametrize("content", [None, "{}", "[", '{"version": "1.1", "paths": {}}'])
def test_static_files_that_are_not_collected_are_an_error_on_deployment(settings, tmp_path, content):
    assert checks.static_files_are_collected() == []
    settings.STATIC_ROOT = tmp_path
    if content:
        (tmp_path / "staticfiles.json").write_text(content)
    (message,) = checks.static_files_are_collected()
    assert message.id == "portal.E004"
    assert "collectstatic" in message.hint


def test_one_file_that_a_newer_version_brought_is_named(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())
    name = sorted(manifest["paths"])[0]
    del manifest["paths"][name]
    (tmp_path / "staticfiles.json").write_text(json.dumps(manifest))
    (message,) = checks.static_files_are_collected()
    assert f"({name})" in message.msg


def test_developing_needs_no_collected_files(settings, tmp_path):
    settings.STATIC_ROOT, settings.DEBUG = tmp_path, True
    assert checks.static_files_are_collected() == []


def test_mail_that_goes_nowhere_is_a_warning_on_deployment(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert checks.mail_goes_somewhere() == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert ids(checks.mail_goes_somewhere()) == ["portal.W001"]


def test_the_mail_server_that_is_given_as_an_example_gets_its_password_over_tls(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    (message,) = checks.mail_goes_somewhere()
    example = dj_email_url.parse(re.search(r"\w\S+://\S+(?=\.$)", message.hint)[0])
    assert example["EMAIL_HOST_PASSWORD"]
    assert example["EMAIL_USE_TLS"]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("submission://naam:geheim@mail:587", []),
        ("smtp://naam:geheim@mail:465/?ssl=true", []),
        ("smtp://mail:25", []),
        ("smtp://naam:geheim@mail:25", ["portal.W003"]),
    ],
)
def test_a_password_that_goes_to_the_mail_server_in_clear_is_a_warning_on_deployment(settings, url, found):
    for name, value in dj_email_url.parse(url).items():
        setattr(settings, name, value)
    assert ids(checks.mail_keeps_its_password_secret()) == found


def test_a_support_address_that_is_nobodys_is_a_warning_on_deployment(settings):
    assert ids(checks.support_is_somebody()) == ["portal.W004"]
    settings.SUPPORT_EMAIL = "support@kantoor.nl"
    assert checks.support_is_somebody() == []


@pytest.mark.parametrize(
    ("url", "found"), [("https://migratie.example", []), ("http://localhost:8000", ["portal.I001"])]
)
def test_links_that_lead_to_this_machine_are_told(settings, url, found):
    settings.SITE_URL = url
    assert ids(checks.links_lead_somewhere()) == found
