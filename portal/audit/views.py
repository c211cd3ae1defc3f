"""'Logboek': who did what, and when. For the manager; never changed by anybody."""

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from portal.access import Right, SignedInRequest, requires
from portal.audit.actions import PortalAction
from portal.audit.trail import COLUMNS, Trail
from portal.lists.keyset import one_after_the_other
from portal.lists.page_size import SIZES, rows_per_page
from portal.lists.sheets import csv_of
from portal.models import AuditEvent
from portal.pages import CSV, page_or_part, streamed

managers_only = requires(
    Right.MANAGE, "Het logboek bekijken kan alleen een beheerder. Vraag de beheerder van uw kantoor."
)


@managers_only
@require_safe
def audit_trail(request: SignedInRequest) -> HttpResponse:
    trail = Trail.of(request.GET, request.user)
    size = rows_per_page(request)
    window = trail.window(request.GET, size)
    return page_or_part(
        request,
        "portal/audit/audit.html",
        "portal/audit/_audit.html",
        shown=trail,
        window=window,
        size=size,
        sizes=SIZES,
    )


@managers_only
@require_safe
def as_csv(request: SignedInRequest) -> HttpResponseBase:
    """What the filters leave, all of it; this too is written down."""
    trail = Trail.of(request.GET, request.user)
    AuditEvent.objects.note(request.user, PortalAction.AUDIT_EXPORT, trail.query or "alles")
    return streamed(csv_of(COLUMNS, one_after_the_other(trail.events, by="-pk")), "logboek.csv", CSV)
