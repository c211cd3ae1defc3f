"""An importer that some documents kill: what a fault in a C library does. It is the real one but for the marks."""

import os
import signal
from collections.abc import Sequence
from typing import Final

from django.apps import AppConfig

from migration.importers import Entry, Facts, Member, Written, register
from migration.models import Run
from sba.importer import SbaImporter

KILLS_READING: Final = b"<!-- kills whoever reads it -->"
KILLS_WRITING: Final = b"<!-- kills whoever writes it -->"
FAULTS: Final = b"<!-- a fault of ours -->"


class PoisonedImporter(SbaImporter):
    def read(self, content: bytes) -> Facts:
        if KILLS_READING in content:
            os.kill(os.getpid(), signal.SIGKILL)
        facts = super().read(content)
        if FAULTS in content:
            raise RuntimeError(f"cannot make sense of {facts.tax_id}")
        return facts

    def write(self, run: Run, entries: Sequence[tuple[Entry, Member]]) -> Sequence[Written]:
        for entry, member in entries:
            if not entry.failed and KILLS_WRITING in member.read():
                os.kill(os.getpid(), signal.SIGKILL)
        return super().write(run, entries)


class PoisonConfig(AppConfig):
    name = "tests.crash"
    label = "poison"

    def ready(self) -> None:
        register(PoisonedImporter())
