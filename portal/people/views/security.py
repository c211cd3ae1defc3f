"""'Beveiliging': how one signs in, each way with its state and one thing to do about it; and signing out elsewhere."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal.access import SignedInRequest
from portal.pages import page_before
from portal.people import own
from portal.people.reauthentication import interrupted, who_is_there


@require_safe
def security(request: SignedInRequest) -> HttpResponse:
    interrupted(request)
    return render(request, "portal/people/security.html", ways_of(request.user.pk))


@require_POST
def stay(request: SignedInRequest) -> HttpResponse:
    """'Blijf ingelogd': that this was pressed is the sign of life, and the answer tells how long is left now."""
    if request.htmx:
        return HttpResponse(status=204)
    return redirect(page_before(request))


@require_POST
def sign_out_elsewhere(request: SignedInRequest) -> HttpResponse:
    if asked := who_is_there(request, reverse("security")):
        return asked
    own.sign_out_elsewhere(request, request.user)
    messages.success(request, "U bent op alle andere apparaten uitgelogd.")
    return redirect("security")


@require_POST
def sign_out_everywhere(request: SignedInRequest) -> HttpResponse:
    if asked := who_is_there(request, reverse("security")):
        return asked
    own.sign_out_everywhere(request, request.user)
    messages.success(request, "U bent overal uitgelogd.")
    return redirect("account_login")


def ways_of(user_id: int) -> dict[str, object]:
    kinds = Authenticator.Type
    all_of_them = list(Authenticator.objects.filter(user_id=user_id).order_by("pk"))
    codes = next((one for one in all_of_them if one.type == kinds.RECOVERY_CODES), None)
    return {
        "app": next((one for one in all_of_them if one.type == kinds.TOTP), None),
        "passkeys": [one for one in all_of_them if one.type == kinds.WEBAUTHN],
        **state_of(codes),
    }


def state_of(codes: Authenticator | None) -> dict[str, object]:
    left = len(codes.wrap().get_unused_codes()) if codes else 0  # type: ignore[no-untyped-call]
    return {"codes": codes, "codes_left": left, "codes_word": "Nog 1 code" if left == 1 else f"Nog {left} codes"}
