"""Bytes → lines of text. An encoding is known by its mark or it is UTF-8: nothing is guessed."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator
from io import BufferedReader, TextIOWrapper
from typing import Final

from migration.files.csv.flaws import BadFile, FileFlaw

OTHERS: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")  # .xlsx and ZIP, .xls
ENCODINGS: Final = {  # in this order: the mark of UTF-16 begins that of UTF-32, which no spreadsheet writes
    BOM_UTF32_LE: "", BOM_UTF32_BE: "", BOM_UTF16_LE: "utf-16", BOM_UTF16_BE: "utf-16", BOM_UTF8: "utf-8-sig",
}  # fmt: skip


def lines_of(stream: BufferedReader, longest: int) -> Iterator[str]:
    """The lines with their ends (CR, LF or both), as they stand. One that is longer than `longest` comes in pieces."""
    text = TextIOWrapper(stream, encoding_of(stream), newline="")
    try:
        yield from iter(lambda: text.readline(longest), "")
    except UnicodeError:
        raise BadFile(FileFlaw.ENCODING) from None
    finally:
        if not stream.closed:
            text.detach()  # the stream is its opener's to close


def encoding_of(stream: BufferedReader) -> str:
    start = stream.peek(4)
    if not start:
        raise BadFile(FileFlaw.EMPTY)
    if start.startswith(OTHERS):
        raise BadFile(FileFlaw.NOT_A_CSV)
    name = next((name for mark, name in ENCODINGS.items() if start.startswith(mark)), "utf-8")
    if not name:
        raise BadFile(FileFlaw.ENCODING)
    return name
