"""What good archivers write, each in its own way: all of it is imported."""

import struct
import zipfile
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any

from sba.samples import document
from tests.migration.files.builders import (
    SBA,
    Raw,
    central,
    close_zip,
    deflate,
    descriptor,
    local,
    raw,
    values,
    zip_of,
    zipped,
)
from tests.sba.hostile.cases import NEIGHBOUR, upload, uploads

FAMILY = "archiver"
UNIX = 3 << 8 | 30
NTFS = struct.pack("<HHLHHQQQ", 0x000A, 32, 0, 1, 24, 0, 0, 0)
TIMES = struct.pack("<HHBL", 0x5455, 5, 1, 1_600_000_000)
OWNER = struct.pack("<HHBBLBL", 0x7875, 11, 1, 4, 501, 4, 20)
FULL = 0xFFFFFFFF


def both(**changes: object) -> bytes:
    return zip_of(
        raw(**{"name": b"2019/a.xbrl", **changes}), raw(**{"name": b"2016/b.xbrl", **changes, "content": NEIGHBOUR})
    )


class Pipe:
    """What cannot go back: an archiver that writes to it must tell sizes behind the data."""

    def __init__(self) -> None:
        self.written = bytearray()

    def write(self, block: bytes) -> int:
        self.written += block
        return len(block)

    def flush(self) -> None:
        pass


def piped(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as file:
        file.writestr("a.xbrl", SBA)
        file.writestr("b.xbrl", NEIGHBOUR)
    return bytes(pipe.written)


def forced_zip64() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (("a.xbrl", SBA), ("b.xbrl", NEIGHBOUR)):
            with file.open(name, "w", force_zip64=True) as member:
                member.write(content)
    return buffer.getvalue()


def in_any_order() -> bytes:
    first, second = raw(name=b"a.xbrl"), raw(name=b"b.xbrl", content=NEIGHBOUR)
    body = local(second) + local(first)
    return close_zip(body, central(first, len(local(second))) + central(second, 0), 2)


def with_zip64_descriptors() -> bytes:
    """As .NET and Java write to a pipe what may become large: the local sizes are full, the descriptor is wide."""
    zeros = struct.pack("<HHQQ", 1, 16, 0, 0)
    members = [raw(name=b"a.xbrl"), raw(name=b"b.xbrl", content=NEIGHBOUR)]
    body, directory = b"", b""
    for member in members:
        directory += central(replace(member, flags=8), len(body))
        head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 45, 8, 8, 0, 0x5021, 0, FULL, FULL, len(member.name), len(zeros))
        body += head + member.name + zeros + member.body
        body += local(replace(member, descriptor="marked64")).rpartition(member.body)[2]
    return close_zip(body, directory, 2)


MINUS_ONE = struct.pack("<HHqq", 1, 16, -1, -1)


def sharp(member: Raw, *, said: tuple[int, int] = (FULL, FULL), field: bytes = MINUS_ONE, flags: int = 8) -> bytes:
    """A member as SharpZipLib (up to 1.3.3) writes it to a stream: -1 for what it does not know, in both places."""
    numbers = (45, flags, member.method, 0, 0x5021, 0, *said, len(member.name), len(field))
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", *numbers) + member.name + field
    return head + member.body + descriptor(member)


def sharp_zip(shape: str = "marked64", method: int = 8, *, has_large_directory: bool = False, **changes: Any) -> bytes:
    members = [raw(name=b"a.xbrl"), raw(name=b"b.xbrl", content=NEIGHBOUR)]
    body, directory = b"", b""
    for member in (replace(member, descriptor=shape, method=method) for member in members):
        crc, packed, size = values(member)
        field = struct.pack("<HHQQ", 1, 16, size, packed)
        told = replace(member, size=FULL, packed_size=FULL, extra=field, crc=crc) if has_large_directory else member
        directory += central(told, len(body))
        body += sharp(member, **changes)
    return close_zip(body, directory, 2)


def marked(mark: bytes, **options: Any) -> bytes:
    """A ZIP that was to be split, but one part was enough: the mark of a first part stays in front."""
    return zip_of(raw(before=mark), raw(name=b"b.xbrl", content=NEIGHBOUR), **options)


