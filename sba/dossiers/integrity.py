"""Are the dossiers right in themselves, and do they agree with the records that brought them?"""

import zlib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from migration import bulk
from migration.models import WRITABLE, Document, Outcome, Record, Run
from migration.upkeep.forgetting import unused
from migration.upkeep.integrity import Damage, register
from portal.lists.keyset import one_after_the_other, some_at_a_time
from portal.models import Office
from sba.models import SLUG, Sba

AT_ONCE: Final = 200


@register
def look_at_dossiers(office: Office | None) -> Iterator[Damage]:
    """SBA's against their document, their client and the record that brought them."""
    no_document = ~Exists(Document.objects.filter(pk=OuterRef("document_id")))
    from_elsewhere = ~Q(record=None) & ~Q(record__run__office=F("office"))
    other_content = ~Q(record=None) & (~Q(record__digest=F("document_id")) | ~Q(record__key=F("key")))
    for code, which, found in (
        ("sba-document", Q(no_document), "its document is not there"),
        ("sba-office", ~Q(client__office=F("office")), "its client is of another office"),
        ("sba-office", from_elsewhere, "its record is of another office"),
        ("sba-record", other_content, "its record brought something else"),
    ):
        for sba in one_after_the_other(sbas_of(office).filter(which).only("pk"), by="pk"):
            yield Damage(code, f"SBA {sba.pk}", found)


def sbas_of(office: Office | None) -> QuerySet[Sba]:
    return Sba.objects.filter(office=office) if office else Sba.objects.all()


@register
def look_at_imported(office: Office | None) -> Iterator[Damage]:
    """What a run brought stands in the dossier, and its bytes are kept."""
    ended = Run.objects.filter(importer_slug=SLUG, state__in=(Run.State.FINISHED, Run.State.STOPPED))
    ended = ended.filter(records_removed_at=None)
    for run in one_after_the_other(ended.filter(office=office) if office else ended, by="pk"):
        imported = run.records.filter(outcome__in=WRITABLE).only("pk", "run_id", "position", "key", "digest", "outcome")
        for records in some_at_a_time(imported, at_once=AT_ONCE):
            yield from missing_of(run, records)


def missing_of(run: Run, records: Sequence[Record]) -> Iterator[Damage]:
    digests = Document.objects.filter(bulk.among("digest", {record.digest for record in records}))
    keys = Sba.objects.filter(bulk.among("key", {record.key for record in records}), office=run.office_id)
    kept, standing = set(digests.values_list("digest", flat=True)), set(keys.values_list("key", flat=True))
    for record in records:
        subject = f"{run.reference}/{record.position:04d}"
        if record.digest not in kept:
            yield Damage("document-missing", subject, "its document is not there")
        if record.outcome == Outcome.NEW and record.key not in standing:
            yield Damage("sba-missing", subject, "it was imported, and stands in no dossier")


@register
def look_at_documents(office: Office | None) -> Iterator[Damage]:
    """Each body is what its digest says."""
    documents = Document.objects.all()
    if office:
        documents = documents.filter(Exists(Sba.objects.filter(office=office, document=OuterRef("pk"))))
    for document in one_after_the_other(documents, by="pk", at_once=AT_ONCE):
        if not is_whole(document):
            yield Damage("document-content", document.pk, "its bytes are others than its digest says")
    if office is None:
        yield from (Damage("document-unused", digest, "nothing refers to it") for digest in unused().iterator())


def is_whole(document: Document) -> bool:
    try:
        content = document.content()
    except zlib.error:
        return False
    return len(content) == document.size and sha256(content).hexdigest() == document.pk
