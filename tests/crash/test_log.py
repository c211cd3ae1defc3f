"""Under LOG_FORMAT=json every line that a web or a worker writes is an object, whatever happens to it.

They run as the README's own commands start them: on PostgreSQL, with RabbitMQ or Redis.
"""

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings

from tests import services
from tests.crash.cluster import free_port
from tests.crash.exports import export
from tests.crash.harness import ROOT, Site, Window, eventually, family_of, kill_all, site

pytestmark = pytest.mark.crash

COMMAND: Final = r"^\.venv/bin/{program} (.*)$"
REFUSED: Final = "amqp://guest:geheim@127.0.0.1:5672//"
"""A broker that is there, and lets nobody in with this password."""


def command(program: str, port: int) -> list[str]:
    """As the README starts it, at a port that is free."""
    [words] = re.findall(COMMAND.format(program=program), (ROOT / "README.md").read_text(), re.MULTILINE)
    return [sys.executable, "-m", program, *shlex.split(words.replace(":8000", f":{port}"))]


@contextmanager
def running(made: Site, words: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with suppress(FileExistsError):
        (made.folder / "static").symlink_to(settings.STATIC_ROOT)  # collected once, for all tests
    with (made.folder / "worker.log").open("ab") as log:
        own = made.environment(LOG_FORMAT="json", LOG_LEVEL="INFO", EMAIL_URL="dummy:", **environment)
        process = subprocess.Popen(words, env=own, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            kill_all(family_of(process.pid))
            process.wait()


def lines_of(made: Site) -> list[dict[str, Any]]:
    return [parsed(line) for line in made.log.splitlines()]


def parsed(line: str) -> dict[str, Any]:
    with suppress(ValueError):
        if isinstance(read := json.loads(line), dict):
            return read
    pytest.fail(f"this line is no object: {line!r}")


def answer(port: int, path: str) -> Any:
    try:
        return json.load(urlopen(f"http://127.0.0.1:{port}{path}", timeout=20))
    except HTTPError as error:
        return error.code
    except OSError:
        return None


@pytest.mark.parametrize(
    ("broker", "more", "stop"),
    [
        pytest.param(services.RABBITMQ, ["--loglevel", "INFO"], "worker: Warm shutdown", id="rabbitmq and all it says"),
        pytest.param(services.REDIS, [], "Shutting down: Master", id="redis"),
    ],
)
def test_a_start_an_import_and_a_stop_write_objects_alone(
    broker: str, more: list[str], stop: str, tmp_path: Path
) -> None:
    services.need(services.POSTGRESQL, broker)
    path, port = export(tmp_path / "klein.zip", 30), free_port()
    with site(tmp_path / "site", services.POSTGRESQL, broker) as made, Window(made) as window:
        with running(made, command("gunicorn", port)) as web, running(made, command("celery", port) + more) as worker:
            run = made.upload(path)
            assert window.wait_for_end(run).state == "finished"
            eventually(lambda: answer(port, "/gezond/"), within=30, what="an answer of the web")
            assert answer(port, "/nergens/") == 404
            for process in (web, worker):
                process.terminate()
                assert process.wait(timeout=30) == 0
        lines = lines_of(made)
    assert {"time", "level", "logger", "message"} <= set.intersection(*map(set, lines))
    said = [line["message"] for line in lines]
    for words in ("Starting gunicorn", "Not Found: /nergens/", "Shutting down: Master", stop):
        assert [message for message in said if message.startswith(words)], words
    assert not [line for line in lines if line["level"] in ("ERROR", "CRITICAL")]
    assert "ontrol socket" not in made.log


def test_a_broker_that_is_away_or_refuses_is_a_warning_per_try(tmp_path: Path) -> None:
    services.need(services.RABBITMQ)
    port = free_port()
    away = f"amqp://guest:geheim@127.0.0.1:{free_port()}//"
    with site(tmp_path / "site", "sqlite", services.EMBEDDED) as made:
        with running(made, command("celery", port), CELERY_BROKER_URL=away):
            eventually(lambda: "Cannot connect" in made.log, within=30, what="a word of the worker")
        with running(made, command("gunicorn", port), CELERY_BROKER_URL=REFUSED):
            eventually(lambda: answer(port, "/gezond/"), within=30, what="an answer of the web")
            began = time.monotonic()
            assert answer(port, "/gezond/gereed/")["checks"]["broker"] == "not ok"
            assert time.monotonic() - began < 10
        lines = lines_of(made)
    told = [line for line in lines if "Cannot connect" in line["message"] or "BrokerAnswers" in line["message"]]
    assert {line["logger"] for line in told} == {"celery.worker.consumer.consumer", "health_check"}
    assert {line["level"] for line in told} == {"WARNING"}
    assert "nexpected" not in made.log
    assert "geheim" not in made.log
