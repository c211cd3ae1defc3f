"""The bytes of the documents on the road: kept by the write, asked for by a retry."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from migration import bulk
from migration.kinds.protocol import Entry, Member
from migration.models import Document
from migration.problems import Problem, Rejected


def keep(entries: Sequence[tuple[Entry, Member]]) -> None:
    """Keep the bytes of every document that could be unpacked, the failed ones too: a retry needs them.

    In the caller's transaction. Another office may bring the same document at this very moment: then look once more.
    """
    try:
        with transaction.atomic():
            keep_new(entries)
    except IntegrityError:
        keep_new(entries)


def keep_new(entries: Sequence[tuple[Entry, Member]]) -> None:
    members = {entry.digest: member for entry, member in entries if entry.digest}
    present = set(Document.objects.filter(bulk.among("digest", members)).values_list("digest", flat=True))
    rows = ((digest, one.deflated(), one.size) for digest, one in members.items() if digest not in present)
    bulk.insert(Document, ("digest", "body", "size"), rows)


def content_of(digest: str, not_kept: Problem) -> bytes:
    """The bytes of a kept document; Rejected where the file could not be unpacked at the time, so nothing was kept."""
    kept = Document.objects.filter(pk=digest).first()
    if kept is None:
        raise Rejected(not_kept)
    return kept.content()
