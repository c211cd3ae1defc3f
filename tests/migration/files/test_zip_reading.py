"""Good ZIPs are read, whatever archiver wrote them and however odd they look."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from migration.files.zip.archive import Archive
from sba.reading.export import EXPORT
from tests.migration.files.builders import (
    GOOD,
    SBA,
    central,
    close_zip,
    deflate,
    local,
    only,
    opened,
    raw,
    zip_of,
    zipped,
)


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
    assert Archive(file, EXPORT).count == 3
