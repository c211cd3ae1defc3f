"""What the log looks like: one line per event, as text or as JSON (LOG_FORMAT), for the web, the workers and gunicorn.

A line never holds the text of an exception, which may quote a BSN: it says what kind of fault it was, and where. Nor
can whatever is logged begin a second line.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from portal.masking import mask_within
from portal.running.faults import where

_run: ContextVar[str] = ContextVar("run", default="")
_record: ContextVar[int | None] = ContextVar("record", default=None)


@contextmanager
def about(run: str) -> Iterator[None]:
    """Every line that is logged within is about this run; `at` says about which record of it."""
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)
        _record.set(None)


def at(position: int | None) -> None:
    _record.set(position)


# --- Formats ---------------------------------------------------------------------------------------------------------

CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


BEARER: Final = re.compile(r"(?:(?<=/uitnodiging/)|(?<=/wachtwoord/))[^/\s'\"]+")
"""What follows these in an address lets in whoever has it."""


def on_one_line(text: str) -> str:
    r"""With every control character spelled out, as '\n' is. Django logs addresses: no BSN/FI, no link that opens."""
    return mask_within(BEARER.sub("…", CONTROLS.sub(lambda found: repr(found[0])[1:-1], text)))


def message_of(record: logging.LogRecord) -> str:
    """Celery puts the text of an exception in the message itself, by name; its kind will do."""
    if isinstance(record.args, Mapping) and "exc" in record.args and record.exc_info:
        kind = getattr(record.exc_info[0], "__name__", "")
        return on_one_line(str(record.msg) % {**record.args, "exc": kind, "traceback": ""})
    return on_one_line(record.getMessage())


def facts_of(record: logging.LogRecord) -> dict[str, Any]:
    """What is known beside the message. Whatever else formats this record after us takes over `exc_text`."""
    error = record.exc_info[1] if record.exc_info else None
    record.exc_text = where(error) if error else None
    facts = {"run": _run.get(), "record": _record.get(), "error": record.exc_text}
    return {name: fact for name, fact in facts.items() if fact}


class AsText(logging.Formatter):
    """For people: '2026-11-22 16:38:54,578 ERROR migration.road.chunks: … (run MIG-2026-0042, record 137)'."""

    def format(self, record: logging.LogRecord) -> str:
        facts = ", ".join(f"{name} {fact}" for name, fact in facts_of(record).items())
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {message_of(record)}"
        return f"{line} ({facts})" if facts else line


class AsJson(logging.Formatter):
    """For programs: one object."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        known = {"time": time, "level": record.levelname, "logger": record.name, "message": message_of(record)}
        return json.dumps({**known, **facts_of(record)}, ensure_ascii=False)


class BrokerIsAway(logging.Filter):
    """A worker that cannot reach its broker tries again by itself: one line per try, and nobody need get up for it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno == logging.ERROR and "Cannot connect to" in str(record.msg):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.msg, record.args = " ".join(record.getMessage().split()), ()
        return True


FORMATS: Final = {"line": "portal.running.logs.AsText", "json": "portal.running.logs.AsJson"}


def config(log_format: str, level: str) -> dict[str, Any]:
    """For logging.config.dictConfig."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"calm": {"()": BrokerIsAway}},
        "formatters": {"chosen": {"()": FORMATS[log_format]}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "chosen"}},
        "loggers": {"celery.worker.consumer.consumer": {"filters": ["calm"]}},
        "root": {"handlers": ["console"], "level": level},
    }


def config_of_gunicorn(log_format: str) -> dict[str, Any]:
    """For portal/running/gunicorn.py. No line per request: the proxy in front writes those."""
    error = {"handlers": ["console"], "propagate": False}
    quiet = {"handlers": [], "level": "ERROR", "propagate": False}
    loggers = {"gunicorn.error": error, "gunicorn.access": quiet}
    return {**config(log_format, "INFO"), "loggers": loggers}
