"""'Kies dossier', 'Kies versie' and 'Toon verschillen', from the log of a record: a dialog, or a page of its own."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from migration.acts import choices
from migration.findings import versions
from migration.findings.questions import Question, has_newer, question_of
from migration.findings.versions import side_by_side
from migration.kinds.abilities import Comparable, Dossiers, Doubts
from migration.kinds.registry import ability_of
from migration.models import Record, Run
from migration.pages.forms import DossierForm, VersionForm
from migration.pages.views.acts import ALREADY
from migration.pages.views.causes import back_to
from migration.pages.views.runs import found_with_records
from migration.words.choices import about_dossier
from migration.words.numbers import counted
from migration.words.things import many
from portal.access import Right, SignedInRequest, requires
from portal.lists.keyset import number_in
from portal.models import Client
from portal.pages import page_or_part, posted, status_of

DOSSIER_CHOSEN = "Het dossier is gekozen. De import wordt opnieuw geprobeerd."
VERSION_CHOSEN = "De versie is gekozen. Zij wordt nu geïmporteerd."
LAST_CHOSEN = "{times} is de laatste versie gekozen. Wat is gekozen, wordt nu geïmporteerd."


@requires(Right.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def dossier(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    record = found(request, pk, position)
    if not waits_for(record, Question.DOSSIER):
        return too_late(request, record)
    dossiers = versions.dossiers(record)
    held = filled(record, dossiers)
    meanings = {one.pk: about_dossier(one, held.get(one.pk, 0), many(record.run)) for one in dossiers}
    others = versions.others_by_tax(record)
    comes_by_client = {"others": "vanuit" in request.GET}
    form = DossierForm(posted(request), dossiers=dossiers, meanings=meanings, others=others, initial=comes_by_client)
    if form.is_valid():
        chosen, with_others = form.cleaned_data["dossier"], form.cleaned_data.get("others", False)
        return done(request, record, choices.choose_dossier(record, request.user, chosen, with_others), DOSSIER_CHOSEN)
    former = [(one.name, meanings[one.pk]) for one in dossiers if one.former]
    return shown(
        request, record, "Kies dossier", "migration/record/_dossiers.html", status_of(form), form=form, former=former
    )


@requires(Right.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    record = found(request, pk, position)
    if not waits_for(record, Question.VERSION):
        return too_late(request, record)
    contents = versions.versions(record)
    form = VersionForm(posted(request), versions={one.position: (one.label, one.files) for one in contents})
    if form.is_valid():
        chosen = next(one.records[0] for one in contents if one.position == form.cleaned_data["version"])
        return done(request, record, choices.choose_version(chosen, request.user), VERSION_CHOSEN)
    comparison = side_by_side({one.label: one.told for one in contents})
    return shown(
        request,
        record,
        "Kies versie",
        "migration/record/_versions.html",
        status_of(form),
        form=form,
        comparison=comparison,
        about_versions=about_versions(record, len(contents)),
    )


@requires(Right.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def last_versions(request: SignedInRequest, pk: int) -> HttpResponse:
    """Of everything that stands in the upload in several versions the last one: say of how many, then do it."""
    run = found_with_records(request, pk)
    undecided = versions.count_undecided(run) if run.can_be_retried else versions.Undecided(0, 0, 0)
    if not undecided.things:
        messages.warning(request, ALREADY)
        return redirect(run)
    if request.method == "POST" and number_in(request.POST, "aantal") == undecided.things:
        chosen = choices.choose_last_versions(run, request.user)
        return answered(request, run, bool(chosen), LAST_CHOSEN.format(times=counted(chosen, "keer", "keer")))
    context = {"run": run, "undecided": undecided, "about_last": about_last(run), "is_other": request.method == "POST"}
    return render(request, "migration/run/last_versions.html", context)


@require_safe
def differences(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    """What stands in the dossier beside what this record brought; nothing is written."""
    record = found(request, pk, position)
    comparable = ability_of(record.run, Comparable)
    if not comparable or not has_newer(record):
        raise Http404
    (standing,), (told,) = comparable.told_standing([record]), comparable.told([record])
    comparison = side_by_side({"In het dossier": standing, "In deze migratie": told}) if standing else None
    return shown(request, record, "Verschillen", "migration/record/_differences.html", comparison=comparison)


# --- What they share -------------------------------------------------------------------------------------------------


def found(request: SignedInRequest, pk: int, position: int) -> Record:
    visible = Record.objects.visible_to(request.user).select_related("run__office", "client")
    return get_object_or_404(visible, run_id=pk, position=position)


def waits_for(record: Record, question: Question) -> bool:
    return record.failed and question_of(record) is question


def about_versions(record: Record, count: int) -> str:
    doubts = ability_of(record.run, Doubts)
    return doubts.about_versions.format(count=count) if doubts else ""


def filled(record: Record, clients: Sequence[Client]) -> Mapping[int, int]:
    """How much each of these has in its dossier."""
    dossiers = ability_of(record.run, Dossiers)
    return dossiers.filled([client.pk for client in clients]) if dossiers else {}


def too_late(request: SignedInRequest, record: Record) -> HttpResponse:
    """Somebody chose before; where nobody ever did, there is nothing to choose."""
    if not record.key or not record.run.choices.filter(key=record.key).exists():
        raise Http404
    messages.warning(request, ALREADY)
    return redirect(record)


def about_last(run: Run) -> str:
    doubts = ability_of(run, Doubts)
    return doubts.about_last if doubts else ""


def done(request: SignedInRequest, record: Record, started: bool, what: str) -> HttpResponse:
    return answered(request, record.run, started, what)


def answered(request: SignedInRequest, run: Run, started: bool, what: str) -> HttpResponse:
    if started:
        messages.success(request, what)
    else:
        messages.warning(request, ALREADY)
    return redirect(back_to(request, run))


def shown(
    request: SignedInRequest, record: Record, heading: str, body: str, status: int = 200, **context: object
) -> HttpResponse:
    page = {"run": record.run, "record": record, "heading": heading, "body": body, **context}
    return page_or_part(
        request, "migration/record/about_record.html", "migration/record/_about_record.html", status=status, **page
    )
