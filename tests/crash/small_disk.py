"""A disk so small that a test can fill it: a file system in memory, mounted where a site keeps its files."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import services

BLOCK = 4096


@dataclass(frozen=True)
class SmallDisk:
    """A folder with a disk of its own, and a file that takes what is left of it."""

    folder: Path

    @property
    def ballast(self) -> Path:
        return self.folder / "ballast"

    @property
    def left(self) -> int:
        """Bytes."""
        now = os.statvfs(self.folder)
        return now.f_bavail * now.f_frsize

    def fill(self, but: int = 0) -> None:
        """Leave so many bytes, in whole blocks."""
        with self.ballast.open("ab", buffering=0) as file:
            try:
                while self.left > but:
                    file.write(bytes(min(2**20, max(BLOCK, self.left - but))))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def make_room(self) -> None:
        self.ballast.unlink()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[SmallDisk]:
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        services.miss(f"no file system can be mounted: {mounted.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