uploads(
    FAMILY,
    "new",
    "new",
    builds={
        "SharpZipLib to a stream": sharp_zip,
        "SharpZipLib to a stream, stored": partial(sharp_zip, method=0),
        "SharpZipLib to a stream, -1 in the directory": partial(sharp_zip, has_large_directory=True),
        "SharpZipLib to a stream, a narrow descriptor": partial(sharp_zip, "marked"),
        "SharpZipLib to a stream, -1 in the field alone": partial(sharp_zip, said=(0, 0)),
        "SharpZipLib to a stream, a descriptor without its mark": partial(sharp_zip, "bare64"),
        "to a stream, -1 for one size and 0 for the other": partial(
            sharp_zip, field=struct.pack("<HHqq", 1, 16, -1, 0)
        ),
        "a mark of several parts, but one": partial(marked, b"PK\x07\x08"),
        "a mark that was to be replaced": partial(marked, b"PK00"),
        "a mark of several parts, Zip64": partial(marked, b"PK00", zip64={}),
        "Python": lambda: zipped({"a.xbrl": SBA, "b.xbrl": NEIGHBOUR}),
        "Python, stored": lambda: zipped({"a.xbrl": SBA, "b.xbrl": NEIGHBOUR}, zipfile.ZIP_STORED),
        "Python to a pipe": piped,
        "Python to a pipe, stored": partial(piped, zipfile.ZIP_STORED),
        "Python, always Zip64": forced_zip64,
        "Java": lambda: both(flags=0x808, descriptor="marked"),
        "Java in a jar": lambda: both(descriptor="marked", local_extra=b"\xfe\xca\0\0", extra=b"\xfe\xca\0\0"),
        ".NET": lambda: both(made_by=20, flags=0),
        ".NET, old, with backslashes": lambda: zip_of(
            raw(name=b"2019\\a.xbrl"), raw(name=b"2016\\b.xbrl", content=NEIGHBOUR)
        ),
        ".NET to a pipe": lambda: both(descriptor="marked"),
        "sizes that may become large, to a pipe": with_zip64_descriptors,
        "Windows Explorer": lambda: zip_of(
            raw(name="2019/Één.xbrl".encode("cp850")), raw(name="b–.xbrl".encode("cp1252"), content=NEIGHBOUR)
        ),
        "7-Zip": lambda: both(extra=NTFS, attributes=0x20, made_by=63),
        "Info-ZIP": lambda: both(
            extra=TIMES[:9] + OWNER, local_extra=TIMES + OWNER, made_by=UNIX, attributes=0o100644 << 16
        ),
        "Info-ZIP to a pipe, Zip64": lambda: both(descriptor="marked64"),
        "Go": lambda: both(descriptor="marked", flags=0x800, made_by=20),
        "a descriptor without its mark": lambda: both(descriptor="bare"),
        "a wide descriptor without its mark": lambda: both(descriptor="bare64"),
        "a descriptor announced and left out": lambda: both(flags=8),
        "a descriptor behind stored data": lambda: both(descriptor="marked", method=0),
        "a needless Zip64 record": lambda: zip_of(raw(), raw(name=b"b.xbrl", content=NEIGHBOUR), zip64={}),
        "all numbers in the Zip64 record": lambda: zip_of(
            raw(), raw(name=b"b.xbrl", content=NEIGHBOUR), said_count=0xFFFF, said_length=FULL, zip64={}
        ),
        "members in another order": in_any_order,
        "a comment": lambda: zip_of(raw(comment=b"c" * 65_535), raw(name=b"b.xbrl", content=NEIGHBOUR), comment=b"ECM"),
        "the longest comment": lambda: zip_of(raw(), raw(name=b"b.xbrl", content=NEIGHBOUR), comment=b"x" * 65_535),
        "a comment of end marks cut short": lambda: zip_of(
            raw(), raw(name=b"b.xbrl", content=NEIGHBOUR), comment=b"PK\x05" * 21_845
        ),
        "unknown extra fields": lambda: both(extra=struct.pack("<HH4s", 0x4242, 4, b"????")),
        "a broken extra field": lambda: both(extra=b"\x01", local_extra=b"\x99\x99\xff\xff"),
        "no compression by deflate": lambda: both(packed=None),
        **{
            f"packed at level {level}": lambda level=level: zip_of(
                raw(packed=deflate(SBA, level)),
                raw(name=b"b.xbrl", content=NEIGHBOUR, packed=deflate(NEIGHBOUR, level)),
            )
            for level in (0, 1, 9)
        },
        **{
            f"the date {date:#06x}": lambda date=date: both(date=date)
            for date in (0x0000, 0x0021, 0x01FF, 0xFFFF, 0x7FE0)
        },
    },
)


@upload(FAMILY, "new", "other", "other", "new", "other")
def _macOS() -> bytes:
    """Sizes behind the data, resource forks beside the files, and names in UTF-8 without saying so."""
    mac = {"descriptor": "marked", "made_by": 3 << 8 | 21, "attributes": 0o100644 << 16}
    fork = b"\0\x05\x16\x07\0\x02\0\0Mac OS X" + bytes(60)
    return zip_of(
        raw(name="SBA’s/café.xbrl".encode(), local_extra=OWNER, **mac),
        raw(name="__MACOSX/SBA’s/._café.xbrl".encode(), content=fork, **mac),
        raw(name=b".DS_Store", content=b"\0\0\0\1Bud1", **mac),
        raw(name=b"b.xbrl", **{**mac, "content": NEIGHBOUR}),
        raw(name=b"Thumbs.db", content=b"\xd0\xcf", **mac),
    )


@upload(FAMILY, "new", "new")
def _folders_of_every_sort() -> bytes:
    folders = (
        raw(name=b"2019/", content=b"", method=0),
        raw(name=b"2020\\", content=b"", method=0),
        raw(name=b"2021", content=b"", method=0, attributes=0x10),
        raw(name=b"2022/", content=b"", packed=b"\x03\x00"),
        raw(name=b"2023/", content=b"", descriptor="marked"),
    )
    return zip_of(*folders, raw(), raw(name=b"b.xbrl", content=NEIGHBOUR))


@upload(FAMILY, "new", "other", "new")
def _a_stored_ZIP_beside_the_SBAs() -> bytes:
    inner = zipped({"x.xbrl": document(year=2011)})
    return zip_of(raw(), raw(name=b"in.zip", content=inner, method=0), raw(name=b"b.xbrl", content=NEIGHBOUR))
