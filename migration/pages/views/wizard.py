"""The wizard: three pages, each with one question. The file may be checked before the last 'Volgende', or after it."""

import logging
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import retarget

from migration.acts import prior_checks, runs
from migration.findings.filters import FAILED, FAILING_TERMS, TERMS, Shown
from migration.kinds.abilities import Preparation
from migration.kinds.registry import KINDS, abilities
from migration.models import Run
from migration.pages import wizard
from migration.pages.forms import NewsForm, OptionsForm, UploadForm
from migration.pages.uploads import CappedUploadHandler
from migration.pages.views.runs import redirect_to_one
from migration.pages.wizard import FILE, OPTIONS, PAGES, PREPARE, Answers, first_unanswered
from migration.road import doorbell
from migration.road.intake import UnderWay, earlier_twin, receive, running_twin
from portal.access import Right, SignedInRequest, requires
from portal.pages import page_before, page_or_part, status_of
from portal.running.faults import where

logger = logging.getLogger(__name__)

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@requires(Right.RUN)
@page_methods
def prepare(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        Answers.of(request.session).keep(request.session, prepared=True)
        return redirect(OPTIONS.url)
    checks = prior_checks.lines_for(request.user)
    context = {
        "step": PREPARE,
        "steps": PAGES,
        "limit": settings.UPLOAD_MAX_MB,
        "preparations": abilities(Preparation),
        "limits": [limit for kind in KINDS.values() for limit in kind.accepts.limits.items()],
        "checks": checks,
        "all_checked": all(line.tick for line in checks),
        "may_run": True,
    }
    return render(request, "migration/wizard/prepare.html", context)


@requires(Right.RUN)
@page_methods
def options(request: SignedInRequest) -> HttpResponse:
    answers = Answers.of(request.session)
    if gap := first_unanswered(answers, before=OPTIONS):
        return redirect(gap.url)
    if request.method == "POST":
        return choose(request, answers)
    return options_page(request, answered(answers))


def answered(answers: Answers) -> OptionsForm:
    """The second page with what was answered before."""
    return OptionsForm(initial={name: value for name, value in asdict(answers).items() if value})


def choose(request: SignedInRequest, answers: Answers) -> HttpResponse:
    """Keep the choices; on the way back too, as far as they are right."""
    form = OptionsForm(request.POST)
    goes_on = form.is_valid()
    answers = answers.keep(request.session, **form.answers)
    if "back" in request.POST:
        return redirect(PREPARE.url)
    if not form.has_all_questions and not form.errors.keys() - {"target"}:
        return options_page(request, answered(answers))
    if not goes_on:
        return options_page(request, form)
    if draft := answers.draft(request.user):
        answers = settle_draft(request, answers, draft)
    return redirect(FILE.url)


def settle_draft(request: SignedInRequest, answers: Answers, draft: Run) -> Answers:
    """The file is here already: it follows the other choices, but as another kind it was never read."""
    if draft.importer_slug == answers.importer_slug:
        runs.reconsider(draft, **answers.choices)
        return answers
    runs.discard(draft, request.user)
    return answers.keep(request.session, run_id=0)


def choose_too_late(request: HttpRequest, kept: dict[str, Any]) -> bool:
    """The second page, sent when the session had ended: its choices are kept with the others (people/sessions.py).

    Nobody is signed in, and CSRF is checked later: only what our own page sent is read, and nothing but a small form.
    """
    answers = Answers.of(kept)
    is_small = request.content_type == "application/x-www-form-urlencoded"
    is_ours = request.path == OPTIONS.url == urlsplit(page_before(request)).path
    if not (is_ours and is_small and answers.prepared):
        return False
    form = OptionsForm(request.POST)
    form.is_valid()
    answers.keep(kept, **form.answers)
    return True


def options_page(request: SignedInRequest, form: OptionsForm) -> HttpResponse:
    context = {"step": OPTIONS, "steps": PAGES, "form": form}
    return render(request, "migration/wizard/options.html", context, status=status_of(form))


@csrf_exempt  # file_step checks it: that reads the body, which must go to our handler, and only from who may upload
@requires(Right.RUN)
@page_methods
def file(request: SignedInRequest) -> HttpResponse:
    request.upload_handlers = [CappedUploadHandler(request)]
    try:
        return file_step(request)
    except (OSError, OperationalError) as error:  # the disk is full, or away: that of the files, or of the database
        logger.error("An upload could not be stored: %s", where(error))
        form = upload_form(request, {})
        form.add_error("file", "Importeren kan nu niet: het bestand wordt niet bewaard. Probeer het later opnieuw.")
        return file_page(request, form)


@csrf_protect
def file_step(request: SignedInRequest) -> HttpResponse:
    answers = Answers.of(request.session)
    if gap := first_unanswered(answers, before=FILE):
        started = started_by_this(request)
        return redirect_to_one(request, started) if started else redirect(gap.url)
    if request.method == "POST":
        return receive_file(request, answers)
    return file_page(request, upload_form(request), answers.draft(request.user))


def upload_form(request: SignedInRequest, *sent: Any) -> UploadForm:
    """For the kind that was chosen; where the answers are gone, any kind has a word for a file that is not kept."""
    kind = Answers.of(request.session).kind or next(iter(KINDS.values()))
    return UploadForm(*sent, user=request.user, kind=kind)


def started_by_this(request: SignedInRequest) -> Run | None:
    """The run of the first of two clicks on 'Volgende': that one took the answers with it."""
    digest = getattr(request.FILES.get("file"), "digest", None)  # of our own upload handler
    return running_twin(request.user, digest, started_by=request.user) if digest else None


def receive_file(request: SignedInRequest, answers: Answers) -> HttpResponse:
    """With JavaScript the file comes first and 'Volgende' later; without it this is that 'Volgende'."""
    form = upload_form(request, request.POST, request.FILES)
    if not form.is_valid():
        return file_page(request, form)
    if earlier := answers.draft(request.user):
        runs.discard(earlier, request.user)
    upload = form.cleaned_data["file"]
    order = answers.order(not request.htmx, mails=form.cleaned_data["mails"], also_mails=form.others)
    try:
        run = receive(upload, upload.name, upload.digest, order, request.user)
    except UnderWay as under_way:
        if request.htmx:
            form.refuse_for(under_way.run)
            return file_page(request, form)
        wizard.forget(request.session)
        return redirect_to_one(request, under_way.run)
    doorbell.ring_on_commit(run.pk)
    if order.confirmed:
        wizard.forget(request.session)
        return redirect(run)
    answers.keep(request.session, run_id=run.pk)
    return file_page(request, form, run)


def file_page(request: SignedInRequest, form: UploadForm, draft: Run | None = None) -> HttpResponse:
    """The whole step; or only how far the check is, for the part that asks for it until the check is done."""
    context = {
        "step": FILE,
        "steps": PAGES,
        "form": form,
        "run": draft,
        "news": NewsForm(user=request.user, run=draft) if draft else form,
        "may_run": True,
        "limit": settings.UPLOAD_MAX_MB,
    }
    asks_for_progress = request.htmx and request.htmx.target == "check"
    if asks_for_progress and draft and draft.is_moving:
        return render(request, "migration/wizard/_check.html", context)
    if draft and draft.state == Run.State.READY:
        context |= attention(request, draft)
        if request.htmx and request.htmx.target == "attention":
            return render(request, "migration/wizard/_attention.html", context)
        context["twin"] = earlier_twin(draft)
    response = page_or_part(
        request, "migration/wizard/file.html", "migration/wizard/_file.html", status=status_of(form), **context
    )
    return retarget(response, "#file-step") if asks_for_progress else response


ASKED_FOR = (FAILED, TERMS, FAILING_TERMS)


def attention(request: SignedInRequest, draft: Run) -> dict[str, Any]:
    """What of it deserves a look, where this page is asked for that: a list of its own, which leads nowhere else."""
    if request.GET.get("toon") not in ASKED_FOR and "code" not in request.GET:
        return {}
    shown = Shown.of(draft, request.GET)
    window = shown.window(request.GET, ATTENTION_AT_ONCE)
    return {"shown": shown, "window": window, "count": shown.count(window)}


ATTENTION_AT_ONCE = 25


@requires(Right.RUN)
@require_POST
def cancel(request: SignedInRequest) -> HttpResponse:
    """Forget what was chosen, file and all; or the file alone, to choose another."""
    answers = Answers.of(request.session)
    if draft := answers.draft(request.user):
        runs.discard(draft, request.user)
    if "other" in request.POST:
        answers.keep(request.session, run_id=0)
        return redirect(FILE.url)
    wizard.forget(request.session)
    return redirect("migration:overview")
