"""Keep an installation as this version leaves it, so that every later version is tried on it (test_upgrade.py).

    python -m tests.upgrade.make 0.2

Run once, when that version is released; what is kept of it is never made again. An archive per database holds the
database itself and what stands beside it in DATA_DIR, with two offices that have a row of everything (tests/walls).
Beside them stand the digests of the migrations that led there: those never change any more.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from tests import services
from tests.crash.harness import ROOT, new_database
from tests.crash.test_backup import COPY, run_it, tool

HERE: Final = Path(__file__).parent
DATABASES: Final = {"sqlite": "sqlite", "postgresql": services.POSTGRESQL}
DATABASE: Final = {"sqlite": "portal.sqlite3", "postgresql": "portal.sql"}
"""How the database is called in the archive."""
DIGESTS: Final = "migrations.sha256"
"""As `sha256sum` writes and checks it."""


def main(version: str) -> None:
    target = HERE / version
    target.mkdir()
    for vendor, url in DATABASES.items():
        with tempfile.TemporaryDirectory() as name, new_database(Path(name), url) as made:
            folder = Path(name)
            environment = environment_of(folder, made)
            for command in (["manage.py", "migrate", "--verbosity=0"], ["-m", "tests.upgrade.inside", "fill"]):
                subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
            pack(target / f"{vendor}.zip", folder, database_of(folder, made, vendor), DATABASE[vendor])
    lines = [f"{digest_of(path)}  {path.relative_to(ROOT)}\n" for path in migrations()]
    (target / DIGESTS).write_text("".join(lines))


def migrations() -> Iterator[Path]:
    for app in ("portal", "migration", "sba"):
        yield from sorted((ROOT / app / "migrations").glob("0*.py"))


def digest_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def environment_of(folder: Path, database_url: str) -> Mapping[str, str]:
    """Of a process of this installation."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "for-the-tests-of-an-upgrade-and-nothing-else-0123456789",
        "HTTPS": "false",
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "WARNING",
        "EMAIL_URL": "memory:",
    }


def database_of(folder: Path, url: str, vendor: str) -> Path:
    """A copy in one file."""
    target = folder / "copy"
    if vendor == "sqlite":
        run_it(sys.executable, "-c", COPY, folder / "portal.sqlite3", target)
    else:
        run_it(tool("pg_dump"), "--no-owner", "--no-privileges", f"--file={target}", url)
    return target


def pack(path: Path, folder: Path, database: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(database, name)
        for file in sorted((folder / "uploads").rglob("*")):
            archive.write(file, file.relative_to(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
