"""ZIPs of every sort: good ones are read, odd ones too, and hostile ones end in a named problem."""

import stat
import struct
import tracemalloc
import zipfile
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.problems import Problem, Rejected
from sba import problems
from sba.archive import LIMITS, MB, Archive, Limits
from tests.sba.builders import SBA, Raw, attempt, central, close_zip, deflate, local, only, opened, raw, zip_of, zipped

GOOD = zipped({"2019/a.xbrl": SBA, "2020/b.xml": SBA[::-1], "leesmij.txt": b"hallo"})


def refused(content: bytes, limits: Limits = LIMITS) -> Rejected:
    """How the whole file is refused."""
    with pytest.raises(Rejected) as caught:
        opened(content, limits)
    assert caught.value.problem.explain(caught.value.facts).count("onbekend") == 0
    return caught.value


def failed(content: bytes, limits: Limits = LIMITS) -> Rejected:
    """How the one member fails, while the file as a whole is accepted."""
    member = only(content, limits)
    with pytest.raises(Rejected) as caught:
        member.read()
    return caught.value


# Good files ------------------------------------------------------------------------------------------------------


def test_members_come_in_order_with_their_content():
    archive = opened(GOOD)
    assert archive.count == 3
    assert [(m.position, m.name, m.size, m.is_candidate) for m in archive.members()] == [
        (1, "2019/a.xbrl", len(SBA), True),
        (2, "2020/b.xml", len(SBA), True),
        (3, "leesmij.txt", 5, False),
    ]
    assert [m.read() for m in archive.members()] == [SBA, SBA[::-1], b"hallo"]


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_reading_resumes_behind_any_member(after):
    assert [m.position for m in opened(GOOD).members(after)] == list(range(after + 1, 4))


def test_a_member_can_be_read_again_and_out_of_order():
    first, second, _ = opened(GOOD).members()
    assert (second.read(), first.read(), second.read()) == (SBA[::-1], SBA, SBA[::-1])


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_deflate_stream_gives_the_content_back(method):
    member = only(zipped({"a.xbrl": SBA}, method))
    assert zlib.decompress(member.deflated(), -15) == SBA


def test_a_deflated_member_is_copied_as_it_is():
    packed = deflate(SBA, level=1)
    assert packed != deflate(SBA)
    assert only(zip_of(raw(packed=packed))).deflated() == packed


@pytest.mark.parametrize("content", [b"", b"x", b"<a/>" * 100_000])
@pytest.mark.parametrize("method", [0, 8])
def test_any_size_is_read(content, method):
    assert only(zip_of(raw(content=content, method=method))).read() == content


def test_folders_are_no_members():
    folders = [raw(name=b"2019/", content=b"", method=0), raw(name=b"2020\\", content=b"", method=0)]
    dos = raw(name=b"2021", content=b"", method=0, attributes=0x10)
    archive = opened(zip_of(*folders, dos, raw()))
    assert [member.position for member in archive.members()] == [1]
    assert archive.count == 1


def test_a_folder_that_holds_bytes_is_a_member():
    archive = opened(zip_of(raw(name=b"2019/", content=b"verborgen"), raw()))
    assert archive.count == 2


def test_members_may_lie_in_another_order_than_the_directory():
    first, second = raw(name=b"a.xbrl"), raw(name=b"b.xbrl", content=b"<b/>")

    body = local(second) + local(first)
    directory = central(first, len(local(second))) + central(second, 0)
    archive = opened(close_zip(body, directory, 2))
    assert [(m.name, m.read()) for m in archive.members()] == [("a.xbrl", SBA), ("b.xbrl", b"<b/>")]


@pytest.mark.parametrize("shape", ["marked", "bare", "marked64", "bare64"])
@pytest.mark.parametrize("content", [SBA, b""])
def test_data_descriptors_of_every_shape_are_accepted(shape, content):
    members = [raw(descriptor=shape, content=content), raw(name=b"b.xbrl", descriptor=shape, content=content)]
    archive = opened(zip_of(*members))
    assert [m.read() for m in archive.members()] == [content, content]


def test_a_promised_descriptor_may_be_missing_where_the_local_header_has_the_values():
    assert only(zip_of(raw(flags=8))).read() == SBA


def test_a_zip_written_to_a_pipe_is_accepted():
    class Pipe:
        def __init__(self):
            self.written = b""

        def write(self, block):
            self.written += block
            return len(block)

        def flush(self):
            pass

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.xbrl", SBA)
    assert only(pipe.written).read() == SBA


def test_a_needless_zip64_record_is_accepted():
    assert opened(zip_of(raw(), zip64={})).count == 1


def test_a_member_with_zip64_sizes_is_accepted():
    full = 0xFFFFFFFF
    packed = len(deflate(SBA))
    extra = struct.pack("<HHQQ", 1, 16, len(SBA), packed)
    member = raw(size=full, packed_size=full, extra=extra, local_extra=extra)
    assert only(zip_of(member)).read() == SBA


