"""What came into a dossier since the check may say the same as what is written now: then nothing changed.

The check compared with what stood there then. Where that is what stands there still, nothing is read again; and where
bytes are equal, nothing ever is.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final
from uuid import UUID

from migration import bulk
from migration.kinds.protocol import Entry
from migration.models import Document, Record
from migration.problems import Rejected
from sba.reading.sayings import sayings_of

BYTES_AT_MOST: Final = 32 * 1024 * 1024
"""Compared in one chunk, while the office is held: what is more is overwritten, which loses nothing."""


def like_what_came_since(entries: Sequence[Entry], present: Mapping[UUID, str]) -> list[Entry]:
    """The same entries; those that say what came since the check note so, here and on their records."""
    asked = {entry.pk: stands for entry in entries if (stands := unseen(entry, present))}
    if not asked:
        return list(entries)
    kept = Documents({*asked.values(), *(entry.digest for entry in entries if entry.pk in asked)})
    again = [entry for entry in entries if entry.pk in asked]
    alike = {entry.pk: asked[entry.pk] for entry in again if kept.agree(entry.digest, asked[entry.pk])}
    for pk, stands in alike.items():
        Record.objects.filter(pk=pk).update(same_as=stands)
    return [entry._replace(same_as=alike.get(entry.pk, entry.same_as)) for entry in entries]


def unseen(entry: Entry, present: Mapping[UUID, str]) -> str:
    """The digest of what stands in the place of this entry, where the check did not see it; else ""."""
    stands = present.get(entry.key, "")
    return "" if stands == entry.stood or entry.is_like(stands) else stands


class Documents:
    """The kept documents of one chunk, as far as they may be read."""

    def __init__(self, digests: set[str]) -> None:
        self.left = BYTES_AT_MOST
        self.kept = {one.pk: one for one in Document.objects.filter(bulk.among("digest", digests))}
        self.said: dict[str, str] = {}

    def agree(self, one: str, other: str) -> bool:
        return self.sayings(one) == self.sayings(other)

    def sayings(self, digest: str) -> str:
        """What cannot be read again, or would be too much, says nothing but its own bytes."""
        if digest not in self.said:
            self.said[digest] = self.read(digest)
        return self.said[digest]

    def read(self, digest: str) -> str:
        document = self.kept.get(digest)
        if document is None or document.size > self.left:
            return digest
        self.left -= document.size
        with suppress(Rejected):
            return sayings_of(document.content())
        return digest
