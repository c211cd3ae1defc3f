"""The headers of a ZIP, as they stand in the file: that of one member in the central directory, and its extra fields.

"APPNOTE" in comments is PKWARE's .ZIP File Format Specification, version 6.3.10. No Django.
"""

import struct
from collections.abc import Iterator
from stat import S_IFBLK, S_IFCHR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK
from typing import IO, Final, NamedTuple

from migration.files.zip.rules import ZipProblems
from migration.problems import Rejected

BLOCK: Final = 256 * 1024  # read ahead: some hundred members of an export at once
JUMP: Final = 4 * 1024  # read where the last block is far away, as in a file whose members lie in another order

# APPNOTE 4.3.7, 4.3.12, 4.5.1; fields nobody needs are skipped ("x").
LOCAL: Final = struct.Struct("<4s2xHH4xLLLHH")
CENTRAL: Final = struct.Struct("<4sH2xHH4xLLLHHHH2xLL")
EXTRA: Final = struct.Struct("<HH")

LOCAL_MARK: Final = b"PK\x03\x04"
CENTRAL_MARK: Final = b"PK\x01\x02"
DESCRIPTOR_MARK: Final = b"PK\x07\x08"
# In front of a ZIP that was to be split: the first part of several, or of one that was enough (APPNOTE 8.5.3, 8.5.4).
SPLIT_MARKS: Final = (DESCRIPTOR_MARK, b"PK00")

FULL16: Final = 0xFFFF  # "the real value stands in the Zip64 field" (APPNOTE 4.4.1.4)
FULL32: Final = 0xFFFFFFFF
FULL64: Final = 0xFFFFFFFFFFFFFFFF  # -1: in a Zip64 field written by who did not know the size yet
ZIP64_EXTRA: Final = 0x0001
UNICODE_PATH_EXTRA: Final = 0x7075

# Bits of the general purpose flag, APPNOTE 4.4.4.
ENCRYPTED: Final = 1 << 0
STRONGLY: Final = 1 << 6
MASKED: Final = 1 << 13
LOCKED: Final = ENCRYPTED | STRONGLY | MASKED
DESCRIPTOR: Final = 1 << 3
UTF8: Final = 1 << 11

STORED: Final = 0
DEFLATED: Final = 8
METHODS: Final = {
    1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 20: "Zstandard", 93: "Zstandard", 95: "XZ",
    98: "PPMd", 99: "AES-versleuteling",
}  # fmt: skip
DOS_FOLDER: Final = 0x10
EMPTY: Final = 5  # bytes that nothing takes at most, deflated
SPECIAL_FILES: Final = (S_IFLNK, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK)


class Window:
    """One block of the file in memory, so that neighbours cost no system call. Memory: one block.

    `problems` are how whoever reads it must call what is wrong with it.
    """

    __slots__ = ("_block", "_file", "_size", "_start", "problems")

    def __init__(self, file: IO[bytes], size: int, problems: ZipProblems) -> None:
        self._file, self._size, self.problems = file, size, problems
        self._start, self._block = 0, b""

    def take(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`; Rejected where the file ends before."""
        at = offset - self._start
        if at >= 0 and at + length <= len(self._block):
            return self._block[at : at + length]
        if offset + length > self._size:
            raise Rejected(self.problems.damaged, detail="het bestand is korter dan de inhoudsopgave zegt")
        self._file.seek(offset)
        block = self._file.read(max(length, BLOCK if 0 <= at <= 2 * BLOCK else JUMP))
        if length <= BLOCK:  # a large member passes through, it is not kept
            self._start, self._block = offset, block
        return block[:length]


class Header(NamedTuple):
    """One header of the central directory, APPNOTE 4.3.12, with its Zip64 values filled in."""

    made_by: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int
    name: bytes
    extra: bytes
    length: int  # of the header itself, with name, extra field and comment

    @property
    def is_folder(self) -> bool:
        """Nothing but a name; what packs bytes under the name of a folder is a file."""
        if self.size or self.packed > EMPTY:
            return False
        return self.name.endswith((b"/", b"\\")) or bool(self.attributes & DOS_FOLDER)

    @property
    def is_locked(self) -> bool:
        return bool(self.flags & LOCKED)

    @property
    def is_special(self) -> bool:
        """A symbolic link, device, pipe or socket, by the Unix mode in the high half of the attributes."""
        return S_IFMT(self.attributes >> 16) in SPECIAL_FILES


def header_at(window: Window, at: int) -> Header:
    header = CENTRAL.unpack(window.take(at, CENTRAL.size))
    mark, made_by, flags, method, crc, packed, size, names, extras, comments, disk, attributes, offset = header
    if mark != CENTRAL_MARK:
        raise Rejected(window.problems.damaged, detail="de inhoudsopgave is niet te lezen")
    text = window.take(at + CENTRAL.size, names + extras)
    name, extra = text[:names], text[names:]
    if FULL32 in (packed, size, offset) or disk:
        size, packed, offset = zip64_sizes(window.problems, extra, size, packed, offset, disk)
    length = CENTRAL.size + names + extras + comments
    return Header(made_by, flags, method, crc, packed, size, attributes, offset, name, extra, length)


def zip64_sizes(
    problems: ZipProblems, extra: bytes, size: int, packed: int, offset: int, disk: int = 0
) -> tuple[int, int, int]:
    """Size, packed size and offset, from the Zip64 extra field where the header holds no room (APPNOTE 4.5.3)."""
    if disk not in (0, FULL16):
        raise Rejected(problems.damaged, detail="het is één deel van een gesplitst ZIP-bestand")
    numbers = [size, packed, offset]
    wanted = [place for place, number in enumerate(numbers) if number == FULL32]
    values = _zip64_field(problems, extra)
    if len(values) < len(wanted):
        raise Rejected(problems.unsafe, detail="de Zip64-gegevens kloppen niet")
    for place, value in zip(wanted, values, strict=False):
        numbers[place] = value
    return numbers[0], numbers[1], numbers[2]


def _zip64_field(problems: ZipProblems, extra: bytes) -> tuple[int, ...]:
    fields = [body for kind, body in extra_fields(extra) if kind == ZIP64_EXTRA]
    if len(fields) != 1:
        raise Rejected(problems.unsafe, detail="de Zip64-gegevens kloppen niet")
    return struct.unpack_from(f"<{len(fields[0]) // 8}Q", fields[0])


def extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The extra fields (APPNOTE 4.5.1); a field that runs past the end is left out, as other readers do."""
    at = 0
    while at + EXTRA.size <= len(extra):
        kind, length = EXTRA.unpack_from(extra, at)
        at += EXTRA.size + length
        if at <= len(extra):
            yield kind, extra[at - length : at]
