"""The 'Migratierapport'."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from migration.audit_actions import MigrationAction
from migration.findings.causes import causes_of
from migration.pages.views.runs import found_with_records
from migration.takeaway import report as paper
from portal.access import SignedInRequest
from portal.models import AuditEvent


@require_safe
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """To be printed, once the run has ended; whoever opens it takes names along, so it is written down."""
    run = found_with_records(request, pk)
    if not run.has_ended:
        return redirect(run)
    AuditEvent.objects.note(request.user, MigrationAction.RUN_REPORT, run.reference)
    lists: dict[str, Any] = {
        "open_failures": paper.open_failures_of(run),
        "ignored": paper.ignored_of(run),
        "expected": paper.expected_of(run),
        "open_terms": paper.open_terms_of(run),
        "failing_terms": paper.failing_terms_of(run),
    }
    is_cut = any(rows.left_out for rows in lists.values())
    context = {
        "run": run,
        "superseded": paper.superseded_of(run),
        "causes": causes_of(run),
        **lists,
        "is_cut": is_cut,
        "most": paper.MOST,
    }
    return render(request, "migration/report/report.html", {**context, "now": timezone.now()})
