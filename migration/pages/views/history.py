"""'Geschiedenis': what happened to a run, and who did it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from migration.pages.views.runs import found
from migration.takeaway.history import history_of
from portal.access import SignedInRequest
from portal.pages import page_or_part


@require_safe
def history(request: SignedInRequest, pk: int) -> HttpResponse:
    """A page of its own, or the part that unfolds on the page of the run."""
    run = found(request, pk)
    return page_or_part(
        request, "migration/run/history.html", "migration/run/_history.html", run=run, events=history_of(run)
    )
