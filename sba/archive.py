"""ZIP → members, after a preflight that judges the whole file by its headers. No Django, nothing written to disk.

Own reader instead of `zipfile`: that one keeps an object per member (0.7 KB each), believes the central directory
without looking at the local headers, and expands members that overlap (a bomb of 26 kB becomes 1.2 GB).
"APPNOTE" in comments is PKWARE's .ZIP File Format Specification, version 6.3.10.
"""

import struct
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import SEEK_END
from stat import S_IFBLK, S_IFCHR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK
from typing import IO, Final, NamedTuple

from migration.problems import Rejected
from sba import problems

MB: Final = 1024 * 1024
GB: Final = 1024 * MB

BLOCK: Final = 256 * 1024  # read ahead: some hundred members of an export at once
RATIO_FLOOR: Final = 64 * MB  # below this a file is harmless whatever its ratio, and short texts pack very well
NAME_LENGTH: Final = 255
SUFFIXES: Final = (".xbrl", ".xml")

# APPNOTE 4.3.7, 4.3.12, 4.3.14, 4.3.15, 4.3.16; fields nobody needs are skipped ("x").
LOCAL: Final = struct.Struct("<4s2xHH4xLLLHH")
CENTRAL: Final = struct.Struct("<4sH2xHH4xLLLHHHH2xLL")
END: Final = struct.Struct("<4s4H2LH")
END64_LOCATOR: Final = struct.Struct("<4sLQL")
END64: Final = struct.Struct("<4sQ4xLL4Q")
EXTRA: Final = struct.Struct("<HH")

LOCAL_MARK: Final = b"PK\x03\x04"
CENTRAL_MARK: Final = b"PK\x01\x02"
END_MARK: Final = b"PK\x05\x06"
END64_LOCATOR_MARK: Final = b"PK\x06\x07"
END64_MARK: Final = b"PK\x06\x06"
DESCRIPTOR_MARK: Final = b"PK\x07\x08"

FULL16: Final = 0xFFFF  # "the real value stands in the Zip64 field" (APPNOTE 4.4.1.4)
FULL32: Final = 0xFFFFFFFF
ZIP64_EXTRA: Final = 0x0001
UNICODE_PATH_EXTRA: Final = 0x7075

# Bits of the general purpose flag, APPNOTE 4.4.4.
ENCRYPTED: Final = 1 << 0
DESCRIPTOR: Final = 1 << 3
UTF8: Final = 1 << 11

STORED: Final = 0
DEFLATED: Final = 8
METHODS: Final = {
    1: "Shrink", 6: "Implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 20: "Zstandard", 93: "Zstandard", 95: "XZ",
    98: "PPMd", 99: "AES-versleuteling",
}  # fmt: skip
UNIX_HOSTS: Final = (3, 19)  # "version made by", APPNOTE 4.4.2: Unix and macOS
DOS_FOLDER: Final = 0x10
SPECIAL_FILES: Final = (S_IFLNK, S_IFCHR, S_IFBLK, S_IFIFO, S_IFSOCK)

