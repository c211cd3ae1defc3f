"""What is told from outside: the environment, files that it names, and the demo's own secret."""

import os
import secrets
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv

env: Final = FileAwareEnv(strip_whitespace=True)
"""The value of NAME is what stands in the file that NAME_FILE names, without the line's end; else what NAME says."""

SECRETS: Final = (
    "SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "CACHE_URL",
    "MANAGER_PASSWORD", "DEMO_PASSWORD",
)  # fmt: skip
"""Each holds a password, so no sentence says what it is."""


def check_file(name: str) -> None:
    """Refuse to start, by the name of the variable, where it is not clear what it is; never with a secret."""
    if file := os.environ.get(f"{name}_FILE"):
        if os.environ.get(name):
            raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
        check_holds_text(name, Path(file))


def check_holds_text(name: str, file: Path) -> None:
    try:
        text = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read ({type(error).__name__}).") from None
    if not text:
        raise ImproperlyConfigured(f"{name}_FILE names a file that is empty.")


def kept_secret(path: Path) -> str:
    """The secret kept in this file; the first call makes it, readable for its owner alone (0600)."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text()
