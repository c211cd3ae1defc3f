"""Where the central directory of a ZIP stands, by the end records that close the file. No Django.

"APPNOTE" in comments is PKWARE's .ZIP File Format Specification, version 6.3.10.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from migration.files.zip.figures import thousands
from migration.files.zip.headers import FULL16, FULL32, LOCAL_MARK, SPLIT_MARKS, Header, Window, header_at
from migration.files.zip.rules import ZipProblems, ZipRules
from migration.problems import Rejected

# APPNOTE 4.3.14, 4.3.15, 4.3.16; fields nobody needs are skipped ("x").
END: Final = struct.Struct("<4s4H2LH")
END64_LOCATOR: Final = struct.Struct("<4sLQL")
END64: Final = struct.Struct("<4sQ2xHLL4Q")

LOCKED_DIRECTORY: Final = 62  # "version needed" of a ZIP whose directory is encrypted, APPNOTE 4.4.3.2

END_MARK: Final = b"PK\x05\x06"
END64_LOCATOR_MARK: Final = b"PK\x06\x07"
END64_MARK: Final = b"PK\x06\x06"

KNOWN_FILES: Final = {
    b"%PDF": "het is een PDF", b"7z\xbc\xaf": "het is een 7-Zip-bestand", b"Rar!": "het is een RAR-bestand",
    b"\x1f\x8b": "het is een gzip-bestand", b"<?xml": "het is een los XML-bestand",
    b"\xef\xbb\xbf<": "het is een los XML-bestand", b"\xd0\xcf\x11\xe0": "het is een Office-document",
}  # fmt: skip


class Directory(NamedTuple):
    """Where the central directory stands in the file, how many members it promises, and where the first may begin."""

    first: int
    start: int
    end: int
    members: int


def find_directory(window: Window, size: int, rules: ZipRules) -> Directory:
    """Where the central directory is, by the end record that closes the file (APPNOTE 4.3.16).

    Rejected where there is none, or where it promises more members than the limit.
    """
    problems, most = rules.problems, rules.limits.members
    _refuse_no_zip(window, size, rules)
    first = 4 if window.take(0, min(size, 4)) in SPLIT_MARKS else 0
    at = _end_record(window, size)
    numbers = END.unpack(window.take(at, END.size))[1:7]
    end, (disk, first_disk, here, members, length, offset) = _zip64(window, at, numbers)
    if disk or first_disk or here != members or (first and offset + length != end):
        raise _one_of_several(problems)
    if members > most:
        detail = f"er zitten {thousands(members)} bestanden in; het maximum is {thousands(most)}"
        raise Rejected(problems.too_large, detail=detail)
    if offset + length != end:
        raise Rejected(problems.unsafe, detail="er staan gegevens vóór de ZIP, of na de inhoudsopgave")
    return Directory(first, offset, end, members)


def _refuse_no_zip(window: Window, size: int, rules: ZipRules) -> None:
    problems = rules.problems
    if not size:
        raise Rejected(problems.not_a_zip, detail="het is leeg")
    head = window.take(0, min(size, 8))
    for mark, detail in {**KNOWN_FILES, **rules.loose}.items():
        if head.startswith(mark):
            raise Rejected(problems.not_a_zip, detail=detail)


def _one_of_several(problems: ZipProblems) -> Rejected:
    return Rejected(problems.damaged, detail="het is één deel van een gesplitst ZIP-bestand")


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
        raise Rejected(window.problems.unsafe, detail="er staan twee inhoudsopgaven in")
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
    if window.take(0, min(size, 4)) in SPLIT_MARKS:
        return _one_of_several(window.problems)
    if window.take(0, min(size, 4)) in (LOCAL_MARK, END_MARK):
        detail = "het einde ontbreekt, of er staat iets achter; waarschijnlijk is het kopiëren afgebroken"
        return Rejected(window.problems.damaged, detail=detail)
    return Rejected(window.problems.not_a_zip, detail="het heeft niet de opbouw van een ZIP-bestand")


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
        raise Rejected(window.problems.unsafe, detail="de Zip64-gegevens kloppen niet")
    mark, length, needed, *large = END64.unpack(window.take(record_at, END64.size))
    if mark != END64_MARK or record_at + 12 + length != locator_at or not _same_numbers(numbers, large):
        raise Rejected(window.problems.unsafe, detail="de Zip64-gegevens kloppen niet")
    if needed >= LOCKED_DIRECTORY:
        raise Rejected(window.problems.encrypted)
    return record_at, tuple(large)


def _same_numbers(small: tuple[int, ...], large: list[int]) -> bool:
    full = (FULL16, FULL16, FULL16, FULL16, FULL32, FULL32)
    return all(few in (many, most) for few, many, most in zip(small, large, full, strict=True))


def headers(window: Window, directory: Directory) -> Iterator[tuple[int, Header]]:
    """Every header of the central directory with where it stands; Rejected where their number is forged."""
    at = directory.start
    for _ in range(directory.members):
        header = header_at(window, at)
        yield at, header
        at += header.length
    if at != directory.end:
        raise Rejected(window.problems.unsafe, detail="het aantal bestanden in de inhoudsopgave klopt niet")
