"""Documents that stop whoever handles them, as a fault in a C library does: the marks, and the app that heeds them."""

from typing import Final

from django.apps import AppConfig

KILLS_READING: Final = b"<!-- kills whoever reads it -->"
KILLS_WRITING: Final = b"<!-- kills whoever writes it -->"
KILLS_RETRYING: Final = b"<!-- kills whoever brings it into a dossier -->"
KILLS_UNDOING: Final = b"<!-- kills whoever takes it back -->"
FAULTS: Final = b"<!-- a fault of ours -->"


class PoisonConfig(AppConfig):
    name = "tests.crash"
    label = "poison"

    def ready(self) -> None:
        from migration.kinds.registry import register
        from sba.abilities import ABILITIES
        from tests.crash.poisoned_importer import PoisonedImporter

        register(PoisonedImporter(), *ABILITIES)
