"""What one may change about oneself: the name, and where one is signed in."""

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest

from portal.audit.actions import PortalAction
from portal.masking import mask_within
from portal.models import AuditEvent, User
from portal.people.sessions import end_others


def change_name(user: User, name: str) -> bool:
    """True where it is another one. It is read by all of the office: a BSN/FI in it is masked before it is stored."""
    name = mask_within(name)[: User._meta.get_field("name").max_length]
    with transaction.atomic():
        before = User.objects.select_for_update(of=("self",)).get(pk=user.pk).name
        if name == before:
            return False
        user.name = name
        user.save(update_fields=["name"])
        AuditEvent.objects.note(user, PortalAction.USER_NAME, f"{mask_within(before)} → {name}")
    return True


@transaction.atomic
def sign_out_elsewhere(request: HttpRequest, user: User) -> None:
    """Every session of this user but the one in which it was asked."""
    end_others(request, user)
    AuditEvent.objects.note(user, PortalAction.SESSION_END_OTHERS, subject=user.email)


def sign_out_everywhere(request: HttpRequest, user: User) -> None:
    """Every session, this one too."""
    with transaction.atomic():
        user.end_sessions()
        AuditEvent.objects.note(user, PortalAction.SESSION_END_ALL, subject=user.email)
    logout(request)
