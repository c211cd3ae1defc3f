"""What a line of the log holds: never the text of an exception, never a second line, and what it is about."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.running import logs

ROOT = Path(__file__).parents[3]
FORMATS = [logs.AsText(), logs.AsJson()]
SECRET = "123456782"


def record(message: str, *arguments: object, error: Exception | None = None) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("migration.road.chunks", logging.ERROR, "x.py", 1, message, arguments, exc_info)


def raised() -> Exception:
    try:
        raise ValueError(f"no client {SECRET}\nERROR forged: a second line")
    except ValueError as error:
        return error


def test_a_line_for_people() -> None:
    line = logs.AsText().format(record("A chunk of %s goes one by one", 20))
    assert line.endswith(" ERROR migration.road.chunks: A chunk of 20 goes one by one")


def test_an_object_for_programs() -> None:
    said = json.loads(logs.AsJson().format(record("Ziek – %s", "é")))
    assert said.keys() == {"time", "level", "logger", "message"}
    assert (said["level"], said["logger"], said["message"]) == ("ERROR", "migration.road.chunks", "Ziek – é")


@pytest.mark.parametrize("formatter", FORMATS)
def test_of_an_exception_the_kind_and_the_place(formatter: logging.Formatter) -> None:
    line = formatter.format(record("It broke", error=raised()))
    assert "ValueError in raised:" in line
    assert SECRET not in line


@pytest.mark.parametrize("formatter", FORMATS)
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1b[2K", "\x85", "\u2028", "\u2029", "\x00"])
def test_nothing_begins_a_second_line(formatter: logging.Formatter, end: str) -> None:
    line = formatter.format(record("Name: %s", f"a{end}2026-01-01 ERROR forged: b"))
    assert len(line.splitlines()) == 1
    assert end not in line


@pytest.mark.parametrize(
    ("link", "left"),
    [
        ("/uitnodiging/Mw:1w-x_Y:z/", "/uitnodiging/…/"),
        ("/wachtwoord/1a-cz0k-5f/", "/wachtwoord/…/"),
        ("https://kantoor.example/wachtwoord/1a-cz0k-5f/?x=1", "https://kantoor.example/wachtwoord/…/?x=1"),
        ("/instellingen/gebruikers/uitnodiging/", "/instellingen/gebruikers/uitnodiging/"),
    ],
)
def test_a_link_that_lets_its_bearer_in_is_cut(link: str, left: str) -> None:
    line = logs.AsText().format(record("Forbidden (%s): %s", "CSRF cookie not set.", link))
    assert line.endswith(f"Forbidden (CSRF cookie not set.): {left}")


def test_what_celery_says_of_an_exception_is_its_kind() -> None:
    error = raised()
    said = record("Task %(name)s raised unexpected: %(exc)s", error=error)
    said.args = {"name": "migration.tasks.move_run", "exc": repr(error), "traceback": "…"}
    line = logs.AsText().format(said)
    assert "Task migration.tasks.move_run raised unexpected: ValueError" in line
    assert SECRET not in line


def test_a_line_knows_its_run_and_record() -> None:
    with logs.about("MIG-2026-0042"):
        logs.at(137)
        said = json.loads(logs.AsJson().format(record("It broke")))
        assert (said["run"], said["record"]) == ("MIG-2026-0042", 137)
        logs.at(None)
        assert logs.AsText().format(record("It broke")).endswith("It broke (run MIG-2026-0042)")
    assert "run" not in json.loads(logs.AsJson().format(record("Later")))


def run_python(code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {**os.environ, "LOG_LEVEL": "INFO", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**inherited, **environment}, capture_output=True, text=True
    )


def test_the_setting_chooses(tmp_path: Path) -> None:
    code = "import django, logging; django.setup(); logging.getLogger('x').warning('a\\nb')"
    assert json.loads(run_python(code, LOG_FORMAT="json").stderr)["message"] == "a\\nb"
    assert run_python(code, LOG_FORMAT="line").stderr.endswith(" WARNING x: a\\nb\n")
    unknown = run_python(code, LOG_FORMAT="xml")
    assert unknown.returncode
    assert "LOG_FORMAT" in unknown.stderr


def test_gunicorn_and_celery_write_as_we_do(tmp_path: Path) -> None:
    """Each as it is started in production, until it says its first words."""
    gunicorn = run_python(
        "import logging.config; from portal.running.gunicorn import logconfig_dict as config;"
        "logging.config.dictConfig(config); logging.getLogger('gunicorn.error').info('Booting\\n');"
        "logging.getLogger('gunicorn.access').info('GET /')",
        LOG_FORMAT="json",
    )
    assert [json.loads(line)["message"] for line in gunicorn.stderr.splitlines()] == ["Booting\\n"]
    celery = run_python(
        "from portal.celery import app; import logging; app.set_default(); app.loader.import_default_modules();"
        "app.log.setup(loglevel='INFO', redirect_stdouts=False);"
        "logging.getLogger('celery.worker').info('ready'); logging.getLogger('celery.task').info('done')",
        LOG_FORMAT="json",
    )
    assert [json.loads(line)["message"] for line in celery.stderr.splitlines()] == ["ready", "done"]
