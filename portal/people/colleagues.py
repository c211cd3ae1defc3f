"""What a manager may do with the other users of the office. An office never loses its last manager."""

from datetime import datetime, timedelta
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from portal.audit.actions import PortalAction
from portal.models import AuditEvent, User
from portal.people.allauth_private import ALLOWED, USUAL, rates_of

SECOND_STEP: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def colleagues_of(user: User) -> QuerySet[User]:
    """Everybody of the office, with whether they sign in in two steps."""
    steps = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_STEP)
    return User.objects.visible_to(user).annotate(second_step=Exists(steps))


def change_role(by: User, user: User, role: str) -> bool:
    with transaction.atomic():
        if not may_touch(by, user):
            return False
        before, user.role = user.get_role_display(), role
        user.save(update_fields=["role"])
        AuditEvent.objects.note(by, PortalAction.USER_ROLE, f"{user.email}: {before} → {user.get_role_display()}")
    return True


def block(by: User, user: User) -> bool:
    with transaction.atomic():
        if not may_touch(by, user):
            return False
        user.block()
        AuditEvent.objects.note(by, PortalAction.USER_BLOCK, user.email)
    return True


@transaction.atomic
def unblock(by: User, user: User) -> None:
    user.unblock()
    AuditEvent.objects.note(by, PortalAction.USER_UNBLOCK, user.email)


def switch_off_second_step(by: User, user: User) -> bool:
    """For who lost the telephone: the password alone will do again. Their sessions end, and they are told."""
    with transaction.atomic():
        if by.pk == user.pk or not Authenticator.objects.filter(user=user).delete()[0]:
            return False
        user.end_sessions()
        AuditEvent.objects.note(by, PortalAction.USER_MFA_OFF, user.email)
    get_adapter().send_mail("mfa/email/switched_off", user.email, {})
    return True


@transaction.atomic
def allow_questions(by: User, user: User, reason: str) -> None:
    """Until the end of the day this user, who may be oneself, searches by number more often."""
    user.more_questions_until, user.more_questions_why = end_of_today(), reason
    user.save(update_fields=["more_questions_until", "more_questions_why"])
    AuditEvent.objects.note(by, PortalAction.NUMBER_ALLOW, f"{user.email}: {reason}")


@transaction.atomic
def forbid_questions(by: User, user: User) -> None:
    user.more_questions_until, user.more_questions_why = None, ""
    user.save(update_fields=["more_questions_until", "more_questions_why"])
    AuditEvent.objects.note(by, PortalAction.NUMBER_FORBID, user.email)


def end_of_today() -> datetime:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime(tomorrow.year, tomorrow.month, tomorrow.day))


def questions_an_hour() -> dict[str, int]:
    """How many searches by number are everybody's, and how many with a manager's consent."""
    return {name: max(rates_of(name), key=lambda rate: rate.duration).amount for name in (USUAL, ALLOWED)}


def may_touch(by: User, user: User) -> bool:
    """Not oneself, and not the last manager: not even when two of them take each other's right away at once."""
    managers = User.objects.visible_to(by).filter(role=User.Role.MANAGER, is_active=True)
    there = {manager.pk for manager in managers.select_for_update(of=("self",))}
    return by.pk in there and by.pk != user.pk
