"""The SBA importer: glue between the readers, the matching and the dossiers."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.utils import timezone

from migration import bulk
from migration.importers import Facts, Member, Target, Verdict, Written
from migration.models import Outcome, Record, Run
from migration.problems import Rejected
from portal.models import Office
from sba import matching, problems, terms, xbrl
from sba.archive import Archive
from sba.models import Document, Sba
from sba.xbrl import Notice

Status = Sba.Status

TARGETS = (
    Target(Status.TO_ASSESS, Status.TO_ASSESS.label, "Nog niemand heeft de aanslag bekeken."),
    Target(Status.IN_PROGRESS, Status.IN_PROGRESS.label, "De aanslag wordt met de aangifte vergeleken."),
    Target(Status.AGREED, Status.AGREED.label, "De aanslag klopt met de aangifte.", closes=True),
    Target(Status.DISPUTED, Status.DISPUTED.label, "De aanslag wijkt af; er is besloten wat u doet."),
    Target(Status.OBJECTED, Status.OBJECTED.label, "Er is bezwaar gemaakt tegen de aanslag."),
    Target(Status.CLOSED, Status.CLOSED.label, "Afgesloten; past bij aanslagen uit het verleden.", closes=True),
)


class SbaImporter:
    """SBA's out of the ZIP that the ECM exported."""

    slug = "sba"
    label = "SBA's"
    targets: Sequence[Target] = TARGETS
    unexpected = problems.UNEXPECTED
    fatal = problems.STOPS_THE_IMPORT
    twice = problems.TWICE_IN_FILE

    def open(self, upload: BinaryIO) -> Archive:
        return Archive(upload)

    def read(self, content: bytes) -> Facts:
        return facts_of(xbrl.read(content))

    def match(self, facts: Sequence[tuple[Facts, str]], office: Office) -> Sequence[Verdict]:
        return matching.match(facts, office)

    def write(self, run: Run, records: Sequence[tuple[Record, Member]]) -> Sequence[Written]:
        keep_documents(records)
        return write_sbas(run, [record for record, _ in records if not record.failed])


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
    """The last day to object; None for a provisional assessment, which is revised on request (domain.md §4)."""
    if notice.kind == Sba.Kind.PROVISIONAL:
        return None
    return notice.objection_deadline or terms.objection_until(notice.dated_on)


# --- Writing -------------------------------------------------------------------------------------------------------------


def keep_documents(records: Sequence[tuple[Record, Member]]) -> None:
    """Keep the bytes of every document that could be unpacked, the failed ones too: a retry and the office need them."""
    kept = Document.objects.filter(pk__in=[record.digest for record, _ in records if record.digest])
    present = set(kept.values_list("pk", flat=True))
    missing = {record.digest: member for record, member in records if record.digest and record.digest not in present}
    rows = [(digest, member.deflated(), member.size) for digest, member in missing.items()]
    bulk.insert_missing(Document, ("digest", "body", "size"), rows)


def write_sbas(run: Run, records: Sequence[Record]) -> list[Written]:
    """Insert or overwrite, one outcome per record. The caller holds the office, so nothing changes in between."""
    desk = Desk(run, records)
    written = [desk.take(record) for record in records]
    desk.store()
    return written


class Desk:
    """One chunk of records and the dossiers they go to, laid out so that a record costs no query of its own."""

    def __init__(self, run: Run, records: Sequence[Record]) -> None:
        self.run = run
        self.now = timezone.now()
        self.dossiers = matching.dossiers_of(run.office, {record.tax_id for record in records})
        present = Sba.objects.filter(office=run.office, key__in=[record.key for record in records])
        self.present = {sba.key: sba for sba in present}
        self.new: list[Sba] = []
        self.changed: dict[UUID, Sba] = {}

    def take(self, record: Record) -> Written:
        """Decide and prepare one record. The client is looked up again: much may have happened since the check."""
        try:
            client_id = matching.the_one(self.dossiers.get(record.tax_id, []))
        except Rejected as why:
            return Written(record.position, Outcome.FAILED, problem=why.problem, problem_facts=why.facts)
        sba = self.present.get(key_in(record))
        return self.replace(sba, record, client_id) if sba else self.add(record, client_id)

    def add(self, record: Record, client_id: int) -> Written:
        sba = Sba(office=self.run.office, key=record.key, status=self.run.target)
        fill(sba, record, client_id, self.now)
        self.present[sba.key] = sba
        self.new.append(sba)
        return Written(record.position, Outcome.NEW)

    def replace(self, sba: Sba, record: Record, client_id: int) -> Written:
        """Other content overwrites; the status stays unless the user asked otherwise."""
        before = values_of(sba)
        outcome = matching.outcome_of(record.digest, sba.document_id)
        if outcome == Outcome.OVERWRITTEN:
            fill(sba, record, client_id, self.now)
        if self.run.overwrite_status:
            sba.status = self.run.target
        if values_of(sba) == before:
            return Written(record.position, outcome)
        if sba.pk:
            self.changed[sba.key] = sba
        return Written(record.position, outcome, replaced=before)

    def store(self) -> None:
        bulk.insert(Sba, COLUMNS, [tuple(getattr(sba, column) for column in COLUMNS) for sba in self.new])
        bulk.overwrite(Sba, COLUMNS, ("office", "key"), list(self.changed.values()))


COLUMNS = (
    "office_id", "key", "client_id", "document_id", "record_id", "tax_id", "tax", "year", "kind", "number", "dated_on",
    "until", "amount", "balance", "facts", "status", "imported_at",
)  # fmt: skip
REPLACEABLE = ("client_id", "document_id", "record_id", "until", "amount", "balance", "facts", "status")


def fill(sba: Sba, record: Record, client_id: int, now: datetime) -> None:
    """Everything that comes from the document; what a person set (the status) is not touched."""
    facts = dict(record.facts)
    sba.client_id, sba.document_id, sba.record_id, sba.imported_at = client_id, record.digest, record.pk, now
    sba.tax_id, sba.tax, sba.year, sba.kind = record.tax_id, record.tax, cast(int, record.year), record.kind
    sba.number, sba.dated_on, sba.until = record.number, cast(date, record.dated_on), record.until
    sba.amount, sba.balance = facts.pop("amount"), facts.pop("balance")
    sba.facts = facts


def values_of(sba: Sba) -> dict[str, Any]:
    """What an import can change of an SBA, fit for JSON: the record that replaces it keeps these."""
    values = {name: getattr(sba, name) for name in REPLACEABLE}
    return {**values, "until": sba.until and sba.until.isoformat()}


def key_in(record: Record) -> UUID:
    return cast(UUID, record.key)
