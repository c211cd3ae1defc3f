"""The app that makes a lease short, and a sweeper quick to notice that it ran out."""

from datetime import timedelta
from typing import Final

from django.apps import AppConfig

LEASE: Final = timedelta(seconds=3)


class HurryConfig(AppConfig):
    name = "tests.crash"
    label = "hurry"

    def ready(self) -> None:
        from migration.road import lease
        from migration.upkeep import sweeper

        lease.DURATION = LEASE
        sweeper.EVERY = 1.0
        sweeper.UNHEARD = timedelta(seconds=1)
