"""What happens by itself: `migrate` also makes the cache's table, and every sign-in is written down."""

from typing import Any

from django.core.management import call_command
from django.http import HttpRequest

from portal.models import AuditEvent, User


def make_cache_table(using: str, verbosity: int, **kwargs: Any) -> None:
    """The sign-in limits count in the cache; where that is a table (the default), it must be there."""
    call_command("createcachetable", database=using, verbosity=verbosity)


def note_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    AuditEvent.objects.note(user, "ingelogd", subject=user.email)
