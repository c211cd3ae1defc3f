"""Where one arrives, and the settings."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.access import SignedInRequest


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    return redirect("clients")


@require_safe
def settings_index(request: SignedInRequest) -> HttpResponse:
    return render(request, "portal/settings_index.html")
