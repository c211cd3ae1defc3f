"""A ZIP that goes out while it is made: nothing of it waits on a disk or in memory but its table of contents."""

from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

File = tuple[str, Iterable[bytes]]


class Sink(RawIOBase):
    """Takes what the ZIP writes, until it is sent on."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def zip_of(files: Iterable[File]) -> Iterator[bytes]:
    """The bytes of a ZIP with these files; each file may come in parts."""
    sink, now = Sink(), timezone.localtime().timetuple()[:6]
    with ZipFile(sink, "w") as archive:
        for name, parts in files:
            info = ZipInfo(name, now)
            info.compress_type = ZIP_DEFLATED
            with archive.open(info, "w") as member:
                for part in parts:
                    member.write(part)
                    yield sink.take()
    yield sink.take()
