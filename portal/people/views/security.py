"""'Beveiliging': how one signs in, each way with its state and one thing to do about it."""

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.access import SignedInRequest


@require_safe
def security(request: SignedInRequest) -> HttpResponse:
    return render(request, "portal/people/security.html", ways_of(request.user.pk))


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
