"""Acting on a run that ended: try again, ignore, take back, go on. Each starts from the run page or a record's log."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from migration import acts
from migration.acts import Scope
from migration.forms import IgnoreForm, UndoForm
from migration.models import Record
from migration.views.runs import found
from migration.words import records
from portal.access import Right, SignedInRequest, requires

ALREADY = "Dat is niet gelukt: iemand anders is u voor geweest, of er is niets meer te doen."
NOTED = "Genoteerd als voormalige klant. Latere imports weten dit ook."
TAKEN_BACK = "Niet meer genoteerd als voormalige klant."


@requires(Right.RUN)
@require_POST
def retry(request: SignedInRequest, pk: int) -> HttpResponse:
    run = found(request, pk)
    if not acts.retry(Scope.of(run, request.POST), request.user):
        messages.warning(request, ALREADY)
    return redirect(run)


@requires(Right.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def ignore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask why, then ignore: without a reason nobody knows later what was meant."""
    run = found(request, pk)
    scope = Scope.of(run, request.POST if request.method == "POST" else request.GET)
    form = IgnoreForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        count = acts.ignore(scope, request.user, form.cleaned_data["reason"])
        messages.success(request, f"{records(count)} genegeerd. U kunt dat later terugnemen.")
        return redirect(run)
    return render(request, "migration/ignore.html", {"run": run, "scope": scope, "form": form})


@requires(Right.RUN)
@require_POST
def heed(request: SignedInRequest, pk: int) -> HttpResponse:
    run = found(request, pk)
    count = acts.heed(Scope.of(run, request.POST), request.user)
    messages.success(request, f"{records(count)} niet meer genegeerd.")
    return redirect(run)


@requires(Right.RUN)
@require_POST
def note_former(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    visible = Record.objects.visible_to(request.user).select_related("run__office")
    unmatched = visible.filter(failed=True, client=None).exclude(tax_id="")
    record = get_object_or_404(unmatched, run_id=pk, position=position)
    takes_back = "terug" in request.POST
    done = (acts.forget_former if takes_back else acts.note_former)(record, request.user)
    if done:
        messages.success(request, TAKEN_BACK if takes_back else NOTED)
    else:
        messages.warning(request, ALREADY)
    return redirect(record.run)


@requires(Right.MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what an undo would do, ask for a tick, and start it."""
    run = found(request, pk)
    if not run.can_be_undone:
        messages.warning(request, ALREADY)
        return redirect(run)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not acts.undo(run, request.user):
            messages.warning(request, ALREADY)
        return redirect(run)
    foreseen = run.importer.foresee_undo(run)
    return render(request, "migration/undo.html", {"run": run, "form": form, "foreseen": foreseen})


@requires(Right.RUN)
@require_POST
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    run = found(request, pk)
    if not acts.resume(run, request.user):
        messages.warning(request, ALREADY)
    return redirect(run)
