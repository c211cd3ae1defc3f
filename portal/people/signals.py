"""What has to do with signing in is written down by itself.

A second step that is added or removed ends the other sessions of its user; a new password does that by itself.
"""

import logging
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from portal.audit.actions import PortalAction
from portal.models import AuditEvent, User
from portal.people import sessions
from portal.people.mfa import KINDS
from portal.people.tries import note_for

logger = logging.getLogger(__name__)


# --- Signing in and out -----------------------------------------------------------------------------------------------


def note_sign_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    sessions.begin(request.session, user)
    AuditEvent.objects.note(user, PortalAction.SESSION_BEGIN, subject=user.email)


def note_failed_sign_in(credentials: dict[str, Any], **kwargs: Any) -> None:
    """In the audit trail of the user whose address it was. For another address a line in the log, without it."""
    if not note_for(credentials.get("email") or "", PortalAction.SESSION_FAILED):
        logger.warning("Somebody tried to sign in with an address that no user has")


def note_failed_code(user: User, **kwargs: Any) -> None:
    AuditEvent.objects.note(user, PortalAction.SESSION_FAILED, subject=user.email)


def note_sign_out(user: User | None, **kwargs: Any) -> None:
    if user:
        AuditEvent.objects.note(user, PortalAction.SESSION_END, subject=user.email)


# --- Passwords and the second step ------------------------------------------------------------------------------------


def note_password_change(user: User, **kwargs: Any) -> None:
    AuditEvent.objects.note(user, PortalAction.PASSWORD_CHANGE, subject=user.email)


def note_password_reset(user: User, **kwargs: Any) -> None:
    AuditEvent.objects.note(user, PortalAction.PASSWORD_RESET, subject=user.email)


def note_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    AuditEvent.objects.note(user, PortalAction.MFA_ADD, subject=KINDS[authenticator.type])
    sessions.end_others(request, user)


def note_removed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    AuditEvent.objects.note(user, PortalAction.MFA_REMOVE, subject=KINDS[authenticator.type])
    sessions.end_others(request, user)


def note_renewed(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    AuditEvent.objects.note(user, PortalAction.MFA_RENEW, subject=KINDS[authenticator.type])
    sessions.end_others(request, user)
