"""Whatever is done to a good ZIP: each member comes out as it was written, or not at all, by name."""

import re

from hypothesis import given
from hypothesis import strategies as st

from migration.problems import Problem
from sba import problems
from tests.migration.files.builders import GOOD, SBA, Raw, attempt, close_zip, local, opened, raw, zip_of
from tests.migration.files.fuzzing import fuzzed
from tests.sba.hostile.archivers import sharp_zip

BASES = [
    GOOD,
    zip_of(raw(descriptor="marked"), raw(), zip64={}),
    zip_of(raw(method=0), raw(name=b"b.xml", comment=b"c")),
    zip_of(raw(descriptor="marked64", content=b"<a/>"), raw(name=b"b.xml", descriptor="bare", content=b"<b/>")),
    zip_of(raw(before=b"PK\x07\x08", name=b"/a.xbrl", content=b"<a/>"), raw(name=b"b.xml", content=b"<b/>")),
    sharp_zip(),
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


@fuzzed
@given(st.sampled_from(BASES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_file_with_changed_bytes_gives_the_right_content_or_a_problem(base, changes):
    content = bytearray(base)
    for at, value in changes:
        content[at % len(content)] = value
    assert set(read_all(bytes(content))) <= set(read_all(base))


@fuzzed
@given(st.sampled_from(BASES), st.integers(0, 10**6), st.integers(1, 3000))
def test_a_file_with_a_piece_cut_out_gives_the_right_content_or_a_problem(base, at, length):
    at %= len(base)
    assert set(read_all(base[:at] + base[at + length :])) <= set(read_all(base))


@fuzzed
@given(st.sampled_from(BASES), st.integers(1, 120), st.sampled_from([b"\xff", b"\x00"]), st.integers(1, 8))
def test_a_file_with_extreme_numbers_near_its_end_gives_the_right_content_or_a_problem(base, back, value, length):
    at = len(base) - back
    assert set(read_all((base[:at] + value * length + base[at + length :])[: len(base)])) <= set(read_all(base))


@fuzzed
@given(
    st.sampled_from(BASES), st.sampled_from(BASES), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 4000)
)
def test_two_files_spliced_give_the_right_content_or_a_problem(base, other, at, begin, length):
    at, begin = at % len(base), begin % len(other)
    spliced = base[:at] + other[begin : begin + length] + base[at:]
    assert set(read_all(spliced)) <= {*read_all(base), *read_all(other)}


# Where the fields of each header stand behind its mark, and how long they are (APPNOTE 4.3).
FIELDS = {
    b"PK\x03\x04": ((4, 2), (6, 2), (8, 2), (10, 2), (12, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)),
    b"PK\x01\x02": (
        (4, 2), (6, 2), (8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2), (34, 2), (36, 2),
        (38, 4), (42, 4),
    ),
    b"PK\x05\x06": ((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)),
    b"PK\x06\x06": ((4, 8), (12, 2), (14, 2), (16, 4), (20, 4), (24, 8), (32, 8), (40, 8), (48, 8)),
    b"PK\x06\x07": ((4, 4), (8, 8), (16, 4)),
    b"PK\x07\x08": ((4, 4), (8, 4), (12, 4)),
}  # fmt: skip
PLACES = [
    [
        (found.start() + offset, length)
        for mark, fields in FIELDS.items()
        for found in re.finditer(re.escape(mark), base)
        for offset, length in fields
    ]
    for base in BASES
]
NUMBERS = st.one_of(st.sampled_from([0, 1, 8, 9, 0xFFFF, 0xFFFFFFFF, 2**63, 2**64 - 1]), st.integers(0, 2**17))


@fuzzed
@given(
    st.integers(0, len(BASES) - 1),
    st.lists(st.tuples(st.integers(0, 999), NUMBERS, st.booleans()), min_size=1, max_size=4),
)
def test_a_file_with_changed_fields_gives_the_right_content_or_a_problem(number, changes):
    content = bytearray(BASES[number])
    for which, value, is_added in changes:
        at, length = PLACES[number][which % len(PLACES[number])]
        value += int.from_bytes(content[at : at + length], "little") if is_added else 0
        content[at : at + length] = (value % 256**length).to_bytes(length, "little")
    assert set(read_all(bytes(content))) <= set(read_all(BASES[number]))


@fuzzed
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(content):
    assert read_all(content) == []


@fuzzed
@given(st.binary(max_size=200), st.integers(0, 2))
def test_any_directory_behind_a_good_member_is_refused_by_name_or_read(noise, count):

    assert set(read_all(close_zip(local(raw()), noise, count))) <= {SBA}


MEMBERS = st.builds(
    Raw,
    content=st.binary(max_size=50),
    method=st.sampled_from([0, 8]),
    descriptor=st.sampled_from(["", "marked", "bare", "marked64"]),
)


@fuzzed
@given(st.lists(MEMBERS, min_size=1, max_size=6))
def test_every_good_member_is_read_as_it_was_written(members):
    found = [member._content() for member in opened(zip_of(*members)).members()]
    assert found == [member.content for member in members]
