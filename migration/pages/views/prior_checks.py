"""/instellingen/migratie/upload/controles/: tick what the office has seen to."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from migration.acts import prior_checks
from portal.access import Right, SignedInRequest, requires


@requires(Right.RUN)
@require_POST
def tick(request: SignedInRequest) -> HttpResponse:
    """The part for htmx; a plain form goes back to where it stood."""
    prior_checks.settle(request.user, set(request.POST.getlist("check")), set(request.POST.getlist("seen")))
    if request.htmx:
        context = {"checks": prior_checks.lines_for(request.user), "may_run": True, "saved": True}
        return render(request, "migration/overview/_four_checks.html", context)
    return redirect("migration:overview" if "overview" in request.POST else "migration:wizard_prepare")
