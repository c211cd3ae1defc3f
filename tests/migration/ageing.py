"""Runs as if they ended long ago, and what stands of them."""

from datetime import timedelta

from django.core.files.storage import storages

from migration.models import Run
from portal.models import AuditEvent

DAYS_31 = timedelta(days=31)
YEARS_3 = timedelta(days=3 * 365)


def aged(run: Run, age: timedelta) -> Run:
    """As if it was uploaded, and ended, so long ago."""
    times = {name: getattr(run, name) - age for name in ("created_at", "ended_at") if getattr(run, name)}
    Run.objects.filter(pk=run.pk).update(**times)
    run.refresh_from_db()
    return run


def is_stored(run: Run) -> bool:
    return storages["uploads"].exists(run.stored_as)


def audit() -> list[tuple[str, str, int | None]]:
    of_purge = AuditEvent.objects.filter(action__endswith="_removed").order_by("pk")
    return list(of_purge.values_list("action", "subject", "actor"))