def test_more_members_than_a_small_end_record_can_count():
    member = raw(content=b"", name=b"a.xml", method=0)

    body, count = local(member), 70_000
    directory = b"".join(central(member, number * len(body)) for number in range(count))
    content = close_zip(body * count, directory, count, said_count=0xFFFF, zip64={})
    archive = opened(content)
    assert archive.count == count
    assert next(archive.members(count - 1)).position == count


def test_65535_members_need_no_zip64():
    member = raw(content=b"", name=b"a.xml", method=0)

    body, count = local(member), 0xFFFF
    directory = b"".join(central(member, number * len(body)) for number in range(count))
    assert opened(close_zip(body * count, directory, count)).count == count


def test_comments_and_odd_dates_are_accepted():
    member = raw(comment=b"uit de ECM", date=0)
    assert only(zip_of(member, comment=b"Export")).read() == SBA


def test_a_file_that_does_not_start_at_its_beginning_is_read_all_the_same():
    file = BytesIO(GOOD)
    file.seek(100)
    assert Archive(file).count == 3


# Names -----------------------------------------------------------------------------------------------------------


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


# Members that fail alone -----------------------------------------------------------------------------------------


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
    [b"../a.xbrl", b"map/../../a.xbrl", b"/etc/a.xbrl", b"\\\\host\\a.xbrl", b"C:\\a.xbrl", b"c:a.xbrl", b"..\\a.xbrl"],
)
def test_a_name_that_leads_outside_is_not_opened(name):
    rejected = failed(zip_of(raw(name=name)))
    assert rejected.problem is problems.MEMBER_UNSAFE


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


# Files that are refused whole ------------------------------------------------------------------------------------


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


# Any file --------------------------------------------------------------------------------------------------------

BASES = [
    GOOD,
    zip_of(raw(descriptor="marked"), raw(), zip64={}),
    zip_of(raw(method=0), raw(name=b"b.xml", comment=b"c")),
]
WHOLE_FILE: set[Problem] = {
    problems.NOT_A_ZIP, problems.ZIP_DAMAGED, problems.ZIP_ENCRYPTED, problems.ZIP_TOO_LARGE, problems.NO_SBAS,
    problems.ZIP_UNSAFE,
}  # fmt: skip
ONE_MEMBER: set[Problem] = {
    problems.MEMBER_ENCRYPTED, problems.MEMBER_METHOD, problems.MEMBER_UNSAFE, problems.MEMBER_TOO_LARGE,
    problems.MEMBER_DAMAGED,
}  # fmt: skip


def read_all(content: bytes) -> list[bytes]:
    """Everything in a file that can be read; anything but a problem of the right sort fails the test."""
    archive, rejected = attempt(lambda: opened(content))
    if archive is None:
        assert rejected.problem in WHOLE_FILE
        return []
    outcomes = [attempt(member.read) for member in archive.members()]
    assert {rejected.problem for _, rejected in outcomes if rejected} <= ONE_MEMBER
    return [found for found, rejected in outcomes if rejected is None]


@given(st.sampled_from(BASES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_file_with_changed_bytes_gives_the_right_content_or_a_problem(base, changes):
    content = bytearray(base)
    for at, value in changes:
        content[at % len(content)] = value
    assert set(read_all(bytes(content))) <= set(read_all(base))


@given(st.sampled_from(BASES), st.integers(0, 10**6), st.integers(1, 3000))
def test_a_file_with_a_piece_cut_out_gives_the_right_content_or_a_problem(base, at, length):
    at %= len(base)
    assert set(read_all(base[:at] + base[at + length :])) <= set(read_all(base))


@given(st.sampled_from(BASES), st.integers(1, 120), st.sampled_from([b"\xff", b"\x00"]), st.integers(1, 8))
def test_a_file_with_extreme_numbers_near_its_end_gives_the_right_content_or_a_problem(base, back, value, length):
    at = len(base) - back
    assert set(read_all((base[:at] + value * length + base[at + length :])[: len(base)])) <= set(read_all(base))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(content):
    assert read_all(content) == []


@given(st.binary(max_size=200), st.integers(0, 2))
def test_any_directory_behind_a_good_member_is_refused_by_name_or_read(noise, count):

    assert set(read_all(close_zip(local(raw()), noise, count))) <= {SBA}


MEMBERS = st.builds(
    Raw,
    content=st.binary(max_size=50),
    method=st.sampled_from([0, 8]),
    descriptor=st.sampled_from(["", "marked", "bare", "marked64"]),
)


@given(st.lists(MEMBERS, min_size=1, max_size=6))
def test_every_good_member_is_read_as_it_was_written(members):
    found = [member._content() for member in opened(zip_of(*members)).members()]
    assert found == [member.content for member in members]
