"""A whole ECM export: a ZIP full of invented SBAs, with what else is found in one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from sba.reading.numbers import passes_eleven_test
from sba.samples.assessments import Assessment
from sba.samples.cases import LAST_YEAR, PER_CLIENT, assessments
from sba.samples.documents import render
from sba.samples.eras import ENTRYPOINTS, entrypoint
from sba.samples.people import ClientRow, people
from sba.samples.zip_writer import ZipWriter

ACTIVE, FORMER, UNKNOWN, BROKEN = range(4)

OTHER_FILES: Final = {
    "Leesmij.txt": "Export van SBA's uit de ECM (verzonnen gegevens).\r\n".encode("cp1252"),
    "overzicht/Exportoverzicht.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "overzicht/export.csv": b"middel;jaar;aantal\r\nIB;2019;1\r\n",
}


def export(
    path: Path, count: int, seed: int = 1, *, former: int = 0, unknown: int = 0, broken: int = 0, recent: int = 0
) -> list[ClientRow]:
    """Write an ECM export with `count` SBAs, and return the clients that the office should have.

    `former` of the SBAs are of clients who left, `unknown` of people who are no client at all, and `broken` ones cannot
    be read, each in its own way. Up to `recent` of the others came in the past weeks, so that their terms still run. A
    PDF, a text and a list come on top of `count`. One seed always gives the same file, but for the dates of `recent`.
    """
    if former + unknown + broken > count:
        raise ValueError("former, unknown and broken together are more than count")
    random = Random(seed)
    roles = bytearray([FORMER] * former + [UNKNOWN] * unknown + [BROKEN] * broken)
    roles.extend(bytes(count - len(roles)))
    random.shuffle(roles)
    clients, streams = _cast(count - former - unknown, former, unknown, seed)
    streams[ACTIVE] = _lately(streams[ACTIVE], recent)
    with path.open("wb") as file:
        zip_file = ZipWriter(file)
        for position, role in enumerate(roles, start=1):
            _add_sba(zip_file, position, next(streams[role]), role == BROKEN)
        for name, content in OTHER_FILES.items():
            zip_file.add(name, content, date(LAST_YEAR, 12, 31))
        zip_file.close()
    return clients


def _cast(active: int, former: int, unknown: int, seed: int) -> tuple[list[ClientRow], dict[int, Iterator[Assessment]]]:
    """The clients, and for each role the assessments of the people in it."""
    everybody = people(seed)
    groups = [list(islice(everybody, -(-size // PER_CLIENT))) for size in (active, former, unknown)]
    groups[FORMER] = [replace(client, former="yes") for client in groups[FORMER]]
    streams = [assessments(group, seed + role) for role, group in enumerate(groups)]
    return groups[ACTIVE] + groups[FORMER], {**dict(enumerate(streams)), BROKEN: streams[ACTIVE]}


def _lately(stream: Iterator[Assessment], recent: int) -> Iterator[Assessment]:
    """The same, but that the first of the last years, to which one can object, are dated in the past four weeks."""
    for assessment in stream:
        if recent and assessment.year > LAST_YEAR - 3 and assessment.kind != "voorlopig":
            recent -= 1
            assessment = replace(assessment, dated_on=date.today() - timedelta(days=2 + recent % 26))
        yield assessment


def _add_sba(zip_file: ZipWriter, position: int, assessment: Assessment, is_broken: bool) -> None:
    name, content = _file_name(assessment, position), render(assessment, position)
    if not is_broken:
        zip_file.add(name, content, assessment.dated_on)
    elif position % (len(BREAKS) + 1) == len(BREAKS):
        zip_file.add(name, content, assessment.dated_on, is_encrypted=True)
    else:
        zip_file.add(name, BREAKS[position % (len(BREAKS) + 1)](content, assessment), assessment.dated_on)


def _file_name(assessment: Assessment, position: int) -> str:
    """A name as the ECM might give it (nobody published the real ones): in a year's folder, and some hold a BSN."""
    tax = ENTRYPOINTS[assessment.tax]
    if position % 3:
        return f"{assessment.year}/SBA_{tax.upper()}_{assessment.year}_{position:06}.xbrl"
    return f"{assessment.year}/{assessment.tax_id}-{tax}-sba-{position:06}.xml"


def _truncated(content: bytes, _: Assessment) -> bytes:
    return content[: len(content) // 2]


def _without_date(content: bytes, _: Assessment) -> bytes:
    return content.replace(b"NoticeOfAssessmentDate", b"NoticeOfAssessmentDay")


def _with_wrong_number(content: bytes, assessment: Assessment) -> bytes:
    number = assessment.tax_id
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not passes_eleven_test(wrong)
    return content.replace(f">{number}<".encode(), f">{wrong}<".encode())


def _with_cents(content: bytes, assessment: Assessment) -> bytes:
    return content.replace(f">{assessment.amount}<".encode(), f">{assessment.amount},50<".encode())


def _as_return(content: bytes, assessment: Assessment) -> bytes:
    """A message of the same family that is no SBA."""
    address = entrypoint(assessment.tax, assessment.taxonomy).encode()
    return content.replace(
        address, b"http://www.nltaxonomie.nl/nt14/bd/20191211/entrypoints/bd-rpt-ob-aangifte-2020.xsd"
    )


BREAKS: Final = (_truncated, _without_date, _with_wrong_number, _with_cents, _as_return)
