"""'Nu verwijderen': the ZIP of a run goes before its term, when a manager asks for it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from migration.acts import runs
from migration.models import Run
from migration.pages.views.runs import found
from migration.words.things import accepts_of
from portal.access import Right, SignedInRequest, requires
from portal.pages import page_or_part


@requires(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def remove_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask first, in a dialog or on a page; a second time changes nothing."""
    run = found(request, pk)
    if request.method == "POST":
        if runs.remove_file(run, by=request.user):
            messages.success(request, removed(run))
        return redirect(run)
    if not run.file_can_be_removed:
        return redirect(run)
    return page_or_part(request, "migration/run/remove_file.html", "migration/run/_remove_file.html", run=run)


def removed(run: Run) -> str:
    return capfirst(f"{accepts_of(run).the_file} van deze migratie is verwijderd.")
