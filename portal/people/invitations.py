"""An invitation by e-mail: a link that works once and for a few days; the user is made when it is followed.

Whoever invites sees the same whether the address is free, belongs to a user of another office, or was invited there
too. What is the matter only stands in the mail, and on the page behind its link.
"""

from datetime import datetime
from typing import Final

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.access import SignedInRequest
from portal.audit.actions import PortalAction
from portal.models import AuditEvent, Invitation, User
from portal.people.account import at_site
from portal.people.allauth_private import is_within_limit

SALT: Final = "portal.invitation"
TOO_OFTEN: Final = (
    "Aan dit adres is het afgelopen uur al een paar keer een uitnodiging verstuurd."
    " Vraag of de e-mail bij de ongewenste e-mail staat. Over een uur kunt u haar opnieuw sturen."
)
TOO_MANY: Final = (
    "Uw kantoor heeft het afgelopen uur zeer veel uitnodigingen verstuurd. Probeer het over een uur opnieuw."
)


def too_often(request: SignedInRequest, email: str) -> str:
    """Why no invitation goes to this address now; empty when one may. Counted per office: no other one is told of."""
    office = str(request.user.office_id)
    if not is_within_limit(request, "invitation", f"{office}:{email}"):
        return TOO_OFTEN
    return "" if is_within_limit(request, "invitations", office) else TOO_MANY


def invite(by: User, invitation: Invitation) -> None:
    invitation.office, invitation.email = by.office, invitation.email.lower()
    renew(by, invitation, PortalAction.USER_INVITE)


def invite_again(by: User, invitation: Invitation) -> None:
    """A new link, by whoever asks now; the one before it works no more."""
    renew(by, invitation, PortalAction.USER_INVITE_AGAIN)


def renew(by: User, invitation: Invitation, action: PortalAction) -> None:
    """Kept and written down first, both or neither: a mail server may take its time."""
    invitation.invited_by, invitation.sent_at = by, timezone.now()
    with transaction.atomic():
        invitation.save()
        AuditEvent.objects.note(by, action, invitation.email)
    send(invitation)


@transaction.atomic
def withdraw(by: User, invitation: Invitation) -> None:
    invitation.delete()
    AuditEvent.objects.note(by, PortalAction.USER_WITHDRAW, invitation.email)


def send(invitation: Invitation) -> None:
    template = "account/email/invitation_taken" if is_taken(invitation) else "account/email/invitation"
    context = {"office": invitation.office, "invitation_url": link_to(invitation)}
    get_adapter().send_mail(template, invitation.email, context)


def is_taken(invitation: Invitation) -> bool:
    return User.objects.filter(email__iexact=invitation.email).exists()


def link_to(invitation: Invitation) -> str:
    token = signing.dumps([invitation.pk, invitation.sent_at.isoformat()], salt=SALT)
    return at_site(reverse("join", args=[token]))


def invitation_behind(token: str) -> Invitation | None:
    """The invitation that this link was made for, as long as it is the last one, in time, vouched for and not used."""
    try:
        pk, sent_at = signing.loads(token, salt=SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        return None
    meant = Invitation.objects.vouched_for().filter(pk=pk, sent_at=datetime.fromisoformat(sent_at))
    found = meant.select_related("office").first()
    return None if found is None or is_taken(found) else found


def would_be(invitation: Invitation) -> User:
    """The user as they would be, to compare a password with."""
    return User(office=invitation.office, email=invitation.email, name=invitation.name, role=invitation.role)


@transaction.atomic
def join(invitation: Invitation, password: str) -> User | None:
    """The user; None where somebody was there before, with this link or with the same address, or it was taken back."""
    used, _ = Invitation.objects.vouched_for().filter(pk=invitation.pk, sent_at=invitation.sent_at).delete()
    if not used or is_taken(invitation):
        return None
    fields = {"office": invitation.office, "name": invitation.name, "role": invitation.role}
    user = User.objects.create_user(invitation.email, password, **fields)
    AuditEvent.objects.note(user, PortalAction.USER_JOIN, user.email)
    return user
