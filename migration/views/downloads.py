"""What one can take away: each of these writes a line in the audit trail, and is sent while it is made."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from migration import downloads
from migration.disclosure import EVERYTHING, NOBODY
from migration.filters import ALL, FAILED
from migration.models import Run
from migration.sheets import csv_of, xlsx_of
from migration.views.runs import found
from portal.access import Right, SignedInRequest, may, requires
from portal.models import AuditEvent

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
ZIP = "application/zip"
NAMES = {ALL: "alle-records", FAILED: "mislukt"}


@require_safe
def overview(request: SignedInRequest) -> HttpResponseBase:
    """'Download overzicht (CSV)'."""
    AuditEvent.objects.note(request.user, "overview.download", "Migratie overzicht")
    return streamed(downloads.overview(Run.objects.visible_to(request.user)), "migratie-overzicht.csv", CSV)


@require_safe
def as_csv(request: SignedInRequest, pk: int, choice: str) -> HttpResponseBase:
    run = noted(request, pk, f"csv.{choice}")
    content = csv_of(downloads.record_columns(), downloads.records_of(run, choice))
    return streamed(content, f"{run.reference}-{NAMES[choice]}.csv", CSV)


@require_safe
def as_xlsx(request: SignedInRequest, pk: int, choice: str) -> HttpResponseBase:
    run = noted(request, pk, f"xlsx.{choice}")
    content = xlsx_of(run.reference, downloads.record_columns(), downloads.records_of(run, choice))
    return streamed(content, f"{run.reference}-{NAMES[choice]}.xlsx", XLSX)


@require_safe
def as_json(request: SignedInRequest, pk: int) -> HttpResponseBase:
    run = noted(request, pk, "json")
    return streamed(downloads.json_of(run), f"{run.reference}.json", JSON)


@requires(Right.RUN)
@require_safe
def failed_files(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The documents themselves, BSN/FI and all: for whoever may upload them again."""
    run = noted(request, pk, "files")
    return streamed(downloads.failed_files(run), f"{run.reference}-mislukte-bestanden.zip", ZIP)


@require_http_methods(["GET", "HEAD", "POST"])
def support_package(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Ask first what may be in it; a BSN/FI or a name only where a manager ticks so."""
    run = found(request, pk)
    may_reveal = may(request.user, Right.MANAGE)
    if request.method != "POST":
        return render(request, "migration/support.html", {"run": run, "may_reveal": may_reveal})
    reveals = "reveals" in request.POST
    if reveals and not may_reveal:
        raise PermissionDenied
    noted(request, pk, "support.revealed" if reveals else "support")
    content = downloads.support_package(run, EVERYTHING if reveals else NOBODY)
    return streamed(content, f"{run.reference}-supportpakket.zip", ZIP)


def noted(request: SignedInRequest, pk: int, what: str) -> Run:
    """The run that this is about, once it is written down who takes what of it away."""
    run = found(request, pk)
    AuditEvent.objects.note(request.user, f"download.{what}", run.reference)
    return run


def streamed(content: Iterator[bytes], name: str, content_type: str) -> HttpResponseBase:
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return StreamingHttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
