"""What one can take away: each of these writes a line in the audit trail, and is sent while it is made."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from migration.audit_actions import MigrationAction
from migration.findings.filters import ALL, FAILED
from migration.findings.run_filters import filtered, of_tab
from migration.kinds.registry import kind_of
from migration.models import Run
from migration.pages.tables import RunTable
from migration.pages.views.runs import found_with_records
from migration.takeaway import sheets
from migration.takeaway.disclosure import EVERYTHING, NOBODY
from portal.access import Right, SignedInRequest, may, refused, requires
from portal.lists.sheets import csv_of
from portal.lists.table import keys_in_order
from portal.lists.xlsx import xlsx_of
from portal.models import AuditEvent
from portal.pages import CSV, streamed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"
ZIP = "application/zip"
NAMES = {ALL: "alle-records", FAILED: "mislukt"}
CSV_TAKEN = {ALL: MigrationAction.DOWNLOAD_CSV_ALLE, FAILED: MigrationAction.DOWNLOAD_CSV_MISLUKT}
XLSX_TAKEN = {ALL: MigrationAction.DOWNLOAD_XLSX_ALLE, FAILED: MigrationAction.DOWNLOAD_XLSX_MISLUKT}


@require_safe
def overview(request: SignedInRequest) -> HttpResponseBase:
    """'Download overzicht (CSV)': the same migrations as on the screen, in the same order, on all pages."""
    runs = Run.objects.visible_to(request.user)
    _, chosen = filtered(request.GET, runs, request)
    keys = keys_in_order(RunTable(of_tab(chosen, request.GET)), request)
    AuditEvent.objects.note(request.user, MigrationAction.OVERVIEW_DOWNLOAD, "Migratie overzicht")
    return streamed(sheets.overview(runs, keys), "migratie-overzicht.csv", CSV)


@require_safe
def as_csv(request: SignedInRequest, pk: int, choice: str) -> HttpResponseBase:
    run = noted(request, pk, CSV_TAKEN[choice])
    content = csv_of(sheets.record_columns(kind_of(run)), sheets.records_of(run, choice))
    return streamed(content, f"{run.reference}-{NAMES[choice]}.csv", CSV)


@require_safe
def as_xlsx(request: SignedInRequest, pk: int, choice: str) -> HttpResponseBase:
    run = noted(request, pk, XLSX_TAKEN[choice])
    content = xlsx_of(run.reference, sheets.record_columns(kind_of(run)), sheets.records_of(run, choice))
    return streamed(content, f"{run.reference}-{NAMES[choice]}.xlsx", XLSX)


@require_safe
def as_json(request: SignedInRequest, pk: int) -> HttpResponseBase:
    run = noted(request, pk, MigrationAction.DOWNLOAD_JSON)
    return streamed(sheets.json_of(run), f"{run.reference}.json", JSON)


@requires(Right.RUN)
@require_safe
def failed_files(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The documents themselves, BSN/FI and all: for whoever may upload them again."""
    run = noted(request, pk, MigrationAction.DOWNLOAD_FILES)
    return streamed(sheets.failed_files(run), f"{run.reference}-mislukte-bestanden.zip", ZIP)


@require_http_methods(["GET", "HEAD", "POST"])
def support_package(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Ask first what may be in it; a BSN/FI or a name only where a manager ticks so."""
    run = found_with_records(request, pk)
    may_reveal = may(request.user, Right.MANAGE)
    if request.method != "POST":
        return render(request, "migration/run/support.html", {"run": run, "may_reveal": may_reveal})
    reveals = "reveals" in request.POST
    if reveals and not may_reveal:
        raise refused(Right.MANAGE)
    noted(request, pk, MigrationAction.DOWNLOAD_SUPPORT_REVEALED if reveals else MigrationAction.DOWNLOAD_SUPPORT)
    content = sheets.support_package(run, EVERYTHING if reveals else NOBODY)
    return streamed(content, f"{run.reference}-supportpakket.zip", ZIP)


def noted(request: SignedInRequest, pk: int, action: MigrationAction) -> Run:
    """The run that this is about, once it is written down who takes what of it away."""
    run = found_with_records(request, pk)
    AuditEvent.objects.note(request.user, action, run.reference)
    return run
