"""The overview of migrations, and one of them: what happens now, or what came of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import retarget, trigger_client_event

from migration.acts import prior_checks
from migration.acts import runs as acts
from migration.audit_actions import MigrationAction
from migration.findings.causes import causes_of, foreseen
from migration.findings.filters import Shown
from migration.findings.run_filters import counted, filtered, is_narrowed, of_tab, said_by_all, tabs_of
from migration.kinds.abilities import Preparation
from migration.kinds.registry import WORDS, abilities
from migration.models import Run
from migration.pages import wizard
from migration.pages.forms import NewsForm
from migration.pages.tables import RecordTable, RunTable
from migration.road.intake import earlier_twin
from migration.takeaway import support
from migration.words.runs import no_such_run
from portal.access import Right, SignedInRequest, may, requires
from portal.lists.keyset import number_in
from portal.lists.page_size import rows_per_page
from portal.lists.search_field import tells_number
from portal.lists.table import paged
from portal.models import AuditEvent
from portal.pages import Gone, page_or_part


@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    if tells_number(request.GET):
        return redirect("migration:overview")
    runs = Run.objects.visible_to(request.user)
    filters, chosen = filtered(request.GET, runs, request)
    counts = counted(chosen)
    rows = of_tab(chosen, request.GET).select_related("started_by").defer("breakdown", "problem_facts")
    return page_or_part(
        request,
        "migration/overview/overview.html",
        "migration/overview/_overview.html",
        table=paged(RunTable(rows, exclude=said_by_all(counts)), request),
        tabs=tabs_of(counts, request.GET),
        checks=lambda: prior_checks.lines_for(request.user),  # asked for only where the page is empty
        kinds=WORDS.values(),
        preparations=abilities(Preparation),
        filters=filters,
        is_narrowed=is_narrowed(request.GET),
        may_run=may(request.user, Right.RUN),
    )


@require_safe
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    """One address, four answers: the page, or a part of it: its progress, all that changes, or the records."""
    run = found(request, pk)
    if tells_number(request.GET):
        return redirect(run)
    asks_for = request.htmx.target if request.htmx else None
    if asks_for == "progress" and run.is_moving:
        return progress(request, run)
    shown = Shown.of(run, request.GET)
    rights = {"may_run": may(request.user, Right.RUN), "may_manage": may(request.user, Right.MANAGE)}
    context: dict[str, Any] = {"run": run, "shown": shown, **rights}
    size = rows_per_page(request)
    may_reveal = rights["may_manage"] and not run.is_moving
    context["table"] = RecordTable(shown, shown.window(request.GET, size), size, may_reveal)
    if asks_for == "records":
        return render(request, "migration/run/_records.html", context)
    is_finished = run.state == Run.State.FINISHED
    causes = foreseen(run, causes_of(run)) if is_finished else causes_of(run)
    context |= {"causes": causes, "can_be_retried": is_finished and any(cause.may_be_helped for cause in causes)}
    if run.state == Run.State.READY:
        context |= {"twin": earlier_twin(run), "news": NewsForm(user=request.user, run=run)}
    context["report"] = support.run_text(run) if run.state == Run.State.REFUSED else ""
    response = page_or_part(request, "migration/run/run.html", "migration/run/_run.html", **context)
    return retarget(response, "#run") if asks_for == "progress" else response


def progress(request: SignedInRequest, run: Run) -> HttpResponse:
    """How far it is. The list of failures is asked for again only when there is a new one."""
    context = {"run": run, "may_run": may(request.user, Right.RUN)}
    response = render(request, "migration/run/_progress.html", context)
    if run.failed != number_in(request.GET, "mislukt"):
        trigger_client_event(response, "failures")
    return response


@require_safe
def run_log_text(request: SignedInRequest, pk: int) -> HttpResponse:
    """The log of a refused upload, as a file."""
    run = found(request, pk)
    AuditEvent.objects.note(request.user, MigrationAction.RUN_DOWNLOAD, run.reference)
    return text_file(run.reference, support.run_text(run))


def redirect_to_one(request: SignedInRequest, run: Run) -> HttpResponse:
    """Two uploads of one file at once are one run."""
    messages.info(
        request, f"Dit bestand kwam twee keer tegelijk binnen. Het wordt één keer geïmporteerd, als {run.reference}."
    )
    return redirect(run)


CHANGED_ELSEWHERE = "Dit bestand is in een ander venster vervangen of verwijderd. Er is niets geïmporteerd."


@requires(Right.RUN)
@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """The last 'Volgende'. It may come before the check is done: the import starts when it can."""
    answers = wizard.Answers.of(request.session)
    try:
        run = found(request, pk)
    except Gone:
        if not answers.prepared:
            raise
        messages.warning(request, CHANGED_ELSEWHERE)
        return redirect("migration:wizard_file")
    news = NewsForm(request.POST, user=request.user, run=run)
    if "asks_mail" in request.POST and news.is_valid():
        news.keep(run)
    keeps_open = "keeps_open" in request.POST if "asks_about_terms" in request.POST else None
    confirmed = acts.confirm(run, request.user, keeps_open)
    ahead = None if confirmed else acts.give_way(run, request.user)
    if answers.run_id == run.pk:
        wizard.forget(request.session)
    return redirect_to_one(request, ahead) if ahead else redirect(run)


@requires(Right.RUN)
@require_POST
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget an upload that nobody confirmed."""
    run = found(request, pk)
    if not acts.discard(run, request.user):
        return redirect(run)
    messages.success(request, "De upload is geannuleerd en het bestand is verwijderd. Er is niets geïmporteerd.")
    return redirect("migration:overview")


@requires(Right.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask first, in a dialog or on a page; then stop at the next chunk."""
    run = found(request, pk)
    if request.method == "POST":
        acts.stop(run, request.user)
        return redirect(run)
    if not run.can_be_stopped:
        return redirect(run)
    return page_or_part(request, "migration/run/stop.html", "migration/run/_stop.html", run=run)


# --- What they share -------------------------------------------------------------------------------------------------


def found(request: SignedInRequest, pk: int) -> Run:
    run = Run.objects.visible_to(request.user).select_related("started_by", "office").filter(pk=pk).first()
    if run is None:
        raise Gone(no_such_run())
    return run


def found_with_records(request: SignedInRequest, pk: int) -> Run:
    """The same for what is made of the records: they go after their term, and the run stays."""
    run = found(request, pk)
    if run.records_removed_at:
        raise Gone(no_such_run(run))
    return run


def text_file(reference: str, text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{support.file_name(reference)}"'
    return response