ARCHIVE_MARKS: Final = {
    b"PK\x03\x04": "ZIP", b"PK\x05\x06": "ZIP", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR", b"\x1f\x8b": "gzip",
    b"BZh": "bzip2", b"\xfd7zXZ": "XZ", b"\x28\xb5\x2f\xfd": "Zstandard",
}  # fmt: skip
KNOWN_FILES: Final = {
    b"%PDF": "het is een PDF", b"7z\xbc\xaf": "het is een 7-Zip-bestand", b"Rar!": "het is een RAR-bestand",
    b"\x1f\x8b": "het is een gzip-bestand", b"<?xml": "het is een los XML-bestand", b"<xbrl": "het is een los bericht",
    b"\xef\xbb\xbf<": "het is een los XML-bestand", b"\xd0\xcf\x11\xe0": "het is een Office-document",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """What a whole file may ask of us. Sizes in bytes; `ratio` is unpacked ÷ packed of the whole file.

    `member` is what Digipoort accepts as one message (domain.md §1.3).
    """

    members: int = 200_000
    unpacked: int = 4 * GB
    ratio: int = 200
    member: int = 20 * MB


LIMITS: Final = Limits()


class Entry(NamedTuple):
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
        return not self.size and (self.name.endswith((b"/", b"\\")) or bool(self.attributes & DOS_FOLDER))

    @property
    def is_special(self) -> bool:
        """A symbolic link, device, pipe or socket, by the Unix mode in the high half of the attributes."""
        return S_IFMT(self.attributes >> 16) in SPECIAL_FILES


class Directory(NamedTuple):
    """Where the central directory stands in the file, and how many members it promises."""

    start: int
    end: int
    members: int


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
        if entry.flags & ENCRYPTED:
            raise Rejected(problems.MEMBER_ENCRYPTED)
        if entry.method not in (STORED, DEFLATED):
            raise Rejected(problems.MEMBER_METHOD, method=METHODS.get(entry.method, f"methode {entry.method}"))
        if entry.is_special:
            raise Rejected(problems.MEMBER_UNSAFE, detail="het is een snelkoppeling of een apparaat")
        if _is_unsafe(_decoded(entry)):
            raise Rejected(problems.MEMBER_UNSAFE, detail="de naam verwijst naar een plaats buiten de ZIP")
        if max(entry.size, entry.packed) > limit:
            size = max(entry.size, entry.packed)
            raise Rejected(problems.MEMBER_TOO_LARGE, size=_decimal(size / MB), limit=_decimal(limit / MB))

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
        directory = _find_directory(self._headers, size, limits)
        survey = Survey(self.data, directory)
        for at, entry in _entries(self._headers, directory):
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
            entry = _entry(self._headers, self._heads[index])
            name = _clean(_decoded(entry))
            yield Member(index + 1, name, entry.size, _is_candidate(name), self, entry, self._starts[index])


class Window:
    """One block of the file in memory, so that neighbours cost no system call. Memory: one block."""

    __slots__ = ("_block", "_file", "_size", "_start")

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._size = file, size
        self._start, self._block = 0, b""

    def take(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`; Rejected where the file ends before."""
        at = offset - self._start
        if at >= 0 and at + length <= len(self._block):
            return self._block[at : at + length]
        if offset + length > self._size:
            raise _damaged("het bestand is korter dan de inhoudsopgave zegt")
        self._file.seek(offset)
        block = self._file.read(max(length, BLOCK))
        if length <= BLOCK:  # a large member passes through, it is not kept
            self._start, self._block = offset, block
        return block[:length]


class Survey:
    """What the preflight gathers while it walks the central directory once: numbers, never an object per member."""

    def __init__(self, data: Window, directory: Directory) -> None:
        self._data = data
        self._stop = directory.start  # no member reaches beyond it
        self.heads = array("Q")  # where the central header of each file stands
        self.starts = array("Q")  # where its data begins
        self._begins = array("Q")  # where each local header begins, folders included
        self._ends = array("Q")
        self._unpacked = 0
        self._encrypted = 0
        self._has_candidate = False
        self._others: Counter[str] = Counter()

    def add(self, at: int, entry: Entry) -> None:
        """Take in the entry whose central header stands at `at`; Rejected where its local header says otherwise."""
        start, end = _data_range(self._data, entry, self._stop)
        self._begins.append(entry.offset)
        self._ends.append(end)
        self._unpacked += entry.size
        if entry.is_folder:
            return
        self.heads.append(at)
        self.starts.append(start)
        self._encrypted += entry.flags & ENCRYPTED
        if not self._has_candidate:
            self._look_at_name(_clean(_decoded(entry)))

    def _look_at_name(self, name: str) -> None:
        self._has_candidate = _is_candidate(name)
        self._others[_suffix(name)] += 1

    def judge(self, size: int, limits: Limits) -> None:
        """Rejected when the file as a whole is not to be opened; `size` is that of the file, in bytes."""
        self._refuse_other_layout()
        self._refuse_bomb(size, limits)
        if not self._has_candidate:
            raise Rejected(problems.NO_SBAS, found=self._found())
        if self._encrypted == len(self.heads):
            raise Rejected(problems.ZIP_ENCRYPTED)

    def _refuse_other_layout(self) -> None:
        """Members must fill the file from its first byte to the directory: no overlap, no gap, nothing in front."""
        if not self._begins:
            return
        if min(self._begins) > 0:
            raise _unsafe("er staan gegevens vóór het eerste bestand")
        if not _fills(self._begins, self._ends, self._stop):
            raise _unsafe("bestanden overlappen elkaar, of er staan verborgen gegevens tussen")

    def _refuse_bomb(self, size: int, limits: Limits) -> None:
        if self._unpacked > limits.unpacked:
            unpacked, most = _decimal(self._unpacked / GB), _decimal(limits.unpacked / GB)
            raise Rejected(problems.ZIP_TOO_LARGE, detail=f"uitgepakt is het {unpacked} GB; het maximum is {most} GB")
        if self._unpacked > max(RATIO_FLOOR, limits.ratio * size):
            raise _unsafe(f"het wordt bij uitpakken meer dan {limits.ratio} keer zo groot")

    def _found(self) -> str:
        kinds = [f"{_thousands(number)} × {suffix}" for suffix, number in self._others.most_common(4)]
        if len(self._others) > 4:
            kinds.append("andere bestanden")
        return ", ".join(kinds) or "geen bestanden"


def _find_directory(window: Window, size: int, limits: Limits) -> Directory:
    """Where the central directory is, by the end record that closes the file (APPNOTE 4.3.16)."""
    _refuse_no_zip(window, size)
    at = _end_record(window, size)
    numbers = END.unpack(window.take(at, END.size))[1:7]
    end, (disk, first_disk, here, members, length, offset) = _zip64(window, at, numbers)
    if disk or first_disk or here != members:
        raise _damaged("het is één deel van een gesplitst ZIP-bestand")
    if members > limits.members:
        detail = f"er zitten {_thousands(members)} bestanden in; het maximum is {_thousands(limits.members)}"
        raise Rejected(problems.ZIP_TOO_LARGE, detail=detail)
    if offset + length != end:
        raise _unsafe("er staan gegevens vóór de ZIP, of na de inhoudsopgave")
    return Directory(offset, end, members)


def _refuse_no_zip(window: Window, size: int) -> None:
    if not size:
        raise Rejected(problems.NOT_A_ZIP, detail="het is leeg")
    head = window.take(0, min(size, 8))
    for mark, detail in KNOWN_FILES.items():
        if head.startswith(mark):
            raise Rejected(problems.NOT_A_ZIP, detail=detail)
    if head.startswith(DESCRIPTOR_MARK):  # APPNOTE 8.5.3: the mark of the first part
        raise _damaged("het is één deel van een gesplitst ZIP-bestand")


def _end_record(window: Window, size: int) -> int:
    """Where the end record begins: the one whose comment reaches exactly to the end of the file.

    Readers disagree on what a second one means, so a file that has two is refused.
    """
    base = max(0, size - END.size - FULL16)
    tail = window.take(base, size - base)
    ends = [at for at in _finds(tail, END_MARK) if _reaches_end(tail, at)]
    if not ends:
        raise _no_end(window, size)
    if len(ends) > 1 or tail.rfind(END_MARK) != ends[0]:
        raise _unsafe("er staan twee inhoudsopgaven in")
    return base + ends[0]


def _finds(text: bytes, mark: bytes) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + 1)


def _reaches_end(tail: bytes, at: int) -> bool:
    if at + END.size > len(tail):
        return False
    comment: int = END.unpack_from(tail, at)[-1]
    return at + END.size + comment == len(tail)


def _no_end(window: Window, size: int) -> Rejected:
    if window.take(0, min(size, 4)) in (LOCAL_MARK, END_MARK):
        return _damaged("het einde ontbreekt, of er staat iets achter; waarschijnlijk is het kopiëren afgebroken")
    return Rejected(problems.NOT_A_ZIP, detail="het heeft niet de opbouw van een ZIP-bestand")


def _zip64(window: Window, at: int, numbers: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """Where the directory ends, and disk, first disk, members here, members, length and start of it.

    They come from the Zip64 end record where there is one (APPNOTE 4.3.14). Some archivers write it without need; then
    both records must say the same.
    """
    locator_at = at - END64_LOCATOR.size
    if locator_at < 0 or window.take(locator_at, 4) != END64_LOCATOR_MARK:
        return at, numbers
    _, disk, record_at, disks = END64_LOCATOR.unpack(window.take(locator_at, END64_LOCATOR.size))
    if disk or disks > 1 or record_at + END64.size > locator_at:
        raise _unsafe("de Zip64-gegevens kloppen niet")
    mark, length, *large = END64.unpack(window.take(record_at, END64.size))
    if mark != END64_MARK or record_at + 12 + length != locator_at or not _same_numbers(numbers, large):
        raise _unsafe("de Zip64-gegevens kloppen niet")
    return record_at, tuple(large)


def _same_numbers(small: tuple[int, ...], large: list[int]) -> bool:
    full = (FULL16, FULL16, FULL16, FULL16, FULL32, FULL32)
    return all(few in (many, most) for few, many, most in zip(small, large, full, strict=True))


def _entries(window: Window, directory: Directory) -> Iterator[tuple[int, Entry]]:
    """Every header of the central directory with where it stands; Rejected where their number is forged."""
    at = directory.start
    for _ in range(directory.members):
        entry = _entry(window, at)
        yield at, entry
        at += entry.length
    if at != directory.end:
        raise _unsafe("het aantal bestanden in de inhoudsopgave klopt niet")


def _entry(window: Window, at: int) -> Entry:
    header = CENTRAL.unpack(window.take(at, CENTRAL.size))
    mark, made_by, flags, method, crc, packed, size, names, extras, comments, disk, attributes, offset = header
    if mark != CENTRAL_MARK:
        raise _damaged("de inhoudsopgave is niet te lezen")
    text = window.take(at + CENTRAL.size, names + extras)
    name, extra = text[:names], text[names:]
    if FULL32 in (packed, size, offset) or disk:
        size, packed, offset = _large(extra, size, packed, offset, disk)
    length = CENTRAL.size + names + extras + comments
    return Entry(made_by, flags, method, crc, packed, size, attributes, offset, name, extra, length)


def _large(extra: bytes, size: int, packed: int, offset: int, disk: int = 0) -> tuple[int, int, int]:
    """Size, packed size and offset, from the Zip64 extra field where the header holds no room (APPNOTE 4.5.3)."""
    if disk not in (0, FULL16):
        raise _damaged("het is één deel van een gesplitst ZIP-bestand")
    numbers = [size, packed, offset]
    wanted = [place for place, number in enumerate(numbers) if number == FULL32]
    values = _zip64_values(extra)
    if len(values) < len(wanted):
        raise _unsafe("de Zip64-gegevens kloppen niet")
    for place, value in zip(wanted, values, strict=False):
        numbers[place] = value
    return numbers[0], numbers[1], numbers[2]


def _zip64_values(extra: bytes) -> tuple[int, ...]:
    fields = [body for kind, body in _extras(extra) if kind == ZIP64_EXTRA]
    if len(fields) != 1:
        raise _unsafe("de Zip64-gegevens kloppen niet")
    return struct.unpack_from(f"<{len(fields[0]) // 8}Q", fields[0])


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The extra fields (APPNOTE 4.5.1); a field that runs past the end is left out, as other readers do."""
    at = 0
    while at + EXTRA.size <= len(extra):
        kind, length = EXTRA.unpack_from(extra, at)
        at += EXTRA.size + length
        if at <= len(extra):
            yield kind, extra[at - length : at]


def _data_range(window: Window, entry: Entry, stop: int) -> tuple[int, int]:
    """Where the member's data begins, and where all that belongs to it ends; Rejected where its two headers differ."""
    header = LOCAL.unpack(window.take(entry.offset, LOCAL.size))
    mark, flags, method, crc, packed, size, names, extras = header
    if mark != LOCAL_MARK:
        raise _damaged("een bestand staat niet waar de inhoudsopgave het zegt")
    at = entry.offset + LOCAL.size
    if method != entry.method or (flags ^ entry.flags) & ENCRYPTED or window.take(at, names) != entry.name:
        raise _differs()
    if FULL32 in (packed, size):
        size, packed, _ = _large(window.take(at + names, extras), size, packed, 0)
    if entry.method == STORED and entry.packed != entry.size and not flags & ENCRYPTED:
        raise _unsafe("een bestand heeft een andere grootte dan de inhoudsopgave zegt")
    start = at + names + extras
    end = start + entry.packed
    if end > stop:
        raise _unsafe("een bestand loopt door tot in de inhoudsopgave")
    agrees = (crc, packed, size) == (entry.crc, entry.packed, entry.size)
    if flags & DESCRIPTOR:
        return start, end + _descriptor(window, end, entry, agrees)
    if not agrees:
        raise _differs()
    return start, end


def _descriptor(window: Window, at: int, entry: Entry, is_optional: bool) -> int:
    """How long the data descriptor behind a member is (APPNOTE 4.3.9): it may lack its mark and may be Zip64.

    The longest fitting shape is right: after a shorter one the next header follows, which holds no zeros there.
    `is_optional`: some archivers announce one, but write the values in the local header and no descriptor.
    """
    wide = struct.pack("<LQQ", entry.crc, entry.packed, entry.size)
    narrow = struct.pack("<LLL", entry.crc, entry.packed & FULL32, entry.size & FULL32)
    found = window.take(at, 24)
    for shape in (DESCRIPTOR_MARK + wide, wide, DESCRIPTOR_MARK + narrow, narrow):
        if found.startswith(shape):
            return len(shape)
    if is_optional:
        return 0
    raise _differs()


def _fills(begins: "array[int]", ends: "array[int]", stop: int) -> bool:
    """Whether the ranges lie side by side from 0 to `stop`, in any order.

    Sorted apart, every end must be the next begin: then at each byte one range more has begun than has ended.
    """
    if begins[0] == 0 and ends[-1] == stop and begins[1:] == ends[:-1]:
        return True  # written in order, as nearly every archiver does
    ordered, closed = array("Q", sorted(begins)), array("Q", sorted(ends))
    return ordered[0] == 0 and closed[-1] == stop and ordered[1:] == closed[:-1]


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


def _decoded(entry: Entry) -> str:
    """The member's name as its archiver meant it (APPNOTE appendix D), not cleaned."""
    name = entry.name
    if name.isascii():
        return name.decode("ascii")
    if entry.flags & UTF8:
        return name.decode("utf-8", "replace")
    for kind, body in _extras(entry.extra):
        if kind == UNICODE_PATH_EXTRA and body[1:5] == zlib.crc32(name).to_bytes(4, "little"):
            return body[5:].decode("utf-8", "replace")
    return _unmarked(name, entry.made_by >> 8)


def _unmarked(name: bytes, host: int) -> str:
    """A name without the UTF-8 flag: cp437 by the rule, but macOS and Unix archivers leave UTF-8 unmarked."""
    if host in UNIX_HOSTS:
        try:
            return name.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return name.decode("cp437")


def _clean(name: str) -> str:
    """The name fit to show: forward slashes, no controls, bidi marks or surrogates; of a long one the end is kept."""
    name = name.replace("\\", "/")
    if not name.isprintable():
        name = "".join(letter for letter in name if letter.isprintable())
    if len(name) > NAME_LENGTH:
        name = "…" + name[1 - NAME_LENGTH :]
    return name or "(zonder naam)"


def _is_candidate(name: str) -> bool:
    """Whether a cleaned name can be an SBA's; what macOS adds beside the files is not."""
    if not name.lower().endswith(SUFFIXES):
        return False
    *folders, base = name.split("/")
    return "__MACOSX" not in folders and not base.startswith("._")


def _is_unsafe(name: str) -> bool:
    """Whether a name, used as a path, would lead out of its folder: absolute, a drive letter, or '..'."""
    name = name.replace("\\", "/")
    return name.startswith("/") or name[1:2] == ":" or ".." in name.split("/")


def _suffix(name: str) -> str:
    base = name.rpartition("/")[2]
    return "." + base.rpartition(".")[2].lower()[:10] if "." in base else "bestand zonder extensie"


def _damaged(detail: str) -> Rejected:
    return Rejected(problems.ZIP_DAMAGED, detail=detail)


def _unsafe(detail: str) -> Rejected:
    return Rejected(problems.ZIP_UNSAFE, detail=detail)


def _differs() -> Rejected:
    return _unsafe("een bestand zegt iets anders over zichzelf dan de inhoudsopgave")


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _decimal(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0").replace(".", ",")
