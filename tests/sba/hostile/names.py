"""Names that would lead out of a folder, hide what they are, or are none. A name is text here, never a path."""

import struct
import zlib

from sba.samples import document
from tests.migration.files.builders import SBA, raw, zip_of
from tests.sba.hostile.cases import NEIGHBOUR, upload, uploads, with_neighbour

FAMILY = "name"
UTF8 = 0x800

LEADS_OUT = {
    "two dots": b"../a.xbrl",
    "two dots further on": b"map/../../a.xbrl",
    "two dots, backwards": b"..\\a.xbrl",
    "mixed slashes": b"map\\../..\\a.xbrl",
    "two dots behind the root": b"/../a.xbrl",
    "two dots behind the root, backwards": b"\\..\\a.xbrl",
    "a drive behind a slash": b"/C:/Windows/a.xbrl",
    "a drive behind what is said of long names": b"\\\\?\\C:\\Windows\\a.xbrl",
    "a share behind what is said of long names": b"\\\\?\\UNC\\host\\share\\a.xbrl",
    "a drive": b"C:\\Windows\\a.xbrl",
    "a drive without a slash": b"c:a.xbrl",
    "a device": b"\\\\.\\PhysicalDrive0.xml",
    "two dots around a control": b".\x01./a.xbrl",
}
uploads(
    FAMILY,
    "SBA-113",
    "new",
    builds={title: lambda name=name: with_neighbour(raw(name=name)) for title, name in LEADS_OUT.items()},
)
HARMLESS = {
    "from the root": b"/etc/a.xbrl",
    "from the root, backwards": b"\\Windows\\a.xbrl",
    "two slashes in front": b"//a.xbrl",
    "a share": b"\\\\host\\share\\a.xbrl",
    "dots inside": b"a..b.xbrl",
    "a folder with dots": b"..a/b.xbrl",
    "here": b"./a.xbrl",
    "two slashes": b"a//b.xbrl",
    "capitals": b"A.XBRL",
    "XML": b"map/a.XmL",
    "nothing but the suffix": b".xbrl",
    "a device of DOS": b"CON.xbrl",
    "a NUL": b"a\x00b.xbrl",
    "a NUL and another suffix": b"a.txt\x00.xbrl",
    "line breaks": b"a\r\nb: c.xbrl",
    "escape codes of a terminal": b"\x1b[31ma.xbrl",
    "a formula": b"=cmd|' /C calc'!A0.xbrl",
    "a tilde": b"~/a.xbrl",
    "a tag": b"<script>alert(1)</script>.xbrl",
    "quotes": b"a\"; rm -rf '.xbrl",
    "a variable": b"$HOME`id`.xbrl",
    "percent codes": b"%2e%2e%2fa.xbrl",
    "a BSN": b"900000016-ih-sba.xbrl",
    "three hundred letters": b"x" * 300 + b".xbrl",
    "65,535 letters": b"x" * 65_530 + b".xbrl",
    "a thousand folders": b"a/" * 1000 + b"b.xbrl",
    "bytes above ASCII": bytes(range(128, 256)) + b".xbrl",
}
uploads(
    FAMILY,
    "new",
    "new",
    builds={title: lambda name=name: with_neighbour(raw(name=name)) for title, name in HARMLESS.items()},
)
IN_UTF8 = {
    "bidi marks": "a\u202elbrx.\u2066.xbrl".encode(),
    "a zero-width space": "a\u200b.xbrl".encode(),
    "an overlong slash": b"..\xc0\xafa.xbrl",
    "an overlong dot": b"\xc0\xae\xc0\xae/a.xbrl",
    "half a letter": b"a\xc3.xbrl",
    "a surrogate": b"a\xed\xa0\x80.xbrl",
    "no Unicode": b"\xff\xfe.xbrl",
    "fullwidth dots": "．．/a.xbrl".encode(),
    "combining marks": ("a" + "\u0301" * 200 + ".xbrl").encode(),
    "an emoji": "\U0001f4a3.xbrl".encode(),
}
uploads(
    FAMILY,
    "new",
    "new",
    builds={title: lambda name=name: with_neighbour(raw(name=name, flags=UTF8)) for title, name in IN_UTF8.items()},
)
OTHERS = {
    "nothing": b"",
    "nothing but controls": b"\x01\x02",
    "a slash": b"/",
    "a space behind": b"a.xbrl ",
    "a dot behind": b"a.xbrl.",
    "a NUL and the suffix of a text": b"a.xbrl\x00.txt",
    "a stream of NTFS": b"a.xbrl::$DATA",
    "two suffixes": b"a.xbrl.exe",
    "a resource fork": b"__MACOSX/._a.xbrl",
    "a fork beside it": b"map/._a.xbrl",
    "what a finder keeps": b".DS_Store",
    "what Windows keeps": b"Thumbs.db",
    "homoglyphs": "a.хbrl".encode("cp866"),
}
uploads(
    FAMILY,
    "other",
    "new",
    builds={title: lambda name=name: with_neighbour(raw(name=name)) for title, name in OTHERS.items()},
)


def unicode_path(name: bytes, real: str, version: int = 1) -> bytes:
    field = struct.pack("<BL", version, zlib.crc32(name)) + real.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


UNICODE_PATHS = {
    "that fits": unicode_path(b"caf\xe9.xbrl", "café.xbrl"),
    "of another name": unicode_path(b"other.xbrl", "café.xbrl"),
    "that is cut short": unicode_path(b"caf\xe9.xbrl", "café.xbrl")[:7],
    "without a name": struct.pack("<HH", 0x7075, 0),
    "that runs past the end": struct.pack("<HH", 0x7075, 60_000) + b"\x01",
}
uploads(
    FAMILY,
    "new",
    "new",
    builds={
        f"a Unicode path {title}": lambda extra=extra: with_neighbour(
            raw(name=b"caf\xe9.xbrl", extra=extra, local_extra=extra)
        )
        for title, extra in UNICODE_PATHS.items()
    },
)


@upload(FAMILY, "SBA-113", "new")
def _a_Unicode_path_that_leads_out() -> bytes:
    return with_neighbour(raw(name=b"caf\xe9.xbrl", extra=unicode_path(b"caf\xe9.xbrl", "../café.xbrl")))


@upload(FAMILY, "new", "new")
def _one_name_twice() -> bytes:
    return zip_of(raw(name=b"a.xbrl"), raw(name=b"a.xbrl", content=NEIGHBOUR))


@upload(FAMILY, "new", "unchanged", "new")
def _one_name_and_one_content_twice() -> bytes:
    return zip_of(raw(name=b"a.xbrl"), raw(name=b"a.xbrl"), raw(name=b"b.xbrl", content=NEIGHBOUR))


@upload(FAMILY, "new", "new")
def _names_that_differ_in_case() -> bytes:
    return zip_of(raw(name=b"a.xbrl", content=document()), raw(name=b"A.XBRL", content=NEIGHBOUR))


@upload(FAMILY, "new", "new")
def _another_flag_for_the_name_inside() -> bytes:
    return with_neighbour(raw(name="café.xbrl".encode(), flags=UTF8, local_flags=0))


@upload(FAMILY, "new", "other", "new")
def _a_folder_that_is_a_file() -> bytes:
    return zip_of(
        raw(name=b"a.xbrl", content=SBA),
        raw(name=b"map/", content=b"hidden"),
        raw(name=b"map/b.xbrl", content=NEIGHBOUR),
    )
