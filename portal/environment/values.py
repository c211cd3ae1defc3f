"""What one setting may be: each function raises Wrong where a value is none, and never says what stands in a secret."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from environs import ValidationError, validate
from marshmallow.fields import Boolean, Field

from portal.environment.reading import env

Fits = Callable[[str], object]

SECRET_LENGTH: Final = 50
PASSWORD_LENGTH: Final = 12
SHOWN: Final = 60


class Wrong(ValueError):
    """Why a value is none; empty where showing it says enough."""


def is_on(name: str) -> bool:
    with suppress(Wrong):
        return bool(yes_or_no(env.str(name, default="false")))
    return False


def for_trying() -> bool:
    """In the demo and while developing things may be that no real installation should have."""
    return is_on("DEMO") or is_on("DEBUG")


# --- One value -------------------------------------------------------------------------------------------------------


def of(field: Field[Any]) -> Fits:
    """What marshmallow reads, and environs by it."""

    def fits(value: str) -> object:
        try:
            return field.deserialize(value)
        except ValidationError:
            raise Wrong from None

    return fits


def every(fits: Fits) -> Fits:
    """Of a list, with commas between."""

    def all_fit(value: str) -> None:
        for part in value.split(","):
            fits(part.strip())

    return all_fit


def every_if_any(fits: Fits) -> Fits:
    return lambda value: value and every(fits)(value)


def yes_or_no(value: str) -> object:
    return of(Boolean())(value)


def host(value: str) -> None:
    """A name, an IPv4 address, or an IPv6 address as it stands in a URL."""
    bare = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    if bare != value or not value.strip("0123456789."):
        try:
            ip_address(bare)
        except ValueError:
            raise Wrong from None
    elif len(value) > 253 or not re.fullmatch(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?", value, re.IGNORECASE):
        raise Wrong


def name_of_the_portal(value: str) -> None:
    if value == "*" and not for_trying():
        raise Wrong("lets in every name")
    if value != "*":
        host(value.removeprefix("."))


def one_word_or_more(value: str) -> None:
    if not value.strip() or len(value) > 40 or not value.isprintable():
        raise Wrong


def mail_address(value: str) -> None:
    try:
        validate.Email()(value)
    except ValidationError:
        raise Wrong from None


def from_address(value: str) -> None:
    """With or without a name: 'Migratie <migratie@example.nl>'."""
    mail_address(parseaddr(value)[1] if value.isprintable() else "")


def not_empty(value: str) -> None:
    if not value:
        raise Wrong("holds an empty one")


def long_secret(value: str) -> None:
    if value and len(value) < SECRET_LENGTH and not is_on("DEBUG"):
        raise Wrong("is too short to keep sessions safe")
    if not value and not is_on("DEMO"):
        raise Wrong("is not set")


def password(value: str) -> None:
    if value and len(value) < PASSWORD_LENGTH:
        raise Wrong("is too short")


def folder(value: str) -> None:
    """Makes it, for its owner alone. A disk that is full is no reason to refuse."""
    if not value:
        raise Wrong
    try:
        Path(value).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Wrong(f"names {value[:SHOWN]!r}, which cannot be made ({type(error).__name__})") from None
    if not os.access(value, os.W_OK | os.X_OK):
        raise Wrong(f"names {value[:SHOWN]!r}, where nothing can be written")


# --- Addresses -------------------------------------------------------------------------------------------------------


def address(value: str, *schemes: str) -> SplitResult:
    """Its parts; Wrong says which of them is not right, and never what stands there."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise Wrong("has a host or a port that is none") from None
    if parts.scheme not in schemes:
        raise Wrong("begins with no scheme that is known")
    if port == 0:
        raise Wrong("has a host or a port that is none")
    return parts


def has_slashes(value: str) -> None:
    if "://" not in value:
        raise Wrong("has no // behind its scheme")


def has_host(parts: SplitResult) -> None:
    if not parts.hostname:
        raise Wrong("names no host")
    try:
        host(f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname)
    except Wrong:
        raise Wrong("has a host or a port that is none") from None


def has_number(parts: SplitResult) -> None:
    """Of Redis, which counts its databases."""
    if not re.fullmatch(r"/?[0-9]*", parts.path):
        raise Wrong("ends in something else than the number of a database")


def site(value: str) -> None:
    parts = address(value, "http", "https")
    has_host(parts)
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise Wrong("holds more than a scheme, a host and a port")


def origin(value: str) -> None:
    site(value.replace("://*.", "://", 1))
    if value.endswith("/"):
        raise Wrong("ends in a slash")


def database(value: str) -> None:
    parts = address(value, "postgres", "postgresql", "pgsql", "sqlite")
    has_slashes(value)
    if parts.path in ("", "/") and "service=" not in parts.query:
        raise Wrong("names no database")


def broker(value: str) -> None:
    for one in value.split(";"):  # kombu's way to name several
        parts = address(one, "filesystem", "redis", "rediss", "amqp", "amqps", "pyamqp", "memory")
        has_slashes(one)
        if parts.scheme.startswith("redis"):
            has_host(parts)
            has_number(parts)


def mail_server(value: str) -> None:
    parts = address(value, "submission", "submit", "smtp", "smtps", "console", "file", "memory", "dummy")
    if parts.scheme.startswith("s"):
        has_host(parts)


def counting_cache(value: str) -> None:
    """The limits of signing in count there, for all processes together."""
    scheme = urlsplit(value).scheme if value.isprintable() else ""
    if scheme in ("dummy", "locmem", "file") and not for_trying():
        raise Wrong("does not count for all processes together")
    parts = address(value, "db", "redis", "rediss", "dummy", "locmem", "file")
    has_slashes(value)
    if scheme == "db" and not parts.netloc:
        raise Wrong("names no table")
    if scheme.startswith("redis"):
        has_host(parts)
        has_number(parts)
