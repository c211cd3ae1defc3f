"""Odd ZIPs, byte by byte: what no archiver writes by accident. Offsets and fields as in PKWARE's APPNOTE."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO
from typing import TypeVar

import pytest

from migration.files.zip.archive import Archive, Member
from migration.files.zip.rules import Limits
from migration.problems import Rejected
from sba import samples
from sba.reading.export import EXPORT

T = TypeVar("T")

SBA = samples.document()


@dataclass(frozen=True)
class Raw:
    """One member as bytes. A `local_…` field is what the local header says where it differs from the central one."""

    name: bytes = b"2019/sba.xbrl"
    content: bytes = SBA
    method: int = 8
    flags: int = 0
    made_by: int = 20
    attributes: int = 0
    extra: bytes = b""
    comment: bytes = b""
    date: int = 0x5021
    disk: int = 0
    packed: bytes | None = None
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    offset: int | None = None
    before: bytes = b""  # a gap in front of the member
    descriptor: str = ""  # marked, bare, marked64, bare64, none
    local_name: bytes | None = None
    local_method: int | None = None
    local_flags: int | None = None
    local_size: int | None = None
    local_crc: int | None = None
    local_extra: bytes = b""

    @cached_property
    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return self.content if self.method == 0 else deflate(self.content)


def deflate(content: bytes, level: int = 6) -> bytes:
    stream = zlib.compressobj(level, wbits=-15)
    return stream.compress(content) + stream.flush()


def zip_of(*members: Raw, **options) -> bytes:
    """A ZIP of these members; options as in `close_zip`."""
    body, directory = b"", b""
    for member in members:
        body += member.before
        directory += central(member, len(body))
        body += local(member)
    return close_zip(body, directory, len(members), **options)


def values(member: Raw) -> tuple[int, int, int]:
    crc = zlib.crc32(member.content) if member.crc is None else member.crc
    size = len(member.content) if member.size is None else member.size
    packed = len(member.body) if member.packed_size is None else member.packed_size
    return crc, packed, size


def local(member: Raw) -> bytes:
    crc, packed, size = values(member)
    flags = member.flags | (8 if member.descriptor else 0)
    shown = (0, 0, 0) if member.descriptor else (crc, packed, size)
    if member.local_size is not None:
        shown = (*shown[:2], member.local_size)
    if member.local_crc is not None:
        shown = (member.local_crc, *shown[1:])
    name = member.name if member.local_name is None else member.local_name
    method = member.method if member.local_method is None else member.local_method
    flags = flags if member.local_flags is None else member.local_flags
    numbers = (20, flags, method, 0, member.date, *(number & 0xFFFFFFFF for number in shown))
    header = struct.pack("<4s5H3L2H", b"PK\x03\x04", *numbers, len(name), len(member.local_extra))
    return header + name + member.local_extra + member.body + descriptor(member)


def descriptor(member: Raw) -> bytes:
    mark = b"PK\x07\x08" if member.descriptor.startswith("marked") else b""
    shape = "<LQQ" if member.descriptor.endswith("64") else "<LLL"
    return b"" if member.descriptor in ("", "none") else mark + struct.pack(shape, *values(member))


def central(member: Raw, at: int) -> bytes:
    flags = member.flags | (8 if member.descriptor else 0)
    numbers = (member.made_by, 20, flags, member.method, 0, member.date, *values(member))
    lengths = (len(member.name), len(member.extra), len(member.comment), member.disk, 0)
    offset = at if member.offset is None else member.offset
    header = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *numbers, *lengths, member.attributes, offset)
    return header + member.name + member.extra + member.comment


def close_zip(
    body: bytes,
    directory: bytes,
    count: int,
    *,
    comment: bytes = b"",
    said_count: int | None = None,
    said_length: int | None = None,
    disk: int = 0,
    zip64: dict[str, int] | None = None,
    prefix: bytes = b"",
    between: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """Members, directory and end records. `zip64` writes the Zip64 records too, with these values changed."""
    start, length = len(body), len(directory) if said_length is None else said_length
    told = count if said_count is None else said_count
    end64 = b""
    if zip64 is not None:
        large = {
            "count": count,
            "length": len(directory),
            "start": start,
            "at": start + len(directory),
            "size": 44,
            **zip64,
        }
        end64 = struct.pack("<4sQ2H2L", b"PK\x06\x06", large["size"], 45, 45, 0, 0)
        end64 += struct.pack("<4Q", large["count"], large["count"], large["length"], large["start"])
        end64 += struct.pack("<4sLQL", b"PK\x06\x07", 0, large["at"], 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", disk, disk, told, told, length, start, len(comment))
    return prefix + body + directory + between + end64 + end + comment + after


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP as Python's own `zipfile` writes it."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return buffer.getvalue()


def opened(content: bytes, limits: Limits = EXPORT.limits) -> Archive:
    return Archive(BytesIO(content), replace(EXPORT, limits=limits))


def only(content: bytes, limits: Limits = EXPORT.limits) -> Member:
    """The one member of a ZIP."""
    (member,) = opened(content, limits).members()
    return member


def raw(**changes: object) -> Raw:
    return replace(Raw(), **changes)


def attempt(act: Callable[[], T]) -> tuple[T | None, Rejected | None]:
    """What `act` gives, or how it was rejected; any other exception goes on."""
    try:
        return act(), None
    except Rejected as rejected:
        return None, rejected.with_traceback(None)  # whose frames would keep the whole document


def refused(content: bytes, limits: Limits = EXPORT.limits) -> Rejected:
    """How the whole file is refused."""
    with pytest.raises(Rejected) as caught:
        opened(content, limits)
    assert caught.value.problem.explain(caught.value.facts).count("onbekend") == 0
    return caught.value


def failed(content: bytes, limits: Limits = EXPORT.limits) -> Rejected:
    """How the one member fails, while the file as a whole is accepted."""
    member = only(content, limits)
    with pytest.raises(Rejected) as caught:
        member.read()
    return caught.value


GOOD = zipped({"2019/a.xbrl": SBA, "2020/b.xml": SBA[::-1], "leesmij.txt": b"hallo"})
