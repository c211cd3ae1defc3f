"""The page behind the link in an invitation: choose a password, and be a user."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.models import Invitation
from portal.pages import posted, status_of
from portal.people import invitations
from portal.people.account_forms import NewPasswordForm


@login_not_required
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    invitation = invitations.invitation_behind(token)
    if invitation is None:
        return render(request, "portal/people/join.html", {"invitation": None})
    form = NewPasswordForm(posted(request), user=invitations.would_be(invitation))
    if not form.is_valid():
        context = {"invitation": invitation, "form": form}
        return render(request, "portal/people/join.html", context, status=status_of(form))
    return joined(request, invitation, form.cleaned_data["password1"])


def joined(request: HttpRequest, invitation: Invitation, password: str) -> HttpResponse:
    if invitations.join(invitation, password) is None:
        return render(request, "portal/people/join.html", {"invitation": None})
    messages.success(request, "Uw account is klaar. Log in met uw e-mailadres en het wachtwoord dat u net koos.")
    return redirect("account_login")
