"""ZIP → members, after a preflight that judges the whole file by its headers. No Django, nothing written to disk.

Own reader instead of `zipfile`: that one keeps an object per member (0.7 KB each), believes the central directory
without looking at the local headers, and expands members that overlap (a bomb of 26 kB becomes 1.2 GB).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import SEEK_END
from typing import IO, Final

from migration.files.zip.directory import find_directory, headers
from migration.files.zip.figures import decimal
from migration.files.zip.headers import DEFLATED, METHODS, SPLIT_MARKS, STORED, Header, Window, header_at
from migration.files.zip.names import clean, decoded, is_candidate, is_unsafe
from migration.files.zip.preflight import Survey
from migration.files.zip.rules import MB, ZipProblems, ZipRules
from migration.problems import Rejected

ARCHIVE_MARKS: Final = {
    b"PK\x03\x04": "ZIP", b"PK\x05\x06": "ZIP", **dict.fromkeys(SPLIT_MARKS, "ZIP"), b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "XZ", b"\x28\xb5\x2f\xfd": "Zstandard",
}  # fmt: skip


@dataclass(slots=True)
class Member:
    """One file in the ZIP. `name` is text to show, cleaned, and never used as a path; `size` is unpacked, in bytes."""

    position: int
    name: str
    size: int
    is_candidate: bool
    _archive: "Archive" = field(repr=False)
    _header: Header = field(repr=False)
    _start: int = field(repr=False)

    def read(self) -> bytes:
        """The content, inflated and verified; Rejected for this member alone."""
        self._refuse_unreadable()
        content = self._content()
        _refuse_nested(content, self._archive.problems)
        return content

    def deflated(self) -> bytes:
        """The content as a raw deflate stream (RFC 1951), copied as it stands where the member is deflated already.

        The copy is not inflated again: whoever stores it has called `read` first.
        """
        if self._header.method == STORED:
            return _deflate(self.read())
        self._refuse_unreadable()
        return self._packed()

    def _refuse_unreadable(self) -> None:
        header, problems, limit = self._header, self._archive.problems, self._archive.limits.member
        if header.is_locked:
            raise Rejected(problems.member_encrypted)
        if header.method not in (STORED, DEFLATED):
            raise Rejected(problems.member_method, method=METHODS.get(header.method, f"methode {header.method}"))
        if header.is_special:
            raise Rejected(problems.member_unsafe, detail="het is een snelkoppeling of een apparaat")
        if is_unsafe(decoded(header)):
            raise Rejected(problems.member_unsafe, detail="de naam verwijst naar een plaats buiten de ZIP")
        if max(header.size, header.packed) > limit:
            size = max(header.size, header.packed)
            raise Rejected(problems.member_too_large, size=decimal(size / MB), limit=decimal(limit / MB))

    def _packed(self) -> bytes:
        return self._archive.data.take(self._start, self._header.packed)

    def _content(self) -> bytes:
        problems, content = self._archive.problems, self._packed()
        if self._header.method != STORED:
            content = _inflate(content, self.size, problems)
        if zlib.crc32(content) != self._header.crc:
            raise Rejected(problems.member_damaged, detail="de controlegetallen kloppen niet")
        return content


class Archive:
    """The members of a ZIP, in the order of its central directory. Keeps 16 bytes per member in memory.

    `file` must be seekable and stay open. Raises Rejected when the file as a whole is refused.
    """

    def __init__(self, file: IO[bytes], rules: ZipRules) -> None:
        size = file.seek(0, SEEK_END)
        self.problems, self.limits, self._suffixes = rules.problems, rules.limits, rules.suffixes
        self.data = Window(file, size, rules.problems)
        self._headers = Window(file, size, rules.problems)
        directory = find_directory(self._headers, size, rules)
        survey = Survey(self.data, directory, rules)
        for at, header in headers(self._headers, directory):
            survey.add(at, header)
        survey.judge(size)
        self._heads, self._starts = survey.heads, survey.starts

    @property
    def count(self) -> int:
        """How many members are files; folders are none."""
        return len(self._heads)

    def members(self, after: int = 0) -> Iterator[Member]:
        """The members from position `after` + 1 on; starting halfway costs nothing."""
        for index in range(after, self.count):
            header = header_at(self._headers, self._heads[index])
            name = clean(decoded(header))
            is_ours = is_candidate(name, self._suffixes)
            yield Member(index + 1, name, header.size, is_ours, self, header, self._starts[index])


def _inflate(packed: bytes, size: int, problems: ZipProblems) -> bytes:
    """Inflate to exactly `size` bytes; never more than one byte above it is ever made."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, size + 1)
    except zlib.error:
        raise Rejected(problems.member_damaged, detail="het kan niet worden uitgepakt") from None
    if len(content) != size or not stream.eof or stream.unused_data:
        raise Rejected(problems.member_damaged, detail="de grootte klopt niet met de inhoudsopgave")
    return content


def _deflate(content: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(content) + stream.flush()


def _refuse_nested(content: bytes, problems: ZipProblems) -> None:
    for mark, kind in ARCHIVE_MARKS.items():
        if content.startswith(mark):
            raise Rejected(problems.member_unsafe, detail=f"het is zelf een ingepakt bestand ({kind})")
