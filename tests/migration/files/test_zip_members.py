"""Members that cannot be read fail by name, alone; their neighbours are read."""

import stat
import tracemalloc
import zipfile

import pytest

from migration.files.zip.rules import MB, Limits
from migration.problems import Rejected
from sba import problems
from tests.migration.files.builders import (
    GOOD,
    SBA,
    deflate,
    failed,
    only,
    opened,
    raw,
    zip_of,
    zipped,
)


@pytest.mark.parametrize(("method", "flags"), [(8, 1), (99, 1), (8, 0x41), (0, 1)])
def test_an_encrypted_member_fails_alone(method, flags):
    archive = opened(zip_of(raw(method=method, flags=flags, packed=b"?" * 40), raw(name=b"b.xbrl")))
    locked, free = archive.members()
    with pytest.raises(Rejected) as caught:
        locked.read()
    assert caught.value.problem is problems.MEMBER_ENCRYPTED
    with pytest.raises(Rejected):
        locked.deflated()
    assert free.read() == SBA


@pytest.mark.parametrize(
    ("method", "called"),
    [(9, "Deflate64"), (12, "bzip2"), (14, "LZMA"), (93, "Zstandard"), (95, "XZ"), (98, "PPMd"), (1, "Shrink"),
     (42, "methode 42"), (99, "AES-versleuteling")],
)  # fmt: skip
def test_another_method_is_named(method, called):
    rejected = failed(zip_of(raw(method=method)))
    assert rejected.problem is problems.MEMBER_METHOD
    assert rejected.facts == {"method": called}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_method_of_a_real_archiver_is_named(method):
    assert failed(zipped({"a.xbrl": SBA}, method)).problem is problems.MEMBER_METHOD


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
@pytest.mark.parametrize("made_by", [3 << 8, 20])
def test_links_and_devices_are_never_opened(mode, made_by):
    rejected = failed(zip_of(raw(attributes=(mode | 0o777) << 16, made_by=made_by)))
    assert rejected.problem is problems.MEMBER_UNSAFE


def test_an_ordinary_unix_file_is_opened():
    assert only(zip_of(raw(attributes=(stat.S_IFREG | 0o644) << 16, made_by=3 << 8))).read() == SBA


@pytest.mark.parametrize(
    "name",
    [
        b"../a.xbrl",
        b"map/../../a.xbrl",
        b"C:\\a.xbrl",
        b"c:a.xbrl",
        b"..\\a.xbrl",
        b"/../a.xbrl",
        b"\\..\\a.xbrl",
        b"/C:/a.xbrl",
        b"\\c:a.xbrl",
        b"\\\\?\\C:\\a.xbrl",
        b"\\\\.\\COM1.xml",
        b"//?/UNC/host/a.xbrl",
        b"/\x01/./a.xbrl",
    ],
)
def test_a_name_that_leads_outside_is_not_opened(name):
    rejected = failed(zip_of(raw(name=name)))
    assert rejected.problem is problems.MEMBER_UNSAFE


@pytest.mark.parametrize(
    "name",
    [
        b"/2019/a.xbrl",
        b"\\2019\\a.xbrl",
        b"//2019//a.xbrl",
        b"\\/2019/a.xbrl",
        b"/\x01/2019/a.xbrl",
        b"\\\\2019\\a.xbrl",
    ],
)
def test_slashes_in_front_of_a_name_are_taken_off(name):
    """Several .NET writers put one there; a name is text here, never a path."""
    member = only(zip_of(raw(name=name)))
    assert member.name.replace("//", "/") == "2019/a.xbrl"
    assert member.read() == SBA


@pytest.mark.parametrize("name", [b"a..b.xbrl", b"..a/b.xbrl", b"./a.xbrl"])
def test_dots_in_a_name_are_no_danger(name):
    assert only(zip_of(raw(name=name))).read() == SBA


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        b"7z\xbc\xaf\x27\x1c....",
        b"Rar!\x1a\x07",
        b"\x1f\x8b\x08",
        b"BZh91AY",
        b"\xfd7zXZ\x00",
        b"\x28\xb5\x2f\xfd.",
    ],
)
def test_an_archive_in_disguise_is_not_opened(content):
    rejected = failed(zip_of(raw(content=content)))
    assert rejected.problem is problems.MEMBER_UNSAFE
    assert "ingepakt" in rejected.facts["detail"]


def test_a_member_over_the_limit_is_too_large_and_one_at_the_limit_is_not():
    limits = Limits(member=1000)
    rejected = failed(zip_of(raw(content=b"x" * 1001)), limits)
    assert rejected.problem is problems.MEMBER_TOO_LARGE
    assert only(zip_of(raw(content=b"x" * 1000)), limits).read() == b"x" * 1000


def test_a_large_member_is_told_in_megabytes():
    rejected = failed(zip_of(raw(content=bytes(21 * MB))))
    assert rejected.facts == {"size": "21", "limit": "20"}


@pytest.mark.parametrize("size", [0, 1, len(SBA) - 1, len(SBA) + 1, 20 * MB])
def test_a_member_of_another_size_than_it_says_is_damaged(size):
    rejected = failed(zip_of(raw(size=size)))
    assert rejected.problem is problems.MEMBER_DAMAGED


def test_a_member_that_inflates_without_end_stops_at_its_size():
    member = only(zip_of(raw(packed=deflate(bytes(50 * MB)), size=1000)))
    tracemalloc.start()
    with pytest.raises(Rejected) as caught:
        member.read()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.problem is problems.MEMBER_DAMAGED
    assert peak < MB


@pytest.mark.parametrize(
    "changes",
    [
        {"crc": 1},
        {"crc": 1, "method": 0},
        {"packed": b"\xff" * 50},
        {"packed": deflate(SBA)[:-3]},
        {"packed": deflate(SBA) + b"erachter"},
        {"packed": b""},
    ],
)
def test_a_damaged_member_fails_alone(changes):
    archive = opened(zip_of(raw(**changes), raw(name=b"b.xbrl")))
    damaged, good = archive.members()
    with pytest.raises(Rejected) as caught:
        damaged.read()
    assert caught.value.problem is problems.MEMBER_DAMAGED
    assert good.read() == SBA
