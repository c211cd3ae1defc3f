"""The names of members: decoded as they were meant, cleaned to be shown, judged by what they end on."""

import struct
import zlib

import pytest

from tests.migration.files.builders import (
    only,
    opened,
    raw,
    zip_of,
)


@pytest.mark.parametrize(
    ("member", "name"),
    [
        (raw(name="2019/café.xbrl".encode(), flags=0x800), "2019/café.xbrl"),
        (raw(name="2019/café.xbrl".encode("cp437")), "2019/café.xbrl"),
        (raw(name="2019/café.xbrl".encode(), made_by=3 << 8 | 21), "2019/café.xbrl"),  # macOS sets no flag
        (raw(name="café.xbrl".encode("cp437"), made_by=3 << 8 | 21), "café.xbrl"),
        (raw(name=b"map\\sub\\a.xbrl"), "map/sub/a.xbrl"),
        (raw(name=b"a\x00b\r\n.xbrl"), "ab.xbrl"),
        (raw(name="a\u202elbrx.\u2066.xbrl".encode(), flags=0x800), "albrx..xbrl"),
        (raw(name=b"\xff\xfe.xbrl", flags=0x800), "��.xbrl"),
        (raw(name=b"x" * 300 + b".xbrl"), "…" + "x" * 249 + ".xbrl"),
    ],
)
def test_a_name_is_decoded_and_cleaned(member, name):
    found = only(zip_of(member))
    assert found.name == name
    assert found.is_candidate
    assert len(found.name) <= 255


def test_the_unicode_path_of_info_zip_is_used_when_it_fits_the_name():
    name = "caf?.xbrl".encode("cp437").replace(b"?", b"\xe9")
    field = struct.pack("<BL", 1, zlib.crc32(name)) + "café.xbrl".encode()
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert only(zip_of(raw(name=name, extra=extra))).name == "café.xbrl"
    other = extra.replace(struct.pack("<L", zlib.crc32(name)), bytes(4))
    assert only(zip_of(raw(name=name, extra=other))).name == name.decode("cp437")


def test_a_name_of_nothing_but_controls_still_has_a_name():
    archive = opened(zip_of(raw(name=b"\x01\x02"), raw()))
    assert next(archive.members()).name == "(zonder naam)"


@pytest.mark.parametrize(
    ("name", "is_candidate"),
    [
        (b"a.xbrl", True), (b"A.XBRL", True), (b"map/a.XmL", True), (b"a.xml", True), (b"a.xhtml", False),
        (b"a.pdf", False), (b"xbrl", False), (b"a.xbrl.zip", False), (b"__MACOSX/a.xbrl", False),
        (b"__MACOSX/map/._a.xbrl", False), (b"map/._a.xbrl", False), (b"x__MACOSX/a.xbrl", True), (b"a.xbrl ", False),
    ],
)  # fmt: skip
def test_what_may_be_an_sba_shows_from_the_name(name, is_candidate):
    assert next(opened(zip_of(raw(name=name), raw())).members()).is_candidate == is_candidate
