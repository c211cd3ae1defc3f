"""Any CSV → its rows: what a program wrote comes back as it was, what nobody meant is named, nothing is lost."""

import csv
import re
import tracemalloc
from collections.abc import Iterator
from io import BufferedReader, BytesIO, RawIOBase, StringIO
from itertools import chain, repeat
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migration.files.csv.flaws import BadFile, BadRow, FileFlaw, RowFlaw
from migration.files.csv.table import Limits, Row, Table

HEAD = "a;b\n"


def table(text: str | bytes, **limits: int) -> Table:
    content = text if isinstance(text, bytes) else text.encode()
    return Table(BufferedReader(BytesIO(content)), Limits(**limits))  # type: ignore[arg-type]


def rows(text: str | bytes, **limits: int) -> list[Row | BadRow]:
    return [*table(text, **limits).rows()]


CELL = st.text(st.sampled_from("ab01 \"';,\t\r\n|=é€\u2028"), max_size=8)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6),
    st.sampled_from(";,\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.booleans(),
)
def test_what_was_written_comes_back(
    written: list[list[str]], separator: str, end: str, quoting: Any, encoding: str, hint: bool
) -> None:
    if quoting == csv.QUOTE_MINIMAL:  # then the writer leaves a CR or LF bare, which no reader can tell from an end
        written = [[re.sub("[\r\n]", "", cell) for cell in row] for row in written]
    text = StringIO(newline="")
    text.write(f"sep={separator}{end}" if hint else "")
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows([["x", "y", "z"], *written])
    read = table(text.getvalue().encode(encoding))
    assert (read.separator, read.header) == (separator, ["x", "y", "z"])
    assert [*read.rows()] == [
        Row(number, cells) for number, cells in enumerate(written, start=2) if any(cell.strip() for cell in cells)
    ]


@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from('a1;" \n'), max_size=60))
def test_every_line_is_in_a_row(text: str) -> None:
    """Where all rows are good; else the list is not used."""
    found = rows(HEAD + text)
    if not any(isinstance(row, BadRow) for row in found):
        told = "".join(cell for row in found if isinstance(row, Row) for cell in row.cells)
        assert re.findall(r"\w", told) == re.findall(r"\w", text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1;2\n\n;\n3;4\n", [Row(2, ["1", "2"]), Row(5, ["3", "4"])]),
        ("1;2", [Row(2, ["1", "2"])]),
        ('1; "2" \n', [Row(2, ["1", "2"])]),
        ('1;2 "x" \n', [Row(2, ["1", '2 "x" '])]),
        ('"1\n\n";2\n3;4\n', [Row(2, ["1\n\n", "2"]), Row(3, ["3", "4"])]),
        ("1\n", [BadRow(2, RowFlaw.CELLS, {"found": 1, "expected": 2})]),
        ("1;2;\n", [BadRow(2, RowFlaw.CELLS, {"found": 3, "expected": 2})]),
        ('1;"2"x\n3;4\n', [BadRow(2, RowFlaw.BEHIND_QUOTE), Row(3, ["3", "4"])]),
        ('1;"2\n3;4\n5;6\n', [BadRow(2, RowFlaw.OPEN_QUOTE), Row(3, ["3", "4"]), Row(4, ["5", "6"])]),
        ('1;"2\n3;4"x\n5;6\n', [BadRow(2, RowFlaw.OPEN_QUOTE), Row(3, ["3", '4"x']), Row(4, ["5", "6"])]),
        ('1;"2\n3;"4\n5;6\n', [BadRow(2, RowFlaw.OPEN_QUOTE), BadRow(3, RowFlaw.OPEN_QUOTE), Row(4, ["5", "6"])]),
    ],
)
def test_a_row_is_what_a_spreadsheet_takes_for_one(text: str, found: list[Row | BadRow]) -> None:
    assert rows(HEAD + text) == found


@pytest.mark.parametrize(
    ("limits", "text", "flaw"),
    [
        ({"rows": 2}, HEAD + "1;2\n\n3;4\n5;6\n", FileFlaw.TOO_MANY_ROWS),
        ({"row": 5}, HEAD + "123;456\n", FileFlaw.ROW_TOO_LONG),
        ({"row": 5}, "abc;def\n1;2\n", FileFlaw.ROW_TOO_LONG),
        ({"columns": 1}, HEAD, FileFlaw.TOO_MANY_COLUMNS),
    ],
)
def test_a_file_that_asks_too_much_is_refused(limits: dict[str, int], text: str, flaw: FileFlaw) -> None:
    with pytest.raises(BadFile) as refused:
        rows(text, **limits)
    assert refused.value.flaw is flaw


def test_a_cell_or_a_quote_beyond_its_limit_is_the_fault_of_its_row() -> None:
    assert rows(HEAD + "1;2345\n5;6\n", cell=3) == [BadRow(2, RowFlaw.LONG_CELL, {"limit": 3}), Row(3, ["5", "6"])]
    assert rows(HEAD + '1;"2\n3\n4"\n5;6\n', lines=1)[0] == BadRow(2, RowFlaw.OPEN_QUOTE)


class Endless(RawIOBase):
    """A list that goes on for as long as anybody reads."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks, self.rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.rest = self.rest or next(self.chunks, b"")
        taken, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


@pytest.mark.parametrize("line", [b'"x";y\r\n', b'"\n', b'x";"y\n', b'a;"' + b"b\n" * 500])
def test_the_memory_it_takes_does_not_grow(line: bytes) -> None:
    """Rows that are good and hostile ones, many times as large as what may be held."""
    stream = BufferedReader(Endless(chain([HEAD.encode()], repeat(line * (10_000 // len(line) + 1), 60))))
    tracemalloc.start()
    try:
        for _ in Table(stream, Limits(rows=10**9)).rows():
            pass
        assert tracemalloc.get_traced_memory()[1] < 200_000
    finally:
        tracemalloc.stop()


def test_a_line_without_an_end_is_refused_before_it_is_read() -> None:
    stream = BufferedReader(Endless(chain([HEAD.encode()], repeat(b"x" * 10_000))))
    with pytest.raises(BadFile):
        [*Table(stream).rows()]


def test_the_stream_stays_its_openers() -> None:
    stream = BufferedReader(BytesIO(b"a;b\n1;2\n"))  # type: ignore[arg-type]
    assert len([*Table(stream).rows()]) == 1
    assert not stream.closed
