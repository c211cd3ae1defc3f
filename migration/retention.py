"""How long what is kept (ux.md §11). The counters of a run stay for ever."""

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

UNDO: Final = timedelta(days=30)
"""How long after its end a run can be undone. The values that it replaced stand in its records, which stay longer."""
UNCONFIRMED: Final = timedelta(hours=24)
"""A file that nobody confirmed."""
STRAY: Final = timedelta(days=1)
"""A file that no run knows: a process died between storing it and writing the run."""


def of_file() -> timedelta:
    """The ZIP of a run that rests, from the upload on."""
    return timedelta(days=settings.ZIP_KEPT_DAYS)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months later (earlier, where negative), or the last day of that month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
