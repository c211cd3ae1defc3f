"""Members that cannot or must not be opened: each fails by name, and its neighbour is imported."""

import bz2
import lzma
import stat
import struct
import zipfile

from migration.files.zip.rules import MB
from sba.samples import document
from tests.migration.files.builders import GOOD, SBA, deflate, raw, zip_of, zipped
from tests.sba.hostile.cases import NEIGHBOUR, upload, uploads, with_neighbour

FAMILY = "member"
AES = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, 8)

uploads(
    FAMILY,
    "SBA-111",
    "new",
    builds={
        "ZipCrypto": lambda: with_neighbour(raw(flags=1, packed=b"?" * 40)),
        "ZipCrypto, stored": lambda: with_neighbour(raw(flags=1, method=0, packed=b"?" * 40, size=28)),
        "ZipCrypto with a descriptor": lambda: with_neighbour(raw(flags=1, packed=b"?" * 40, descriptor="marked")),
        "AES": lambda: with_neighbour(raw(flags=1, method=99, crc=0, packed=b"?" * 40, extra=AES, local_extra=AES)),
        "strong encryption": lambda: with_neighbour(raw(flags=1 | 1 << 6, packed=b"?" * 40)),
        "strong encryption, not marked as encrypted": lambda: with_neighbour(raw(flags=1 << 6)),
        "masked headers": lambda: with_neighbour(raw(flags=1 | 1 << 13, packed=b"?" * 40)),
    },
)
METHODS = {
    "Shrink": 1,
    "Reduce": 4,
    "Implode": 6,
    "Tokenize": 7,
    "Deflate64": 9,
    "bzip2": 12,
    "LZMA": 14,
    "Zstandard, old": 20,
    "Zstandard": 93,
    "MP3": 94,
    "XZ": 95,
    "JPEG": 96,
    "PPMd": 98,
    "AES without its flag": 99,
    "nobody's": 65535,
}
uploads(
    FAMILY,
    "SBA-112",
    "new",
    builds={
        f"method {name}": lambda number=number: with_neighbour(raw(method=number)) for name, number in METHODS.items()
    },
)
uploads(
    FAMILY,
    "SBA-112",
    "SBA-112",
    builds={
        "bzip2 by Python": lambda: zipped({"a.xbrl": SBA, "b.xbrl": NEIGHBOUR}, zipfile.ZIP_BZIP2),
        "LZMA by Python": lambda: zipped({"a.xbrl": SBA, "b.xbrl": NEIGHBOUR}, zipfile.ZIP_LZMA),
    },
)
SPECIAL = {
    "a symbolic link": stat.S_IFLNK,
    "a character device": stat.S_IFCHR,
    "a block device": stat.S_IFBLK,
    "a pipe": stat.S_IFIFO,
    "a socket": stat.S_IFSOCK,
}
uploads(
    FAMILY,
    "SBA-113",
    "new",
    builds={
        **{
            name: lambda mode=mode: with_neighbour(
                raw(attributes=(mode | 0o777) << 16, made_by=3 << 8 | 20, content=b"/etc/passwd", method=0)
            )
            for name, mode in SPECIAL.items()
        },
        "a ZIP in disguise": lambda: with_neighbour(raw(content=GOOD)),
        "a ZIP in disguise, stored": lambda: with_neighbour(raw(content=GOOD, method=0)),
        "a ZIP with the mark of a split one in disguise": lambda: with_neighbour(
            raw(content=zip_of(raw(before=b"PK00")))
        ),
        "an empty ZIP in disguise": lambda: with_neighbour(raw(content=zip_of())),
        "a 7-Zip in disguise": lambda: with_neighbour(raw(content=b"7z\xbc\xaf\x27\x1c" + bytes(30))),
        "a RAR in disguise": lambda: with_neighbour(raw(content=b"Rar!\x1a\x07\x00" + bytes(30))),
        "a gzip in disguise": lambda: with_neighbour(raw(content=b"\x1f\x8b\x08" + bytes(30))),
        "a bzip2 in disguise": lambda: with_neighbour(raw(content=bz2.compress(SBA))),
        "an XZ in disguise": lambda: with_neighbour(raw(content=lzma.compress(SBA))),
    },
)
uploads(
    FAMILY,
    "SBA-115",
    "new",
    builds={
        "a wrong checksum": lambda: with_neighbour(raw(crc=1)),
        "a wrong checksum, stored": lambda: with_neighbour(raw(crc=1, method=0)),
        "no deflate stream": lambda: with_neighbour(raw(packed=b"\xff" * 50)),
        "a deflate stream cut short": lambda: with_neighbour(raw(packed=deflate(SBA)[:-3])),
        "a deflate stream with something behind it": lambda: with_neighbour(raw(packed=deflate(SBA) + b"behind")),
        "no data at all": lambda: with_neighbour(raw(packed=b"")),
        "a smaller size than it has": lambda: with_neighbour(raw(size=len(SBA) - 1)),
        "a larger size than it has": lambda: with_neighbour(raw(size=len(SBA) + 1)),
        "no size": lambda: with_neighbour(raw(size=0)),
        "zeros without end": lambda: with_neighbour(raw(packed=deflate(bytes(30 * MB)), size=1000)),
        "a file that says it is a folder": lambda: with_neighbour(raw(size=0, attributes=0x10)),
    },
)
uploads(
    FAMILY,
    "SBA-301",
    "new",
    builds={
        "nothing in it": lambda: with_neighbour(raw(content=b"")),
        "nothing in it, stored": lambda: with_neighbour(raw(content=b"", method=0)),
        "a PDF by another name": lambda: with_neighbour(raw(content=b"%PDF-1.4\n")),
        "a resource fork by another name": lambda: with_neighbour(raw(content=b"\0\x05\x16\x07\0\x02" + bytes(60))),
        "ten megabytes of zeros": lambda: with_neighbour(raw(content=bytes(10 * MB))),
    },
)


@upload(FAMILY, "SBA-114", "new")
def _more_than_twenty_megabytes() -> bytes:
    return with_neighbour(raw(content=bytes(20 * MB + 1)))


@upload(FAMILY, "SBA-114", "new")
def _more_than_twenty_megabytes_packed() -> bytes:
    return with_neighbour(raw(packed=bytes(20 * MB + 1)))


@upload(FAMILY, refused="SBA-103")
def _nothing_but_encrypted_ones() -> bytes:
    return zip_of(*[raw(name=b"%d.xbrl" % number, flags=1, packed=b"?" * 40) for number in range(3)])


@upload(FAMILY, "new", "new")
def _an_SBA_of_twenty_megabytes_in_empty_blocks() -> bytes:
    """Deflate may pack nothing in five bytes, as often as one likes."""
    packed = b"\x00\x00\x00\xff\xff" * 100_000 + deflate(SBA)
    return with_neighbour(raw(packed=packed))


@upload(FAMILY, "new", "SBA-112", "SBA-111", "SBA-113", "SBA-115", "other", "new")
def _one_of_each() -> bytes:
    bad = (
        raw(name=b"b.xbrl", method=12),
        raw(name=b"c.xbrl", flags=1, packed=b"?" * 40),
        raw(name=b"../d.xbrl"),
        raw(name=b"e.xbrl", crc=1),
        raw(name=b"f.pdf", method=98),
    )
    return with_neighbour(raw(), *bad)


@upload(FAMILY, "SBA-403", "SBA-403", "new")
def _one_assessment_with_two_contents() -> bytes:
    return with_neighbour(raw(), raw(name=b"b.xbrl", content=document(amount=1)))
