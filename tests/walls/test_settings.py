"""Settings that are nonsense refuse to start and say so by name: every one that the README names, with wrong values."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from portal.environment.rules import RULES
from tests.crash.cluster import free_port
from tests.walls.production import environment
from tests.walls.test_writes import ROOT

SECRET: Final = "geheim"
LONG: Final = "s" * 50
TRUE_OR_FALSE: Final = ["misschien", "", "2", "ja"]
HUGE: Final = "9" * 30


def of_numbers(least: int, most: int) -> list[str]:
    return ["", "veel", "1.5", "1e3", "nan", f"-{most}", str(least - 1), str(most + 1), HUGE]


WRONG: Final = {
    "SECRET_KEY": ["", "kort", SECRET, "s" * 49],
    "SECRET_KEY_FALLBACKS": [",", f"{LONG},", f"{LONG},,{LONG}"],
    "SECRET_KEY_FILE": ["/nergens/geheim", "/"],
    "ALLOWED_HOSTS": [
        "", ",", "*", "https://a.nl", "a.nl:443", "a.nl/", "a.nl b.nl", "a.nl;b.nl", "a.nl,", "-a.nl",
        "300.1.1.1", "[::1",
    ],
    "DATABASE_URL": [
        "", "portal", "mysql://portal:geheim@db/portal", "oracle://db/portal", "postgres://portal:geheim@db",
        "postgres://portal:geheim@db:poort/portal", "postgres://portal:geheim@db:70000/portal",
        "sqlite://", "sqlite://:memory:",
        "postgis://portal:geheim@db/portal", "postgres:portal", "geheim",
    ],
    "DATABASE_CONNECTIONS": of_numbers(1, 100),
    "CELERY_BROKER_URL": [
        "", "rabbit", "carrier-pigeon://anna:geheim@dak", "redis://mq/db", "redis://:geheim@mq:poort/0", "redis:///0",
        "amqp://portal:geheim@mq:70000//", "sqs://", "amqp:mq", "redis://mq/0;geheim",
    ],
    "DATA_DIR": ["", "/proc/nergens", f"{__file__}/map", __file__],
    "HTTPS": TRUE_OR_FALSE,
    "BEHIND_PROXY": ["misschien", "", "-1", "anders"],
    "DEMO": TRUE_OR_FALSE,
    "DEBUG": TRUE_OR_FALSE,
    "SITE_URL": [
        "", "migratie.example.nl", "//migratie.example.nl", "ftp://migratie.example.nl", "https://", "https://a b",
        "https://a.nl/portal", "https://a.nl?x=1", "https://naam:geheim@a.nl", "https://a.nl:0", "https://a.nl:poort", "https://*.a.nl",
    ],
    "CSRF_TRUSTED_ORIGINS": ["migratie.example.nl", "https://", "https://a.nl/", "https://a.nl,", "*", "https://a.nl/pad"],
    "EMAIL_URL": [
        "", "mail", "smtp+tls://naam:geheim@mail:587", "submission://", "submission://naam:geheim@mail:poort",
        "smtp://naam:geheim@mail:70000", "smtp://naam:geheim@mail/?timeout=lang", "https://mail",
    ],
    "DEFAULT_FROM_EMAIL": ["", "migratie", "@example.nl", "migratie@", "Migratie <migratie>", "a@b.nl\nBcc: c@d.nl"],
    "SUPPORT_EMAIL": ["", "support", "support@", "support@a b.nl", "mailto:support@a.nl?cc=b@c.nl", "Support <s@a.nl>"],
    "SESSION_IDLE_MINUTES": ["", "veel", "0", "-30", "721", "nan", "inf", "1e9"],
    "SESSION_MAX_HOURS": of_numbers(1, 24),
    "UPLOAD_MAX_MB": of_numbers(1, 100_000),
    "MIN_FREE_MB": of_numbers(0, 10_000_000),
    "MIGRATION_CHUNK": of_numbers(1, 10_000),
    "ZIP_KEPT_DAYS": of_numbers(1, 3650),
    "LOGS_KEPT_MONTHS": of_numbers(2, 240),
    "PRODUCT": ["", " ", "x" * 41, "Nex\u202etens", "Nex\ttens"],
    "LOG_FORMAT": ["", "xml", "JSON", "jsonl"],
    "LOG_LEVEL": ["", "VEEL", "10", "debug "],
    "CACHE_URL": [
        "", "dummy://", "locmem://", "file:///tmp/cache", "cache", "carrier://naam:geheim@dak", "redis://:geheim@mq:poort/1",
        "redis://mq/db", "redis:///1", "db://", "dummy:",
    ],
    "HOST": ["", "http://a.nl", "0.0.0.0:8000", "::1", "a b", "1.2.3", "*"],
    "PORT": of_numbers(1, 65_535),
    "MANAGER_PASSWORD": ["kort", SECRET],
    "DEMO_PASSWORD": ["kort", SECRET],
}  # fmt: skip
RIGHT: Final = {
    "production": {},
    "trying": {"DEBUG": "true", "SECRET_KEY": "kort", "ALLOWED_HOSTS": "*", "CACHE_URL": "locmem://"},
    "one way": {
        "ALLOWED_HOSTS": "migratie.example.nl, .kantoor.nl,10.0.0.1,[::1]",
        "CSRF_TRUSTED_ORIGINS": "https://*.a.nl, https://b.nl:444",
        "DATABASE_URL": "postgres://portal:a%40b@db:5432/portal?sslmode=require",
        "CELERY_BROKER_URL": "amqp://a:b@mq1//;amqp://a:b@mq2//", "SITE_URL": "http://portal:8080/", "HTTPS": "off",
        "SESSION_IDLE_MINUTES": "0.5", "SESSION_MAX_HOURS": "24", "MIN_FREE_MB": "0", "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": "json",
        "DEFAULT_FROM_EMAIL": "Migratie <migratie@kantoor.nl>", "CACHE_URL": "redis://:x@mq:6379/1",
    },
    "another": {
        "DATABASE_URL": "postgresql://%2Frun%2Fpostgresql/portal", "CELERY_BROKER_URL": "rediss://:geheim@mq:6380",
        "MANAGER_PASSWORD": "", "CSRF_TRUSTED_ORIGINS": "", "SECRET_KEY_FALLBACKS": "", "HOST": "0.0.0.0",
        "PORT": "65535",
        "EMAIL_URL": "submission://naam:geheim@mail:587",
    },
}  # fmt: skip
Start = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """`manage.py check` with the settings of production, and these besides: its exit code and all that it says."""
    command = [sys.executable, "-m", "tests.walls.starting"]
    own = environment(tmp_path_factory.mktemp("data"))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=own, **pipes) as starter:

        def started(**changes: str) -> tuple[int, str]:
            starter.stdin.write(json.dumps(changes) + "\n")
            starter.stdin.flush()
            code, said = json.loads(starter.stdout.readline())
            return code, said

        yield started
        starter.stdin.close()


def names_of_the_readme() -> set[str]:
    """All that stands in capitals where the README tells of settings."""
    _, _, rest = (ROOT / "README.md").read_text().partition("Settings come from the environment")
    told, _, _ = rest.partition("```")
    return {name for name in re.findall(r"`([A-Z]+(?:_[A-Z]+)*)`", told) if len(name) > 3}


def test_every_setting_that_the_readme_names_has_wrong_values_here_and_a_rule() -> None:
    assert names_of_the_readme() == set(WRONG)
    assert set(WRONG) - set(RULES) == {"SECRET_KEY_FILE", "BEHIND_PROXY"}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_that_is_nonsense_refuses_to_start_in_one_sentence_that_names_it(name: str, start: Start) -> None:
    for value in WRONG[name]:
        code, said = start(**{name: value})
        assert code == 1, (value, said)
        assert len(said.splitlines()) == 1, (value, said)
        assert name in said, (value, said)
        assert SECRET not in said.replace("/nergens/geheim", ""), (value, said)


@pytest.mark.parametrize("right", RIGHT.values(), ids=RIGHT)
def test_values_that_are_right_start(right: dict[str, str], start: Start) -> None:
    code, said = start(**right)
    assert code == 0, said


def test_all_that_is_wrong_is_told_at_once_and_what_would_be_right(start: Start) -> None:
    code, said = start(UPLOAD_MAX_MB="veel", SITE_URL="migratie.nl", SECRET_KEY="kort", LOG_FORMAT="xml")
    assert code == 1
    assert said.splitlines() == [
        "SECRET_KEY is too short to keep sessions safe: it must be at least 50 random characters.",
        "SITE_URL begins with no scheme that is known: it must be an address such as https://migratie.example.nl.",
        "UPLOAD_MAX_MB is 'veel': it must be a whole number from 1 to 100000.",
        "LOG_FORMAT is 'xml': it must be line or json.",
    ]


def test_a_secret_that_is_not_there_is_asked_for_by_name(tmp_path: Path) -> None:
    own = environment(tmp_path)
    del own["SECRET_KEY"]
    refused = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=own, capture_output=True, text=True)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "SECRET_KEY is not set: it must be at least 50 random characters.\n"


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "gunicorn", "portal.wsgi", "--config", "python:portal.running.gunicorn", "--bind", "127.0.0.1:{port}"],
        ["-m", "celery", "--quiet", "--app", "portal", "worker"],
        ["manage.py", "serve", "--port", "{port}"],
    ],
    ids=["gunicorn", "celery", "serve"],
)
def test_whatever_is_started_says_the_same_and_no_more(command: list[str], tmp_path: Path) -> None:
    own = environment(tmp_path, ZIP_KEPT_DAYS="0")
    words = [word.format(port=free_port()) for word in command]
    refused = subprocess.run([sys.executable, *words], cwd=ROOT, env=own, capture_output=True, text=True, timeout=60)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "ZIP_KEPT_DAYS is '0': it must be a whole number from 1 to 3650.\n"
