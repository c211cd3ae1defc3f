"""SBA's as a kind of import: glue between the readers, the matching and the dossiers."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import IO
from uuid import UUID

from django.conf import settings
from django.utils.formats import number_format

from migration.files.zip.archive import Archive
from migration.files.zip.rules import MB
from migration.kinds.protocol import Accepts, Entry, Facts, Undoing, Undone, Verdict, Words, Written
from migration.models import Run
from sba import problems
from sba.columns import COLUMNS
from sba.dossiers import matching, undoing, writing
from sba.models import SLUG, Sba
from sba.reading import notice, terms
from sba.reading.export import EXPORT
from sba.reading.notice import Notice

WORDS = Words(
    label="SBA's",
    one="SBA",
    article="de",
    many="SBA's",
    begin="Exporteer uw SBA's in de ECM en upload hier het ZIP-bestand.",
)


def accepts() -> Accepts:
    """Numbers are written as the language of the portal has them, so only once Django stands."""
    return Accepts(
        extensions=(".zip",),
        media_types=("application/zip",),
        signatures=(b"PK",),  # how every ZIP begins, the empty one included
        file="ZIP-bestand",
        the_file="het ZIP-bestand",
        member="Bestand in ZIP",
        members="bestanden in de ZIP",
        label="ZIP-bestand van de ECM",
        hint="ZIP, maximaal {limit} MB. Kies het bestand zoals de ECM het heeft gemaakt.",
        drop="of sleep het ZIP-bestand hierheen",
        wrong="Het bestand moet een ZIP-bestand zijn.",
        empty="Het bestand is leeg. Maak in de ECM een nieuw exportbestand.",
        too_large="Splits de export per jaar.",
        limits={
            "Bestand": f"ZIP, maximaal {number_format(settings.UPLOAD_MAX_MB)} MB",
            "Aantal": f"hoogstens {number_format(EXPORT.limits.members)} bestanden in de ZIP",
            "Per bestand": f"hoogstens {number_format(EXPORT.limits.member // MB)} MB, uitgepakt",
        },
    )


class SbaImporter:
    """SBA's out of the ZIP that the ECM exported."""

    slug = SLUG
    words = WORDS
    problems = problems.OF_THE_ROAD
    columns = COLUMNS

    @property
    def accepts(self) -> Accepts:
        return accepts()

    def open(self, upload: IO[bytes]) -> Archive:
        return Archive(upload, EXPORT)

    def read(self, content: bytes) -> Facts:
        return facts_of(notice.read(content))

    def match(self, facts: Sequence[tuple[Facts, str]], run: Run) -> Sequence[Verdict]:
        return matching.match(facts, run)

    def write(self, run: Run, entries: Sequence[Entry]) -> Sequence[Written]:
        return writing.write(run, entries)

    def undo(self, run: Run, entries: Sequence[Entry]) -> Sequence[Undone]:
        return undoing.undo(run, entries)

    def foresee_undo(self, run: Run) -> Mapping[Undoing, int]:
        return undoing.foresee(run)


def facts_of(notice: Notice) -> Facts:
    return Facts(
        key=key_of(notice),
        tax_id=notice.tax_id,
        tax=notice.tax,
        year=notice.year,
        kind=notice.kind,
        number=notice.assessment_number,
        dated_on=notice.dated_on,
        until=objection_until(notice),
        warnings=notice.warnings,
        extra={
            "amount": notice.amount,
            "balance": notice.balance,
            "period": notice.period,
            "kind_code": notice.kind_code,
            "name": notice.name,
            "taxonomy": notice.taxonomy,
        },
    )


def key_of(notice: Notice) -> UUID:
    """What makes an SBA the same one: identifier, tax, year, kind, assessment number and dagtekening (design.md §3)."""
    parts = (notice.tax_id, notice.tax, notice.year, notice.kind, notice.assessment_number, notice.dated_on)
    return UUID(bytes=sha256("|".join(map(str, parts)).encode()).digest()[:16])


def objection_until(notice: Notice) -> date | None:
    """The last day to object (domain.md §4).

    None for a provisional assessment, which is revised on request, and for an unknown kind that may be one: no
    deadline is made up for it. OB knows no provisional assessments.
    """
    if notice.kind == Sba.Kind.PROVISIONAL:
        return None
    if notice.kind == Sba.Kind.UNKNOWN and notice.tax != Sba.Tax.OB:
        return notice.objection_deadline
    return notice.objection_deadline or terms.objection_until(notice.dated_on)
