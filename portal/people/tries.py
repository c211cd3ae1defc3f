"""What somebody tries with an address, written down without telling whether a user has it."""

from typing import Final

from django.core.cache import cache

from portal.audit.actions import PortalAction
from portal.models import AuditEvent, User

NOBODY: Final = "portal.people.tries.nobody"


def note_for(email: str, action: PortalAction) -> bool:
    """Write down what somebody tried with the address of a user; False if no user has it.

    Then something is written too, and as much: the time that it takes does not tell which of the two it was.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user:
        AuditEvent.objects.note(user, action, subject=user.email)
    else:
        cache.set(NOBODY, True)
    return user is not None
