"""The log of one record: what happened, what can be done, and a text to send to support."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from migration.acts import remedies
from migration.audit_actions import MigrationAction
from migration.findings import superseding
from migration.findings.questions import Question, question_of
from migration.findings.versions import dossiers
from migration.models import LogLine, Record, Run
from migration.pages.views.remedies import there
from migration.pages.views.runs import found_with_records, text_file
from migration.pages.wizard import Answers
from migration.takeaway import support
from migration.words import logs
from portal.access import Right, SignedInRequest, may, requires
from portal.models import AuditEvent
from portal.pages import page_or_part


@require_safe
def log(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    record = found(request, pk, position)
    is_noted_former = record.expected and remedies.noted_number(record).exists()
    can_be_reactivated = record.expected and remedies.can_be_reactivated(record)
    failures = record.run.records.failures().only("position", "run_id")
    return page_or_part(
        request,
        "migration/record/log.html",
        "migration/record/_log_dialog.html",
        record=record,
        run=record.run,
        report=support.record_text(record),
        superseding=superseding.record_of(record, request.user),
        lines=numbered(record.run.log_lines.filter(Q(position=None) | Q(position=position))),
        previous=failures.filter(position__lt=position).last(),
        next=failures.filter(position__gt=position).first(),
        may_run=may(request.user, Right.RUN),
        is_to_be_answered=is_to_be_answered(record),
        may_reveal=may(request.user, Right.MANAGE),
        steps=logs.steps(record, is_only_noted=is_noted_former and not can_be_reactivated),
        is_noted_former=is_noted_former,
        can_be_reactivated=can_be_reactivated,
        others=remedies.others_of_client(record).count() if record.failed and record.tax_id else 0,
        holds_number=bool(record.failed and support.tax_id_of(record)),
        **meanwhile(record),
        support_email=settings.SUPPORT_EMAIL,
        in_wizard=Answers.of(request.session).run_id == pk and record.run.state == Run.State.READY,
    )


@require_safe
def log_text(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    """The same as a file, without a BSN."""
    record = found(request, pk, position)
    AuditEvent.objects.note(request.user, MigrationAction.RECORD_DOWNLOAD, record.reference)
    return text_file(record.reference, support.record_text(record))


@require_safe
def log_json(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    """The same for a program."""
    record = found(request, pk, position)
    AuditEvent.objects.note(request.user, MigrationAction.RECORD_DOWNLOAD, record.reference)
    response = JsonResponse(support.record_json(record), json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = support.file_name(record.reference).removesuffix(".txt")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@requires(Right.MANAGE, why="U mag een BSN/FI niet voluit zien. Vraag uw beheerder om de rol Beheerder.")
@require_POST
def reveal(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    """The BSN/FI, in the text for support or in its own cell ('Toon'): by a manager, with a line in the audit trail."""
    record = found(request, pk, position)
    is_shown_only = "cel" in request.POST
    action = MigrationAction.RECORD_REVEAL if is_shown_only else MigrationAction.RECORD_COPY
    AuditEvent.objects.note(request.user, action, record.reference)
    if request.htmx and is_shown_only:
        return render(request, "migration/cells/revealed.html", {"record": record})
    report = support.record_text(record, with_tax_id=True)
    return page_or_part(
        request,
        "migration/record/log_revealed.html",
        "migration/record/_report.html",
        record=record,
        report=report,
        revealed=True,
    )


def is_to_be_answered(record: Record) -> bool:
    """Whether an answer of the user comes first (which client, which dossier, which version), before any support."""
    is_open = record.run.state == Run.State.FINISHED and not record.is_superseded
    return is_open and question_of(record) is not None


def meanwhile(record: Record) -> dict[str, Any]:
    """The client who has the number of this record since it failed for want of one."""
    is_without_client = record.failed and question_of(record) is Question.CLIENT
    present = dossiers(record) if is_without_client else []
    return there(present) if present else {}


def numbered(lines: Iterable[LogLine]) -> list[LogLine]:
    """The lines of a record's log; each attempt after the first, which was the import, says which one it is."""
    told, attempt = list(lines), 1
    for line in told:
        if line.event == "attempt":
            attempt += 1
            line.facts["attempt"] = str(attempt)
    return told


def found(request: SignedInRequest, pk: int, position: int) -> Record:
    run = found_with_records(request, pk)
    return get_object_or_404(run.records.select_related("client", "superseded_by"), position=position)
