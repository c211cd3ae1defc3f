"""Judges a ZIP as a whole by its headers alone, before anything in it is opened. No Django.

"APPNOTE" in comments is PKWARE's .ZIP File Format Specification, version 6.3.10.
"""

import struct
from array import array
from collections import Counter
from typing import Final

from migration.files.zip.directory import Directory
from migration.files.zip.figures import decimal, thousands
from migration.files.zip.headers import (
    DESCRIPTOR,
    DESCRIPTOR_MARK,
    FULL32,
    FULL64,
    LOCAL,
    LOCAL_MARK,
    LOCKED,
    STORED,
    Header,
    Window,
    zip64_sizes,
)
from migration.files.zip.names import clean, decoded, is_candidate, suffix
from migration.files.zip.rules import GB, MB, ZipProblems, ZipRules
from migration.problems import Rejected

RATIO_FLOOR: Final = 64 * MB  # below this a file is harmless whatever its ratio, and short texts pack very well


class Survey:
    """What the preflight gathers while it walks the central directory once: numbers, never an object per member."""

    def __init__(self, data: Window, directory: Directory, rules: ZipRules) -> None:
        self._data = data
        self._problems, self._limits, self._suffixes = rules.problems, rules.limits, rules.suffixes
        self._begin, self._stop = directory.first, directory.start  # between these lie the members, and nothing else
        self.heads = array("Q")  # where the central header of each file stands
        self.starts = array("Q")  # where its data begins
        self._begins = array("Q")  # where each local header begins, folders included
        self._ends = array("Q")
        self._unpacked = 0
        self._locked = 0
        self._has_candidate = False
        self._others: Counter[str] = Counter()

    def add(self, at: int, header: Header) -> None:
        """Take in the header whose central header stands at `at`; Rejected where its local header says otherwise."""
        start, end = _data_range(self._data, header, self._stop)
        self._begins.append(header.offset)
        self._ends.append(end)
        self._unpacked += header.size
        if header.is_folder:
            return
        self.heads.append(at)
        self.starts.append(start)
        self._locked += header.is_locked
        if not self._has_candidate:
            self._look_at_name(clean(decoded(header)))

    def _look_at_name(self, name: str) -> None:
        self._has_candidate = is_candidate(name, self._suffixes)
        self._others[suffix(name)] += 1

    def judge(self, size: int) -> None:
        """Rejected when the file as a whole is not to be opened; `size` is that of the file, in bytes."""
        self._refuse_other_layout()
        self._refuse_bomb(size)
        if not self._has_candidate:
            raise Rejected(self._problems.nothing_of_ours, found=self._found())
        if self._locked == len(self.heads):
            raise Rejected(self._problems.encrypted)

    def _refuse_other_layout(self) -> None:
        """Members must fill the file from its first byte to the directory: no overlap, no gap, nothing in front."""
        if not self._begins:
            return
        if min(self._begins) > self._begin:
            raise Rejected(self._problems.unsafe, detail="er staan gegevens vóór het eerste bestand")
        if not _fills(self._begins, self._ends, self._begin, self._stop):
            detail = "bestanden overlappen elkaar, of er staan verborgen gegevens tussen"
            raise Rejected(self._problems.unsafe, detail=detail)

    def _refuse_bomb(self, size: int) -> None:
        limits = self._limits
        if self._unpacked > limits.unpacked:
            unpacked, most = decimal(self._unpacked / GB), decimal(limits.unpacked / GB)
            detail = f"uitgepakt is het {unpacked} GB; het maximum is {most} GB"
            raise Rejected(self._problems.too_large, detail=detail)
        if self._unpacked > max(RATIO_FLOOR, limits.ratio * size):
            detail = f"het wordt bij uitpakken meer dan {limits.ratio} keer zo groot"
            raise Rejected(self._problems.unsafe, detail=detail)

    def _found(self) -> str:
        kinds = [f"{thousands(number)} × {suffix}" for suffix, number in self._others.most_common(4)]
        if len(self._others) > 4:
            kinds.append("andere bestanden")
        return ", ".join(kinds) or "geen bestanden"


def _data_range(window: Window, header: Header, stop: int) -> tuple[int, int]:
    """Where the member's data begins, and where all that belongs to it ends; Rejected where its two headers differ."""
    local = LOCAL.unpack(window.take(header.offset, LOCAL.size))
    mark, flags, method, crc, packed, size, names, extras = local
    if mark != LOCAL_MARK:
        raise Rejected(window.problems.damaged, detail="een bestand staat niet waar de inhoudsopgave het zegt")
    at = header.offset + LOCAL.size
    if method != header.method or (flags ^ header.flags) & LOCKED or window.take(at, names) != header.name:
        raise _differs(window.problems)
    if FULL32 in (packed, size):
        size, packed, _ = zip64_sizes(window.problems, window.take(at + names, extras), size, packed, 0)
    if header.method == STORED and header.packed != header.size and not header.is_locked:
        raise Rejected(window.problems.unsafe, detail="een bestand heeft een andere grootte dan de inhoudsopgave zegt")
    start = at + names + extras
    end = start + header.packed
    if end > stop:
        raise Rejected(window.problems.unsafe, detail="een bestand loopt door tot in de inhoudsopgave")
    said, meant = (crc, packed, size), (header.crc, header.packed, header.size)
    if said != meant and not (flags & DESCRIPTOR and _leaves_open(said, meant)):
        raise _differs(window.problems)
    return start, end + (_descriptor(window, end, header, said == meant) if flags & DESCRIPTOR else 0)


def _leaves_open(said: tuple[int, ...], meant: tuple[int, ...]) -> bool:
    """Whether a local header says nothing where it does not agree: the descriptor behind the data tells.

    Nothing is written as 0; as -1 in a Zip64 field by SharpZipLib to a stream (up to 1.3.3, and much used).
    """
    crc, *sizes = zip(said, meant, strict=True)
    return crc[0] in (0, crc[1]) and all(one in (0, FULL64, other) for one, other in sizes)


def _descriptor(window: Window, at: int, header: Header, is_optional: bool) -> int:
    """How long the data descriptor behind a member is (APPNOTE 4.3.9): it may lack its mark and may be Zip64.

    The longest fitting shape is right: after a shorter one the next header follows, which holds no zeros there.
    `is_optional`: some archivers announce one, but write the values in the local header and no descriptor.
    """
    wide = struct.pack("<LQQ", header.crc, header.packed, header.size)
    narrow = struct.pack("<LLL", header.crc, header.packed & FULL32, header.size & FULL32)
    found = window.take(at, 24)
    for shape in (DESCRIPTOR_MARK + wide, wide, DESCRIPTOR_MARK + narrow, narrow):
        if found.startswith(shape):
            return len(shape)
    if is_optional:
        return 0
    raise _differs(window.problems)


def _differs(problems: ZipProblems) -> Rejected:
    return Rejected(problems.unsafe, detail="een bestand zegt iets anders over zichzelf dan de inhoudsopgave")


def _fills(begins: "array[int]", ends: "array[int]", begin: int, stop: int) -> bool:
    """Whether the ranges lie side by side from `begin` to `stop`, in any order.

    Sorted apart, every end must be the next begin: then at each byte one range more has begun than has ended.
    """
    if begins[0] == begin and ends[-1] == stop and begins[1:] == ends[:-1]:
        return True  # written in order, as nearly every archiver does
    ordered, closed = array("Q", sorted(begins)), array("Q", sorted(ends))
    return ordered[0] == begin and closed[-1] == stop and ordered[1:] == closed[:-1]
