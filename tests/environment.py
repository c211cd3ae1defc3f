"""The environment of a test run, set before Django reads its settings (pytest loads this by -p).

DATABASE_URL is honoured, so that the same suite runs on SQLite and on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile


def fresh_folder() -> str:
    folder = tempfile.mkdtemp(prefix="portal-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


os.environ["DATA_DIR"] = fresh_folder()
os.environ.setdefault("SECRET_KEY", "for-the-tests-only-and-for-nothing-else-0123456789")
os.environ.setdefault("HTTPS", "false")
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("EMAIL_URL", "memory:")
