"""Files that are refused whole: no ZIPs, damaged ones, bombs, and ZIPs that contradict themselves."""

import struct

import pytest

from migration.files.zip.rules import MB, Limits
from sba import problems
from tests.migration.files.builders import (
    GOOD,
    SBA,
    central,
    close_zip,
    local,
    only,
    opened,
    raw,
    refused,
    zip_of,
    zipped,
)


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "leeg"), (b"%PDF-1.7\n%%EOF", "PDF"), (SBA, "XML"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"Rar!", "RAR"),
        (b"\x1f\x8b\x08", "gzip"), (b"P", "opbouw"), (b"PK", "opbouw"), (b"hallo" * 40_000, "opbouw"),
        (b"\xd0\xcf\x11\xe0", "Office"),
    ],
)  # fmt: skip
def test_what_is_no_zip_is_told_for_what_it_is(content, detail):
    rejected = refused(content)
    assert rejected.problem is problems.NOT_A_ZIP
    assert detail in rejected.facts["detail"]


@pytest.mark.parametrize("part", [0.02, 0.3, 0.6, 0.97, 0.999])
def test_a_truncated_file_is_damaged(part):
    assert refused(GOOD[: int(len(GOOD) * part)]).problem is problems.ZIP_DAMAGED


def test_a_file_with_something_behind_it_is_damaged():
    assert refused(GOOD + b"\0").problem is problems.ZIP_DAMAGED


@pytest.mark.parametrize(
    "content",
    [zip_of(raw(), disk=1), zip_of(raw(disk=1)), b"PK\x07\x08" + GOOD],
    ids=["end record", "member", "mark of the first part"],
)
def test_a_part_of_a_split_zip_is_damaged(content):
    assert refused(content).problem is problems.ZIP_DAMAGED


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], "geen bestanden"),
        ([b"a.pdf"] * 12, "12 × .pdf"),
        ([b"a.pdf", b"b.PDF", b"c.txt", b"d"], "2 × .pdf, 1 × .txt, 1 × bestand zonder extensie"),
        ([b"a.a", b"a.b", b"a.c", b"a.d", b"a.e"], "1 × .a, 1 × .b, 1 × .c, 1 × .d, andere bestanden"),
        ([b"__MACOSX/._a.xbrl"], "1 × .xbrl"),
    ],
)
def test_a_zip_without_sbas_says_what_is_in_it(names, found):
    rejected = refused(zip_of(*(raw(name=name) for name in names)))
    assert rejected.problem is problems.NO_SBAS
    assert rejected.facts == {"found": found}


def test_a_zip_that_is_encrypted_all_over_is_refused_whole():
    locked = raw(flags=1, packed=b"?" * 40)
    assert refused(zip_of(locked, locked)).problem is problems.ZIP_ENCRYPTED


def test_too_many_members_are_refused_and_just_enough_are_not():
    content = zip_of(raw(), raw(), raw())
    rejected = refused(content, Limits(members=2))
    assert rejected.problem is problems.ZIP_TOO_LARGE
    assert "3 bestanden" in rejected.facts["detail"]
    assert opened(content, Limits(members=3)).count == 3


def test_too_much_to_unpack_is_refused_and_just_enough_is_not():
    content = zip_of(raw(content=bytes(1000)), raw(content=bytes(1000)))
    assert refused(content, Limits(unpacked=1999)).problem is problems.ZIP_TOO_LARGE
    assert opened(content, Limits(unpacked=2000)).count == 2


def test_a_bomb_is_unsafe():
    member = raw(content=bytes(19 * MB))
    rejected = refused(zip_of(*[member] * 4))
    assert rejected.problem is problems.ZIP_UNSAFE
    assert "200 keer" in rejected.facts["detail"]


def test_short_texts_that_pack_very_well_are_no_bomb():
    assert only(zip_of(raw(content=bytes(10 * MB)))).read() == bytes(10 * MB)


def overlapping() -> bytes:
    """Two directory entries for the same bytes."""

    return close_zip(local(raw()), central(raw(), 0) * 2, 2)


def quoted() -> bytes:
    """A member whose data hold the next member, local header and all: the bomb of David Fifield, in small."""

    inner = raw(name=b"b.xbrl")
    quote = b"\x00" + struct.pack("<HH", len(local(inner)), len(local(inner)) ^ 0xFFFF)
    outer = raw(name=b"a.xbrl", packed=quote + local(inner), size=len(local(inner)) + len(SBA))
    body = local(outer)
    return close_zip(body, central(outer, 0) + central(inner, len(body) - len(local(inner))), 2)


