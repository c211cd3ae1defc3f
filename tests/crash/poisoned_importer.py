"""An importer that some documents kill. It is the real one but for the marks (poison.py)."""

import os
import signal
from collections.abc import Sequence

from migration.kinds.protocol import Entry, Facts, Member, Undone, Written
from migration.models import Run
from sba.importer import SbaImporter
from sba.models import Document
from tests.crash.poison import FAULTS, KILLS_READING, KILLS_RETRYING, KILLS_UNDOING, KILLS_WRITING


class PoisonedImporter(SbaImporter):
    def read(self, content: bytes) -> Facts:
        if KILLS_READING in content:
            os.kill(os.getpid(), signal.SIGKILL)
        facts = super().read(content)
        if FAULTS in content:
            raise RuntimeError(f"cannot make sense of {facts.tax_id}")
        return facts

    def keep(self, entries: Sequence[tuple[Entry, Member]]) -> None:
        """The first thing a write does, in its transaction."""
        for entry, member in entries:
            if not entry.failed and KILLS_WRITING in member.read():
                os.kill(os.getpid(), signal.SIGKILL)
        super().keep(entries)

    def write(self, run: Run, entries: Sequence[Entry]) -> Sequence[Written]:
        die_of(KILLS_RETRYING, entries)
        return super().write(run, entries)

    def undo(self, run: Run, entries: Sequence[Entry]) -> Sequence[Undone]:
        undone = super().undo(run, entries)
        die_of(KILLS_UNDOING, entries)
        return undone


def die_of(mark: bytes, entries: Sequence[Entry]) -> None:
    for document in Document.objects.filter(pk__in=[entry.digest for entry in entries]):
        if mark in document.content():
            os.kill(os.getpid(), signal.SIGKILL)
