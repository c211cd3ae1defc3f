"""A line → its cells. A quote at the beginning of a cell opens it, as RFC 4180 has it; any other is a letter.

Own splitter instead of `csv`: that one takes what stands behind a closing quote for a part of the cell, and a quote
that is never closed for a cell as large as the rest of the file, in which every row behind it is lost without a word.
"""

import re
from functools import cache
from typing import Final, NamedTuple

from migration.files.csv.flaws import RowFlaw

QUOTE: Final = re.compile(' *"')


class Unreadable(Exception):
    def __init__(self, flaw: RowFlaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class Cells(NamedTuple):
    """The cells that are complete, and the text from the quote on that is still open, if one is."""

    done: list[str]
    open: str = ""


class Patterns(NamedTuple):
    quoted: re.Pattern[str]
    closed: re.Pattern[str]
    plain: re.Pattern[str]


@cache
def patterns(separator: str) -> Patterns:
    """Possessive (++), so that a long cell costs no more than its length."""
    mark = re.escape(separator)
    inside, end = r' *"((?:[^"]++|"")*+)"', rf"({mark}|[\r\n]*\Z)"
    return Patterns(*map(re.compile, (rf"{inside} *{end}", inside, rf"([^{mark}\r\n]*){end}")))


def split(text: str, separator: str) -> Cells:
    """The cells of a line, or of as many lines as a quote keeps together."""
    if '"' not in text:
        return Cells(text.rstrip("\r\n").split(separator))
    find, at = patterns(separator), 0
    cells: list[str] = []
    while True:
        is_quoted = QUOTE.match(text, at)
        found = (find.quoted if is_quoted else find.plain).match(text, at)
        if not found and find.closed.match(text, at):
            raise Unreadable(RowFlaw.BEHIND_QUOTE)
        if not found:
            return Cells(cells, text[at:])
        cells.append(found[1].replace('""', '"') if is_quoted else found[1])
        at = found.end()
        if found[2] != separator:
            return Cells(cells)
