"""ZIPs that contradict themselves: whoever reads them one way and checks them another is fooled. Refused whole."""

import struct
from functools import partial

from migration.files.zip.rules import MB
from sba.samples import document
from tests.migration.files.builders import GOOD, SBA, Raw, central, close_zip, deflate, local, raw, zip_of, zipped
from tests.sba.hostile.archivers import sharp_zip
from tests.sba.hostile.cases import upload, uploads

FAMILY = "layout"
FULL = 0xFFFFFFFF


def zip64_field(*numbers: int) -> bytes:
    return struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers)


def changed(content: bytes, at: int, new: bytes) -> bytes:
    at %= len(content)
    return content[:at] + new + content[at + len(new) :]


@upload(FAMILY, refused="SBA-106")
def _two_entries_for_the_same_bytes() -> bytes:
    return close_zip(local(raw()), central(raw(), 0) * 2, 2)


@upload(FAMILY, refused="SBA-106")
def _a_member_quoted_in_another() -> bytes:
    """The bomb of David Fifield, in small: a stored block of the first holds the header of the second."""
    inner = raw(name=b"b.xbrl")
    quote = b"\x00" + struct.pack("<HH", len(local(inner)), len(local(inner)) ^ 0xFFFF)
    outer = raw(name=b"a.xbrl", packed=quote + local(inner), size=len(local(inner)) + len(SBA))
    body = local(outer)
    return close_zip(body, central(outer, 0) + central(inner, len(body) - len(local(inner))), 2)


@upload(FAMILY, refused="SBA-106")
def _a_member_quoted_in_an_extra_field() -> bytes:
    inner = raw(name=b"b.xbrl")
    outer = raw(name=b"a.xbrl", local_extra=struct.pack("<HH", 0x9999, len(local(inner))) + local(inner))
    body = local(outer)
    at = body.index(b"PK\x03\x04", 4)
    return close_zip(body, central(outer, 0) + central(inner, at), 2)


@upload(FAMILY, refused="SBA-106")
def _members_that_share_one_kernel() -> bytes:
    """A thousand entries for one stream of zeros, each with a header of its own: a bomb of 100 kB."""
    kernel = deflate(bytes(4 * MB))
    heads = [raw(name=b"%04d.xbrl" % number, content=bytes(4 * MB), packed=kernel) for number in range(200)]
    headers = [local(one)[: -len(kernel)] for one in heads]
    starts = [sum(map(len, headers[:number])) for number in range(len(heads))]
    directory = b"".join(central(one, at) for one, at in zip(heads, starts, strict=True))
    return close_zip(b"".join(headers) + kernel, directory, len(heads))


@upload(FAMILY, refused="SBA-106")
def _a_member_that_the_directory_does_not_name() -> bytes:
    body = local(raw()) * 2
    return close_zip(body, central(raw(), len(body) // 2), 1)


@upload(FAMILY, refused="SBA-106")
def _a_ZIP_in_the_comment_of_a_ZIP() -> bytes:
    return zip_of(raw(), comment=zipped({"b.xbrl": document(year=2015)}))


@upload(FAMILY, refused="SBA-106")
def _a_member_whose_data_are_the_directory() -> bytes:
    whole = zip_of(raw(packed=b"", size=0, crc=0))
    grown = raw(packed=b"", size=0, crc=0, packed_size=len(whole))
    return close_zip(local(grown), central(grown, 0), 1)


@upload(FAMILY, refused="SBA-106")
def _a_ZIP_that_holds_itself() -> bytes:
    """As a quine does: the stored member claims all bytes of the file, its own header too."""
    member = raw(name=b"r.xml", method=0, content=GOOD)
    return close_zip(local(member), central(member, 0) + central(raw(name=b"r.xml", method=0, content=GOOD), 0), 2)


@upload(FAMILY, refused="SBA-106", is_heavy=True)
def _a_bomb_of_zeros() -> bytes:
    return zip_of(*[raw(name=b"%d.xbrl" % number, content=bytes(19 * MB)) for number in range(4)])


@upload(FAMILY, refused="SBA-104")
def _sizes_that_add_up_to_terabytes() -> bytes:
    return zip_of(*[raw(name=b"%d.xbrl" % number, size=FULL - 1) for number in range(300)])


@upload(FAMILY, refused="SBA-104")
def _a_member_of_exabytes() -> bytes:
    extra = zip64_field(2**63, len(deflate(SBA)))
    return zip_of(raw(size=FULL, packed_size=FULL, extra=extra, local_extra=extra))


@upload(FAMILY, refused="SBA-103")
def _a_directory_that_is_encrypted() -> bytes:
    """The Zip64 end record in its second version, as SecureZIP writes it."""
    body = local(raw())
    secret = bytes(range(200))
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44 + 28, 62, 62, 0, 0, 1, 1, len(secret), len(body))
    record += struct.pack("<HQQHHHH", 8, len(secret), 300, 0x660E, 128, 1, 0) + b"\0\0"
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body) + len(secret), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, FULL, FULL, 0)
    return body + secret + record + locator + end


