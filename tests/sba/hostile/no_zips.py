"""What people upload by mistake."""

import random
from io import BytesIO

from sba.samples import document
from tests.migration.files.builders import GOOD, zip_of, zipped
from tests.sba.hostile.cases import upload, uploads

FAMILY = "no ZIP"

uploads(
    FAMILY,
    refused="SBA-101",
    builds={
        "nothing at all": lambda: b"",
        "a PDF": lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
        "a RAR": lambda: b"Rar!\x1a\x07\x01\x00" + bytes(200),
        "a 7-Zip": lambda: b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(200),
        "a gzip": lambda: b"\x1f\x8b\x08\x00" + bytes(200),
        "a bzip2": lambda: b"BZh91AY&SY" + bytes(200),
        "an XZ": lambda: b"\xfd7zXZ\x00" + bytes(200),
        "a tar": lambda: b"a.xbrl".ljust(100, b"\0") + b"0000644\0" + bytes(900),
        "one message": document,
        "one message with a BOM": lambda: b"\xef\xbb\xbf" + document(),
        "one message in UTF-16": lambda: document().decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        "a message without declaration": lambda: document().partition(b"\n")[2],
        "an old Word document": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "a web page": lambda: b"<!DOCTYPE html><html><body>Inloggen</body></html>",
        "a program": lambda: b"MZ\x90\x00" + bytes(5000),
        "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(5000),
        "zeros": lambda: bytes(300_000),
        "noise": lambda: random.Random(1).randbytes(300_000),
        "two letters": lambda: b"PK",
        "an end record cut short": lambda: b"PK\x05\x06"[:3],
    },
)
uploads(
    FAMILY,
    refused="SBA-105",
    builds={
        "an empty ZIP": lambda: zip_of(),
        "a ZIP with other files": lambda: zipped({"a.pdf": b"%PDF", "b.docx": b"x", "leesmij": b"hallo"}),
        "a ZIP with folders only": lambda: zipped({"2019/": b"", "2020/": b""}),
        "a ZIP with what macOS adds only": lambda: zipped({"__MACOSX/._a.xbrl": b"\0\x05\x16\x07", ".DS_Store": b"x"}),
        "ZIPs in a ZIP in a ZIP": lambda: nested(5),
    },
)
uploads(
    FAMILY,
    refused="SBA-102",
    builds={
        **{f"cut off at {part} %": lambda part=part: GOOD[: len(GOOD) * part // 100] for part in range(1, 100, 9)},
        "cut off in its last byte": lambda: GOOD[:-1],
        "a local header alone": lambda: GOOD[:30],
        "a zero behind it": lambda: GOOD + b"\0",
        "a line behind it": lambda: GOOD + b"\r\n",
        "padded to whole blocks": lambda: GOOD.ljust(4096 * 8, b"\0"),
        "seven bits by mail": lambda: GOOD[:4] + bytes(byte & 127 for byte in GOOD[4:-22]),
        "its middle zeroed by a bad disk": lambda: GOOD[:500] + bytes(len(GOOD) - 600) + GOOD[-100:],
    },
)


def nested(depth: int) -> bytes:
    """As 42.zip: sixteen ZIPs in each ZIP."""
    inner = zipped({"0.dll": bytes(100_000)})
    for _ in range(depth):
        inner = zipped({f"{number}.zip": inner for number in range(4)})
    return inner


@upload(FAMILY, "SBA-305", "other", "SBA-305")
def _a_word_document() -> bytes:
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped({"[Content_Types].xml": types, "_rels/.rels": types, "word/document.xml": b"<w:d xmlns:w='w'/>"})


@upload(FAMILY, "other", "SBA-305")
def _an_open_document() -> bytes:
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<o/>"}, method=0)


@upload(FAMILY, "new")
def _a_ZIP_written_in_two_goes() -> bytes:
    import zipfile

    buffer = BytesIO(zipped({"a.xbrl": document()}))
    with zipfile.ZipFile(buffer, "a") as file:
        file.comment = b"later"
    return buffer.getvalue()
