"""'Oorzaken' by client: whose records failed for one reason, with what helps all records of that client."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from migration import problems
from migration.findings.by_client import clients_of
from migration.models import Run
from migration.pages.views.runs import found_with_records
from portal.access import Right, SignedInRequest, may
from portal.lists.page_size import rows_per_page
from portal.pages import page_or_part


@require_safe
def clients(request: SignedInRequest, pk: int, code: str) -> HttpResponse:
    """A page of its own, or the part that unfolds on the page of the run."""
    run = found_with_records(request, pk)
    problem = problems.find(code)
    if problem is None:
        raise Http404
    size = rows_per_page(request)
    return page_or_part(
        request,
        "migration/causes/cause.html",
        "migration/causes/_clients.html",
        run=run,
        problem=problem,
        clients=clients_of(run, code, request.GET, size),
        size=size,
        here=reverse("migration:cause", args=[pk, code]),
        can_be_solved=may(request.user, Right.RUN) and run.state == Run.State.FINISHED and not problem.expected,
    )


def back_to(request: HttpRequest, run: Run) -> str:
    """Where a remedy leads: to the other clients with this cause, where it was found there; else to the run."""
    code = request.GET.get("vanuit", "")
    return reverse("migration:cause", args=[run.pk, code]) if problems.find(code) else run.get_absolute_url()