def without_first_entry() -> bytes:
    """A member that the directory does not name."""

    body = local(raw()) * 2
    return close_zip(body, central(raw(), len(body) // 2), 1)


ENDLESS = struct.pack("<HHQ", 1, 8, 2**64 - 1)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(overlapping(), id="overlapping members"),
        pytest.param(quoted(), id="a member inside a member"),
        pytest.param(without_first_entry(), id="a hidden member"),
        pytest.param(zip_of(raw(), raw(before=b"?" * 7)), id="a gap"),
        pytest.param(zip_of(raw(before=b"MZ?")), id="something in front, offsets fit"),
        pytest.param(zip_of(raw(), prefix=b"MZ?"), id="something in front, offsets do not fit"),
        pytest.param(zip_of(raw(), between=b"??"), id="something behind the directory"),
        pytest.param(zip_of(raw(), said_count=2), id="too many counted"),
        pytest.param(zip_of(raw(), raw(), said_count=1), id="too few counted"),
        pytest.param(close_zip(local(raw()), central(raw(), 0) + b"????", 1), id="something behind the last entry"),
        pytest.param(zip_of(raw(), said_count=2, zip64={"count": 1}), id="zip64: another count in the small record"),
        pytest.param(zip_of(raw(), said_length=10), id="a forged directory length"),
        pytest.param(zip_of(raw(offset=1)), id="a forged offset"),
        pytest.param(zip_of(raw(offset=0xFFFFFFF0)), id="an offset behind the end"),
        pytest.param(zip_of(raw(local_name=b"2019/aba.xbrl")), id="another name"),
        pytest.param(zip_of(raw(local_name=b"c.xbrl")), id="a shorter name"),
        pytest.param(zip_of(raw(local_method=0)), id="another method"),
        pytest.param(zip_of(raw(local_flags=1)), id="another encryption"),
        pytest.param(zip_of(raw(local_size=3)), id="another size"),
        pytest.param(zip_of(raw(local_crc=3)), id="another crc"),
        pytest.param(zip_of(raw(descriptor="none")), id="no descriptor"),
        pytest.param(zip_of(raw(packed_size=10**6)), id="data longer than the file"),
        pytest.param(zip_of(raw(method=0, size=9)), id="stored in another size"),
        pytest.param(zip_of(raw(), comment=b"PK\x05\x06" + bytes(18)), id="two end records"),
        pytest.param(zip_of(raw(), comment=b"PK\x05\x06"), id="a mark in the comment"),
        pytest.param(zip_of(raw(), zip64={"count": 2}), id="zip64: another count"),
        pytest.param(zip_of(raw(), zip64={"start": 2}), id="zip64: another start"),
        pytest.param(zip_of(raw(), zip64={"at": 2}), id="zip64: a record elsewhere"),
        pytest.param(zip_of(raw(), zip64={"at": 2**64 - 1}), id="zip64: a record behind the end"),
        pytest.param(zip_of(raw(), zip64={"size": 2**64 - 1}), id="zip64: a record without end"),
        pytest.param(zip_of(raw(), said_count=0xFFFF, zip64={"count": 2**63}), id="zip64: very many counted"),
        pytest.param(zip_of(raw(size=0xFFFFFFFF)), id="zip64: no extra field"),
        pytest.param(
            zip_of(raw(size=0xFFFFFFFF, packed_size=0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, 9))),
            id="zip64: too short an extra field",
        ),
        pytest.param(
            zip_of(raw(size=0xFFFFFFFF, extra=struct.pack("<HHQHHQ", 1, 8, 9, 1, 8, 10))), id="zip64: two extra fields"
        ),
        pytest.param(
            zip_of(raw(packed_size=0xFFFFFFFF, extra=ENDLESS, local_extra=ENDLESS)),
            id="zip64: a size without end",
        ),
        pytest.param(
            zip_of(raw(offset=0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, 2**64 - 1))),
            id="zip64: an offset without end",
        ),
    ],
)
def test_a_zip_that_contradicts_itself_is_refused_whole(content):
    assert refused(content).problem in (problems.ZIP_UNSAFE, problems.ZIP_DAMAGED, problems.ZIP_TOO_LARGE)


@pytest.mark.parametrize("content", [zip_of(raw(before=b"MZ?")), zip_of(raw(), prefix=b"MZ?")])
def test_something_in_front_is_told_as_such(content):
    assert "vóór" in refused(content).facts["detail"]


def test_what_looks_like_an_end_record_inside_a_member_does_no_harm():
    inner = zipped({"x.txt": b"x"})
    archive = opened(zip_of(raw(), raw(name=b"in.zip", content=inner, method=0)))
    assert [member.is_candidate for member in archive.members()] == [True, False]
