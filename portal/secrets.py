"""The demo's own secret. In production the environment gives it."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret kept in this file; the first call makes it, readable for its owner alone (0600)."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text()
