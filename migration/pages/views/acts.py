"""Acting on a run that ended: try again, ignore, take back, go on. Each starts from the run page or a record's log."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from migration.acts import failures, repeating, runs
from migration.acts.failures import Scope
from migration.findings.losses import loss_of
from migration.kinds.registry import kind_of
from migration.models import Run
from migration.pages.forms import IgnoreForm, RunNameForm, UndoForm
from migration.pages.views.causes import back_to
from migration.pages.views.runs import found
from migration.pages.wizard import FILE, Answers
from migration.words.numbers import records
from portal.access import Right, SignedInRequest, requires
from portal.pages import page_or_part, posted, status_of

ALREADY = "Dat is niet gelukt: iemand anders is u voor geweest, of er is niets meer te doen."
NEEDS_MANAGE = "U kunt een import niet terugdraaien. Vraag uw beheerder om de rol Beheerder."
NAMED = "De naam van deze migratie is bewaard."
UNNAMED = "Deze migratie heeft geen naam meer."
FILE_GONE = "Het bestand van deze migratie is niet meer bewaard. Upload het opnieuw."


@requires(Right.RUN)
@require_POST
def retry(request: SignedInRequest, pk: int) -> HttpResponse:
    run = found(request, pk)
    if not failures.retry(Scope.of(run, request.POST), request.user):
        messages.warning(request, ALREADY)
    return redirect(back_to(request, run))


@requires(Right.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def ignore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask why, then ignore: without a reason nobody knows later what was meant."""
    run = found(request, pk)
    scope = Scope.of(run, request.POST if request.method == "POST" else request.GET)
    form = IgnoreForm(posted(request))
    if form.is_valid():
        count = failures.ignore(scope, request.user, form.cleaned_data["reason"])
        messages.success(request, f"{records(count)} genegeerd. U kunt dat later terugnemen.")
        return redirect(run)
    others = scope.others if scope.position else None
    context = {
        "run": run,
        "scope": scope,
        "form": form,
        "record": scope.record if scope.position else None,
        "loss": loss_of(scope.records, run),
        "others": others.count() if others is not None else 0,
        "others_loss": loss_of(others, run) if others is not None else None,
    }
    return render(request, "migration/run/ignore.html", context, status=status_of(form))


@requires(Right.RUN)
@require_POST
def heed(request: SignedInRequest, pk: int) -> HttpResponse:
    run = found(request, pk)
    count = failures.heed(Scope.of(run, request.POST), request.user)
    messages.success(request, f"{records(count)} niet meer genegeerd.")
    return redirect(run)


@requires(Right.RUN)
@require_POST
def repeat(request: SignedInRequest, pk: int) -> HttpResponse:
    """'Herhaal import': on to the last page of the wizard, with the kept file and the choices of this run.

    Where another upload of one's own waits there, it asks what is to become of that one.
    """
    run = found(request, pk)
    waiting = waiting_upload(request, run)
    if waiting and not request.POST.keys() & {"bewaar", "verwijder"}:
        return render(request, "migration/run/repeat.html", {"run": run, "upload": waiting})
    try:
        again = repeating.repeat(run, request.user)
    except FileNotFoundError:
        messages.warning(request, FILE_GONE)
        return redirect(run)
    if not again:
        messages.warning(request, ALREADY)
        return redirect(run)
    if waiting and "verwijder" in request.POST:
        runs.discard(waiting, request.user)
    Answers.again(again).keep(request.session)
    return redirect(FILE.url)


def waiting_upload(request: SignedInRequest, run: Run) -> Run | None:
    """Another upload with which this user stands at the last page of the wizard: its place would be taken."""
    draft = Answers.of(request.session).draft(request.user)
    waits = draft is not None and draft.state in Run.UNCONFIRMED and draft.file_digest != run.file_digest
    return draft if waits else None


@requires(Right.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: SignedInRequest, pk: int) -> HttpResponse:
    """What people call this migration: asked in a dialog or on a page; a second time changes nothing."""
    run = found(request, pk)
    form = RunNameForm(posted(request), initial={"name": run.name})
    if form.is_valid():
        if runs.rename(run, request.user, form.cleaned_data["name"]):
            messages.success(request, NAMED if run.name else UNNAMED)
        return redirect(run)
    page, part = "migration/run/rename.html", "migration/run/_rename.html"
    return page_or_part(request, page, part, run=run, form=form, status=status_of(form))


@requires(Right.MANAGE, why=NEEDS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what an undo would do, ask for a tick, and start it."""
    run = found(request, pk)
    if not run.can_be_undone:
        messages.warning(request, ALREADY)
        return redirect(run)
    form = UndoForm(posted(request))
    if form.is_valid():
        if not runs.undo(run, request.user):
            messages.warning(request, ALREADY)
        return redirect(run)
    foreseen = kind_of(run).foresee_undo(run)
    context = {"run": run, "form": form, "foreseen": foreseen}
    return render(request, "migration/run/undo.html", context, status=status_of(form))


@requires(Right.RUN)
@require_POST
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    run = found(request, pk)
    if not runs.resume(run, request.user):
        messages.warning(request, ALREADY)
    return redirect(run)
