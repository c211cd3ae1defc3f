"""Where one arrives, and the settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal.access import SignedInRequest
from portal.pages import posted, status_of
from portal.people import own
from portal.people.forms import NameForm, PreferencesForm


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    return redirect("clients")


@require_http_methods(["GET", "HEAD", "POST"])
def settings_index(request: SignedInRequest) -> HttpResponse:
    """'Uw gegevens', and what one may choose for oneself."""
    form = PreferencesForm(posted(request), instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Uw voorkeur is bewaard.")
        return redirect("settings")
    return render(request, "portal/settings_index.html", {"form": form}, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def own_name(request: SignedInRequest) -> HttpResponse:
    form = NameForm(posted(request), initial={"name": request.user.name})
    if form.is_valid():
        if own.change_name(request.user, form.cleaned_data["name"]):
            messages.success(request, "Uw naam is gewijzigd.")
        return redirect("settings")
    return render(request, "portal/people/own_name.html", {"form": form}, status=status_of(form))
