"""A question whose answer is a secret: 'whose number is this?' Every place that takes a number asks here first.

Everybody sees the last four digits, and some nine thousand numbers end like that: whoever may ask without end asks the
rest out of a search. So all such questions of a user count together, wherever they are put; each is written down; and
beyond the limit none is answered, until it is time or a Beheerder gives more room. What people type is no part of it.
"""

from datetime import datetime
from math import ceil
from typing import Final

from allauth.account.adapter import get_adapter
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import reswap, retarget

from portal.access import SignedInRequest
from portal.audit.actions import NUMBERS, PortalAction
from portal.models import AuditEvent, User
from portal.people.account import at_site
from portal.people.allauth_private import ALLOWED, TOLD, USUAL, Use, use

TOO_MANY_REQUESTS: Final = 429


def too_many(request: SignedInRequest) -> HttpResponse | None:
    """Count this question. None: it may be answered now. Else the page that says when, and nothing is looked up."""
    one = use(request, ALLOWED if request.user.may_ask_more else USUAL, str(request.user.pk))
    if one.is_allowed:
        AuditEvent.objects.note(request.user, PortalAction.NUMBER_SOUGHT, f"{one.count}e keer dit uur")
        return None
    tell_managers(request)
    return refusal(request, one)


def tell_managers(request: SignedInRequest) -> None:
    """Once an hour for each user: a line in the audit trail, and a mail. Who it was stands in the trail alone."""
    user = request.user
    if not use(request, TOLD, str(user.pk)).is_allowed:
        return
    AuditEvent.objects.note(user, PortalAction.NUMBER_LIMIT, user.email)
    managers = User.objects.visible_to(user).filter(role=User.Role.MANAGER, is_active=True)
    context = {"trail_url": at_site(f"{reverse('audit')}?wat={NUMBERS.slug}")}
    for email in managers.order_by("pk").values_list("email", flat=True):
        get_adapter().send_mail("account/email/many_questions", email, context)


def refusal(request: SignedInRequest, one: Use) -> HttpResponse:
    """In whole minutes: who comes back when the page said so is not sent away again."""
    free_at = timezone.localtime(
        datetime.fromtimestamp(ceil(one.free_at / 60) * 60, tz=timezone.get_current_timezone())
    )
    is_part = bool(request.htmx and not request.htmx.boosted)
    template = "portal/clients/_too_many.html" if is_part else "portal/clients/too_many.html"
    response = render(request, template, {"free_at": free_at}, status=TOO_MANY_REQUESTS)
    response["Retry-After"] = str(max(1, ceil((free_at - timezone.now()).total_seconds())))
    return reswap(retarget(response, "#main"), "innerHTML") if is_part else response