uploads(
    FAMILY,
    refused="SBA-106",
    builds={
        "line endings changed by an old FTP": lambda: GOOD.replace(b"\n", b"\r\n"),
        "a gap": lambda: zip_of(raw(), raw(before=b"?" * 7)),
        "a gap of one byte": lambda: zip_of(raw(), raw(before=b"\0")),
        "a gap in front of the directory": lambda: close_zip(local(raw()) + b"?", central(raw(), 0), 1),
        "a script in front, offsets fit": lambda: zip_of(raw(before=b"#!/bin/sh\n")),
        "a program in front, offsets do not fit": lambda: zip_of(raw(), prefix=b"MZ" + bytes(100)),
        "a PDF in front": lambda: zip_of(raw(before=b"x" + b"%PDF-1.4 " * 9)),
        "a ZIP behind a ZIP": lambda: zipped({"a.xbrl": document(year=2012)}) + zip_of(raw()),
        "something between directory and end": lambda: zip_of(raw(), between=b"??"),
        "a digital signature in the directory": lambda: close_zip(
            local(raw()), central(raw(), 0) + b"PK\x05\x05\x04\x00sign", 1
        ),
        "fewer counted than there are": lambda: zip_of(raw(), raw(), said_count=1),
        "nothing counted": lambda: zip_of(raw(), said_count=0),
        "a count modulo 65536": lambda: many(65_537, said_count=1),
        "a shorter directory than there is": lambda: zip_of(raw(), said_length=10),
        "a longer directory than there is": lambda: zip_of(raw(), said_length=10**6),
        "two end records": lambda: zip_of(raw(), comment=b"PK\x05\x06" + bytes(18)),
        "the mark of an end record in the comment": lambda: zip_of(raw(), comment=b"see PK\x05\x06 there"),
        "another name inside": lambda: zip_of(raw(local_name=b"2019/abc.xbrl")),
        "a shorter name inside": lambda: zip_of(raw(local_name=b"c.xbrl")),
        "no name inside": lambda: zip_of(raw(local_name=b"")),
        "another case of the name inside": lambda: zip_of(raw(local_name=b"2019/SBA.xbrl")),
        "another method inside": lambda: zip_of(raw(local_method=0)),
        "another encryption inside": lambda: zip_of(raw(local_flags=1)),
        "another strong encryption inside": lambda: zip_of(raw(local_flags=1 << 6)),
        "another size inside": lambda: zip_of(raw(local_size=3)),
        "another crc inside": lambda: zip_of(raw(local_crc=3)),
        "a size inside that the descriptor denies": lambda: zip_of(raw(descriptor="marked", local_size=3)),
        "a promised descriptor that is not there": lambda: zip_of(raw(descriptor="none")),
        "data longer than the file": lambda: zip_of(raw(packed_size=10**5, name=b"a.xbrl"), raw(content=b"x" * 10**6)),
        "-1 inside, without a descriptor": lambda: sharp_zip("", flags=0),
        "-1 inside, and a promised descriptor that is not there": lambda: sharp_zip("none"),
        "-1 inside, and another size that the descriptor denies": lambda: sharp_zip(
            field=struct.pack("<HHqq", 1, 16, -1, 3)
        ),
        "-2 inside": lambda: sharp_zip(field=struct.pack("<HHqq", 1, 16, -2, -2)),
        "-1 inside, without a field for it": lambda: sharp_zip(field=b""),
        "the mark of a split ZIP, and a gap behind it": lambda: zip_of(raw(before=b"PK00\0")),
        "the mark of a split ZIP twice": lambda: zip_of(raw(before=b"PK00PK00")),
        "the mark of a split ZIP between members": lambda: zip_of(raw(), raw(before=b"PK00")),
        "the mark of a split ZIP, and overlapping members": lambda: close_zip(
            b"PK00" + local(raw()), central(raw(), 4) * 2, 2
        ),
        "stored in another size": lambda: zip_of(raw(method=0, size=9)),
        "a stored bomb": lambda: zip_of(raw(method=0, content=b"x", size=2**31)),
    },
)
uploads(
    FAMILY,
    refused="SBA-102",
    builds={
        "more counted than there are": lambda: zip_of(raw(), said_count=2),
        "an offset past the directory": lambda: zip_of(raw(offset=len(local(raw())) + 1)),
        "an offset into the middle": lambda: zip_of(raw(offset=1)),
        "an offset behind the end": lambda: zip_of(raw(offset=0xFFFFFFF0)),
        "the second part of a split ZIP": lambda: zip_of(raw(), disk=1),
        "a member on another disk": lambda: zip_of(raw(disk=1)),
        "the mark of a first part": lambda: b"PK\x07\x08" + GOOD,
        "the mark of a first part, not yet replaced": lambda: b"PK00" + GOOD,
        "a first part": lambda: b"PK\x07\x08" + GOOD[: len(GOOD) // 2],
        "the last part, with the mark of the first": lambda: zip_of(raw(before=b"PK\x07\x08"), disk=1),
        "a member on another disk, with a mark": lambda: zip_of(raw(before=b"PK\x07\x08"), raw(disk=1)),
        "nothing but the mark of a first part": lambda: b"PK00",
        "a directory of something else": lambda: close_zip(local(raw()), b"?" * 100, 1),
        "a directory with a wrong mark": lambda: GOOD.replace(b"PK\x01\x02", b"PK\x01\x03"),
        "a local header with a wrong mark": lambda: b"PK\x03\x05" + GOOD[4:],
    },
)
ZIP64 = {
    "another count": {"zip64": {"count": 2}},
    "another count in the small record": {"said_count": 2, "zip64": {"count": 1}},
    "another start": {"zip64": {"start": 2}},
    "another length": {"zip64": {"length": 2}},
    "a record elsewhere": {"zip64": {"at": 2}},
    "a record behind the end": {"zip64": {"at": 2**64 - 1}},
    "a record without end": {"zip64": {"size": 2**64 - 1}},
    "a record too short": {"zip64": {"size": 2}},
    "a directory that ends at 2⁶⁴": {"said_length": FULL, "zip64": {"length": 2**64 - 1}},
}
uploads(
    "Zip64",
    refused="SBA-106",
    builds={name: partial(zip_of, raw(), **options) for name, options in ZIP64.items()},
)
MEMBERS64 = {
    "no extra field": {"size": FULL},
    "too short an extra field": {"size": FULL, "packed_size": FULL, "extra": zip64_field(9)},
    "an empty extra field": {"size": FULL, "extra": zip64_field()},
    "two extra fields": {"size": FULL, "extra": zip64_field(9) + zip64_field(10)},
    "a field that runs past the end": {"size": FULL, "extra": struct.pack("<HHL", 1, 800, 9)},
    "packed data without end": {
        "packed_size": FULL,
        "extra": zip64_field(2**64 - 1),
        "local_extra": zip64_field(2**64 - 1),
    },
    "other sizes inside": {"size": FULL, "extra": zip64_field(len(SBA)), "local_extra": zip64_field(7)},
}
uploads(
    "Zip64",
    refused="SBA-106",
    builds={name: partial(zip_of, raw(**changes)) for name, changes in MEMBERS64.items()},
)


@upload("Zip64", refused="SBA-102")
def _an_offset_without_end() -> bytes:
    return zip_of(raw(offset=FULL, extra=zip64_field(2**64 - 1)))


@upload("Zip64", refused="SBA-104")
def _very_many_counted() -> bytes:
    return zip_of(raw(), said_count=0xFFFF, zip64={"count": 2**63})


@upload(FAMILY, refused="SBA-104")
def _more_members_than_allowed() -> bytes:
    return zip_of(raw(), said_count=0xFFFF, zip64={"count": 200_001})


def many(count: int, name: bytes = b"a.txt", **options: object) -> bytes:
    member = Raw(name=name, content=b"", method=0)
    body = local(member)
    directory = b"".join(central(member, number * len(body)) for number in range(count))
    return close_zip(body * count, directory, count, **options)
