"""ECM exports for the crash tests: thousands of small documents of every kind that a run can meet."""

import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sba import samples
from tests.factories import invented_tax_id

NUMBERS: Final = [invented_tax_id(seed) for seed in range(60)]
ACTIVE: Final = NUMBERS[:48]
FORMER: Final = NUMBERS[48:54]
UNKNOWN: Final = NUMBERS[54:]
CLIENTS: Final = {**dict.fromkeys(ACTIVE, False), **dict.fromkeys(FORMER, True)}
"""BSN → former."""


def small(number: int, amount: int, remark: bytes = b"") -> bytes:
    """The document with this number; the same number is the same SBA, another amount is another content."""
    tax_id, turn = NUMBERS[number % len(NUMBERS)], number // len(NUMBERS)
    year, dated_on = 2012 + turn % 12, date(2024, 1, 5) + timedelta(days=turn // 12)
    return samples.document(tax_id=tax_id, year=year, dated_on=dated_on, amount=amount) + remark


def members(count: int, edition: int) -> Iterator[tuple[str, bytes]]:
    """About `count` files. A later edition changes a third of the documents and brings some new ones."""
    begin = 100 * edition
    for number in range(begin, begin + count):
        changes = number % 3 == 0
        yield f"sba/{number}.xbrl", small(number, amount=number + edition * changes)
        yield from odd_ones(number, edition)


def odd_ones(number: int, edition: int) -> Iterator[tuple[str, bytes]]:
    if number % 41 == 0:
        yield f"leesmij-{number}.txt", b"Exportbestand van de ECM"
    if number % 53 == 0:
        yield f"sba/{number}-kapot.xbrl", f"<xbrl nummer='{number}'>".encode()
    if number % 59 == 0:
        yield f"sba/{number}-nogmaals.xbrl", small(number, amount=number + edition * (number % 3 == 0))
    if number % 61 == 0:
        yield f"sba/{number}-anders.xbrl", small(number, amount=999_000 + number)


def write_zip(path: Path, files: Iterator[tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return path


def export(path: Path, count: int, edition: int = 0) -> Path:
    return write_zip(path, members(count, edition))
