"""The SBA importer: glue between the readers, the matching and the dossiers."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import IO
from uuid import UUID

from django.db.models import Count, Q
from django.utils.formats import number_format

from migration.files.zip.archive import Archive
from migration.files.zip.rules import MB
from migration.kinds.protocol import Entry, Facts, Member, Target, Undoing, Undone, Verdict, Written
from migration.models import Record, Run
from portal.models import Client, Office
from sba import cautions, problems
from sba.dossiers import forgetting, matching, undoing, versions, writing
from sba.models import Sba, no_term, term_runs, terms_that_run
from sba.reading import notice, terms
from sba.reading.export import EXPORT
from sba.reading.notice import Notice

Status = Sba.Status

TARGETS = (
    Target(Status.TO_ASSESS, Status.TO_ASSESS.label, "Nog niemand heeft de aanslag bekeken."),
    Target(Status.IN_PROGRESS, Status.IN_PROGRESS.label, "De aanslag wordt met de aangifte vergeleken."),
    Target(Status.AGREED, Status.AGREED.label, "De aanslag klopt met de aangifte.", closes=True),
    Target(Status.DISPUTED, Status.DISPUTED.label, "De aanslag wijkt af; er is besloten wat u doet."),
    Target(Status.OBJECTED, Status.OBJECTED.label, "Er is bezwaar gemaakt tegen de aanslag."),
    Target(Status.CLOSED, Status.CLOSED.label, "Afgesloten; past bij aanslagen uit het verleden.", closes=True),
)

CLIENT_KINDS: Mapping[str, str] = {  # who pays omzetbelasting may be either
    Sba.Tax.IB: Client.Kind.PERSON,
    Sba.Tax.ZVW: Client.Kind.PERSON,
    Sba.Tax.VPB: Client.Kind.COMPANY,
}


class SbaImporter:
    """SBA's out of the ZIP that the ECM exported."""

    slug = "sba"
    label = "SBA's"
    targets: Sequence[Target] = TARGETS
    open_target = TARGETS[0]
    unexpected = problems.UNEXPECTED
    fatal = problems.STOPS_THE_IMPORT
    twice = problems.TWICE_IN_FILE
    outvoted = problems.OTHER_CHOSEN
    newer = problems.NEWER_PRESENT
    term_runs = cautions.TERM_RUNS
    term_ended = cautions.TERM_ENDED
    unknown = problems.CLIENT_UNKNOWN
    ambiguous = problems.CLIENT_AMBIGUOUS

    @property
    def limits(self) -> Mapping[str, str]:
        most = EXPORT.limits
        return {
            "Aantal": f"hoogstens {number_format(most.members)} bestanden in de ZIP",
            "Per bestand": f"hoogstens {number_format(most.member // MB)} MB, uitgepakt",
        }

    def open(self, upload: IO[bytes]) -> Archive:
        return Archive(upload, EXPORT)

    def read(self, content: bytes) -> Facts:
        return facts_of(notice.read(content))

    def match(self, facts: Sequence[tuple[Facts, str]], run: Run) -> Sequence[Verdict]:
        return matching.match(facts, run)

    def open_terms(self) -> Q:
        return terms_that_run()

    def term_is_open(self, kind: str, until: date | None) -> bool:
        return term_runs(kind, until)

    def no_term(self, kind: str) -> str:
        return no_term(kind)

    def client_kind(self, tax: str) -> str:
        return CLIENT_KINDS.get(tax, "")

    def standing(self, keys: Iterable[UUID], office: Office) -> Collection[UUID]:
        return matching.digests_of(office.pk, keys).keys()

    def forget_unused(self) -> Iterator[int]:
        return forgetting.forget_unused()

    def filled(self, clients: Iterable[int]) -> Mapping[int, int]:
        counted = Sba.objects.filter(client__in=list(clients)).values_list("client_id").order_by("client_id")
        return dict(counted.annotate(Count("pk")))

    def told(self, record: Record) -> Mapping[str, str]:
        return versions.told(record)

    def told_standing(self, record: Record) -> Mapping[str, str]:
        return versions.told_standing(record)

    def keep(self, entries: Sequence[tuple[Entry, Member]]) -> None:
        writing.keep_documents(entries)

    def content(self, digest: str) -> bytes:
        return writing.content(digest)

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
