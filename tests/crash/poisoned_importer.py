"""An importer that some documents kill. It is the real one but for the marks (poison.py)."""

import os
import signal
from collections.abc import Sequence

from migration.kinds.protocol import Entry, Facts, Undone, Written
from migration.models import Document, Run
from sba.importer import SbaImporter
from tests.crash.poison import FAULTS, KILLS_READING, KILLS_RETRYING, KILLS_UNDOING, KILLS_WRITING


class PoisonedImporter(SbaImporter):
    def read(self, content: bytes) -> Facts:
        if KILLS_READING in content:
            os.kill(os.getpid(), signal.SIGKILL)
        facts = super().read(content)
        if FAULTS in content:
            raise RuntimeError(f"cannot make sense of {facts.tax_id}")
        return facts

    def write(self, run: Run, entries: Sequence[Entry]) -> Sequence[Written]:
        """In the transaction in which the bytes were just kept."""
        if run.state == Run.State.WRITING:
            die_of(KILLS_WRITING, entries)
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
