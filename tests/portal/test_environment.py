"""Secrets may stand in files: `SECRET_KEY_FILE` names one, as Docker, Kubernetes and systemd hand them out."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.environment.reading import SECRETS, check_file
from tests.walls.production import environment
from tests.walls.test_writes import ROOT

SECRET = "in-a-file-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789"
READ = "from portal import settings as s; print(s.SECRET_KEY, s.SECRET_KEY_FALLBACKS, s.CELERY_BROKER_URL, sep='\\n')"
PRINT = "; print(s.DATABASES['default']['NAME'], s.EMAIL_HOST, s.CACHES['default']['LOCATION'], sep='\\n')"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "secret"
    monkeypatch.setenv("EMAIL_URL_FILE", str(path))
    return path


def started(folder: Path, **files: str) -> "subprocess.CompletedProcess[str]":
    """The settings in a process of their own, with these secrets in files and in nothing else."""
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    own = {name: value for name, value in environment(folder).items() if name not in files}
    named = {f"{name}_FILE": str(folder / name) for name in files}
    command = [sys.executable, "-c", READ + PRINT]
    return subprocess.run(command, cwd=ROOT, env={**own, **named}, capture_output=True, text=True)


def test_every_secret_can_come_from_a_file_and_the_end_of_its_line_is_none_of_it(tmp_path: Path) -> None:
    done = started(
        tmp_path / "data",
        SECRET_KEY=f"{SECRET}\n",
        SECRET_KEY_FALLBACKS="before,long-before\n",
        CELERY_BROKER_URL="amqp://portal:geheim@mq//\r\n",
        DATABASE_URL=f"sqlite:///{tmp_path}/of-the-file.sqlite3\n",
        EMAIL_URL="submission://naam:geheim@mail.kantoor.nl:587\n",
        CACHE_URL="redis://:geheim@mq:6379/1\n",
    )
    assert done.stdout.splitlines() == [
        SECRET,
        "['before', 'long-before']",
        "amqp://portal:geheim@mq//",
        f"{tmp_path}/of-the-file.sqlite3",
        "mail.kantoor.nl",
        "redis://:geheim@mq:6379/1",
    ], done.stderr


def test_a_file_that_is_not_there_refuses_to_start_by_name(tmp_path: Path) -> None:
    own = environment(tmp_path, SECRET_KEY_FILE=str(tmp_path / "none"))
    del own["SECRET_KEY"]
    command = [sys.executable, "manage.py", "check"]
    refused = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "SECRET_KEY_FILE cannot be read (FileNotFoundError)" in refused.stderr


@pytest.mark.parametrize(
    ("bytes_in_it", "why"),
    [
        (b"", "EMAIL_URL_FILE names a file that is empty"),
        (b" \n\n", "EMAIL_URL_FILE names a file that is empty"),
        (b"\xff\xfe geheim", r"EMAIL_URL_FILE cannot be read \(UnicodeDecodeError\)"),
    ],
)
def test_a_file_without_a_secret_refuses_to_start(file: Path, bytes_in_it: bytes, why: str) -> None:
    file.write_bytes(bytes_in_it)
    with pytest.raises(ImproperlyConfigured, match=why) as refused:
        check_file("EMAIL_URL")
    assert "geheim" not in str(refused.value)


def test_a_folder_is_no_secret(file: Path) -> None:
    file.mkdir()
    with pytest.raises(ImproperlyConfigured, match=r"EMAIL_URL_FILE cannot be read \(IsADirectoryError\)"):
        check_file("EMAIL_URL")


def test_two_sources_of_one_secret_refuse_to_start(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("console:")
    check_file("EMAIL_URL")
    monkeypatch.setenv("EMAIL_URL", "memory:")
    with pytest.raises(ImproperlyConfigured, match="Set EMAIL_URL or EMAIL_URL_FILE, not both"):
        check_file("EMAIL_URL")
