"""ZIP → members, after a preflight that judges the whole file by its headers. No Django, nothing written to disk.

Own reader instead of `zipfile`: that one keeps an object per member (0.7 KB each), believes the central directory
without looking at the local headers, and expands members that overlap (a bomb of 26 kB becomes 1.2 GB).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import SEEK_END
from typing import IO, Final

from migration.files.zip.directory import entries, find_directory
from migration.files.zip.headers import DEFLATED, METHODS, STORED, Entry, Window, entry_at
from migration.files.zip.names import clean, decoded, is_candidate, is_unsafe
from migration.files.zip.preflight import LIMITS, MB, Limits, Survey
from migration.files.zip.refusals import decimal
from migration.problems import Rejected
from sba import problems

__all__ = ("LIMITS", "MB", "Archive", "Limits", "Member")

ARCHIVE_MARKS: Final = {
    b"PK\x03\x04": "ZIP", b"PK\x05\x06": "ZIP", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR", b"\x1f\x8b": "gzip",
    b"BZh": "bzip2", b"\xfd7zXZ": "XZ", b"\x28\xb5\x2f\xfd": "Zstandard",
}  # fmt: skip


@dataclass(slots=True)
class Member:
    """One file in the ZIP. `name` is text to show, cleaned, and never used as a path; `size` is unpacked, in bytes."""

    position: int
    name: str
    size: int
    is_candidate: bool
    _archive: "Archive" = field(repr=False)
    _entry: Entry = field(repr=False)
    _start: int = field(repr=False)

    def read(self) -> bytes:
        """The content, inflated and verified; Rejected (SBA-111 … 115) for this member alone."""
        self._refuse_unreadable()
        content = self._content()
        _refuse_nested(content)
        return content

    def deflated(self) -> bytes:
        """The content as a raw deflate stream (RFC 1951), copied as it stands where the member is deflated already.

        The copy is not inflated again: whoever stores it has called `read` first.
        """
        if self._entry.method == STORED:
            return _deflate(self.read())
        self._refuse_unreadable()
        return self._packed()

    def _refuse_unreadable(self) -> None:
        entry, limit = self._entry, self._archive.limits.member
        if entry.is_locked:
            raise Rejected(problems.MEMBER_ENCRYPTED)
        if entry.method not in (STORED, DEFLATED):
            raise Rejected(problems.MEMBER_METHOD, method=METHODS.get(entry.method, f"methode {entry.method}"))
        if entry.is_special:
            raise Rejected(problems.MEMBER_UNSAFE, detail="het is een snelkoppeling of een apparaat")
        if is_unsafe(decoded(entry)):
            raise Rejected(problems.MEMBER_UNSAFE, detail="de naam verwijst naar een plaats buiten de ZIP")
        if max(entry.size, entry.packed) > limit:
            size = max(entry.size, entry.packed)
            raise Rejected(problems.MEMBER_TOO_LARGE, size=decimal(size / MB), limit=decimal(limit / MB))

    def _packed(self) -> bytes:
        return self._archive.data.take(self._start, self._entry.packed)

    def _content(self) -> bytes:
        content = self._packed() if self._entry.method == STORED else _inflate(self._packed(), self.size)
        if zlib.crc32(content) != self._entry.crc:
            raise Rejected(problems.MEMBER_DAMAGED, detail="de controlegetallen kloppen niet")
        return content


class Archive:
    """The members of a ZIP, in the order of its central directory. Keeps 16 bytes per member in memory.

    `file` must be seekable and stay open. Raises Rejected (SBA-101 … 106) when the file as a whole is refused.
    """

    def __init__(self, file: IO[bytes], limits: Limits = LIMITS) -> None:
        size = file.seek(0, SEEK_END)
        self.limits = limits
        self.data = Window(file, size)
        self._headers = Window(file, size)
        directory = find_directory(self._headers, size, limits.members)
        survey = Survey(self.data, directory)
        for at, entry in entries(self._headers, directory):
            survey.add(at, entry)
        survey.judge(size, limits)
        self._heads, self._starts = survey.heads, survey.starts

    @property
    def count(self) -> int:
        """How many members are files; folders are none."""
        return len(self._heads)

    def members(self, after: int = 0) -> Iterator[Member]:
        """The members from position `after` + 1 on; starting halfway costs nothing."""
        for index in range(after, self.count):
            entry = entry_at(self._headers, self._heads[index])
            name = clean(decoded(entry))
            yield Member(index + 1, name, entry.size, is_candidate(name), self, entry, self._starts[index])


def _inflate(packed: bytes, size: int) -> bytes:
    """Inflate to exactly `size` bytes; never more than one byte above it is ever made."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, size + 1)
    except zlib.error:
        raise Rejected(problems.MEMBER_DAMAGED, detail="het kan niet worden uitgepakt") from None
    if len(content) != size or not stream.eof or stream.unused_data:
        raise Rejected(problems.MEMBER_DAMAGED, detail="de grootte klopt niet met de inhoudsopgave")
    return content


def _deflate(content: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(content) + stream.flush()


def _refuse_nested(content: bytes) -> None:
    for mark, kind in ARCHIVE_MARKS.items():
        if content.startswith(mark):
            raise Rejected(problems.MEMBER_UNSAFE, detail=f"het is zelf een ingepakt bestand ({kind})")
