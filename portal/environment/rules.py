"""What each setting may be. All that is nonsense is told at once and by name, before anything starts.

A sentence says what is wrong and what would be right; of a secret it never says what it is.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError, validate
from marshmallow.fields import Field, Float, Integer

from portal.environment import values
from portal.environment.reading import SECRETS, check_file, env
from portal.environment.values import Wrong, every, of

BASE_DIR: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Rule:
    """`fits` raises Wrong; `right` ends the sentence 'it must be …'. Without a default, what is not told is right."""

    fits: values.Fits
    right: str
    default: str | None = None


def number(least: int, most: int) -> Rule:
    field = Integer(validate=validate.Range(least, most))
    return Rule(of(field), f"a whole number from {least} to {most}")


def one_of(*choices: str) -> Rule:
    return Rule(of(Field(validate=validate.OneOf(choices))), " or ".join(choices))


TRUE_OR_FALSE: Final = Rule(values.yes_or_no, "true or false")
RULES: Final = {
    "SECRET_KEY": Rule(values.long_secret, f"at least {values.SECRET_LENGTH} random characters", default=""),
    "SECRET_KEY_FALLBACKS": Rule(values.every_if_any(values.not_empty), "the secrets before it, with commas between"),
    "ALLOWED_HOSTS": Rule(
        every(values.name_of_the_portal),
        "the names under which it is reached, such as migratie.example.nl, with commas between",
    ),
    "DATABASE_URL": Rule(values.database, "postgres://name:secret@host/database or sqlite:////folder/file"),
    "DATABASE_CONNECTIONS": number(1, 100),
    "CELERY_BROKER_URL": Rule(values.broker, "amqp://name:secret@host//, redis://host/0 or filesystem://localhost"),
    "DATA_DIR": Rule(values.folder, "a folder to which the portal may write", str(BASE_DIR / "var")),
    "HTTPS": TRUE_OR_FALSE,
    "DEMO": TRUE_OR_FALSE,
    "DEBUG": TRUE_OR_FALSE,
    "SITE_URL": Rule(values.site, "an address such as https://migratie.example.nl"),
    "CSRF_TRUSTED_ORIGINS": Rule(
        values.every_if_any(values.origin), "addresses such as https://migratie.example.nl, with commas between"
    ),
    "EMAIL_URL": Rule(values.mail_server, "submission://name:secret@host:587"),
    "DEFAULT_FROM_EMAIL": Rule(values.from_address, "an e-mail address, such as migratie@example.nl"),
    "SUPPORT_EMAIL": Rule(values.mail_address, "an e-mail address, such as support@example.nl"),
    "SESSION_IDLE_MINUTES": Rule(of(Float(validate=validate.Range(0.1, 720))), "a number from 0.1 to 720"),
    "SESSION_MAX_HOURS": number(1, 24),
    "UPLOAD_MAX_MB": number(1, 100_000),
    "MIN_FREE_MB": number(0, 10_000_000),
    "MIGRATION_CHUNK": number(1, 10_000),
    "ZIP_KEPT_DAYS": number(1, 3650),
    "LOGS_KEPT_MONTHS": number(2, 240),
    "PRODUCT": Rule(values.one_word_or_more, "a name of 1 to 40 characters"),
    "LOG_FORMAT": one_of("line", "json"),
    "LOG_LEVEL": one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    "CACHE_URL": Rule(values.counting_cache, "redis://host/1 or db://table"),
    "HOST": Rule(values.host, "a name or an address, such as 127.0.0.1 or [::1]"),
    "PORT": number(1, 65_535),
    "MANAGER_PASSWORD": Rule(values.password, f"at least {values.PASSWORD_LENGTH} characters"),
    "DEMO_PASSWORD": Rule(values.password, f"at least {values.PASSWORD_LENGTH} characters"),
}  # fmt: skip


def refuse_nonsense() -> None:
    """ImproperlyConfigured, with a sentence per setting that is wrong."""
    if told := list(sentences()):
        raise ImproperlyConfigured("\n".join(told))


def sentences() -> Iterator[str]:
    for name, rule in RULES.items():
        try:
            check_file(name)
            if (value := env.str(name, default=rule.default)) is not None:
                rule.fits(value)
        except ImproperlyConfigured as error:
            yield str(error)
        except Wrong as error:
            yield f"{name} {error if str(error) else shown(name, value)}: it must be {rule.right}."


def shown(name: str, value: str | None) -> str:
    if not value:
        return "is empty"
    return "is not right" if name in SECRETS else f"is {value[: values.SHOWN]!r}"


@contextmanager
def or_exit() -> Iterator[None]:
    """For what is started from a command line: settings that are wrong end it with their sentences, and no more."""
    try:
        yield
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(str(error))
