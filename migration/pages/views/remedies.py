"""What helps where a record found no client, from the log of its record. Each starts with the record and its number."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from migration.acts import remedies
from migration.findings.likeness import without_numbers
from migration.findings.versions import dossiers
from migration.kinds.abilities import Dossiers
from migration.kinds.registry import ability_of
from migration.models import Record
from migration.pages.forms import LinkForm, NewClientForm
from migration.pages.views.acts import ALREADY
from migration.pages.views.causes import back_to
from portal.access import Right, SignedInRequest, requires
from portal.lists.search_field import searched
from portal.masking import holds_number, mask_within
from portal.models import Client, User
from portal.pages import posted, status_of

NOTED = "Genoteerd als voormalige klant. Latere imports weten dit ook."
TAKEN_BACK = "Niet meer genoteerd als voormalige klant."
CREATED = "De klant is aangemaakt. De records van deze klant worden opnieuw geprobeerd."
LINKED = "Het BSN/FI van de klant is gewijzigd. De records van deze klant worden opnieuw geprobeerd."
ACTIVE = "De klant is weer actief. De records van deze klant worden opnieuw geprobeerd."


@requires(Right.RUN)
@require_POST
def note_former(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    record = without_client(request, pk, position)
    if "terug" in request.POST:
        return done(request, record, remedies.forget_former, TAKEN_BACK)
    return done(request, record, remedies.note_former, NOTED)


@requires(Right.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def create_client(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    """'Maak klant aan': the number is known, the name is what the message says, and can be bettered."""
    record = without_client(request, pk, position)
    context = {"run": record.run, "record": record, "others": remedies.others_of_client(record).count()}
    if present := dossiers(record):
        return render(request, "migration/record/client_is_there.html", {**context, **there(present)})
    form = NewClientForm(posted(request), initial=proposed(record))
    if form.is_valid():
        return done(request, record, lambda one, by: remedies.create_client(one, by, **form.cleaned_data), CREATED)
    return render(request, "migration/record/new_client.html", {**context, "form": form}, status=status_of(form))


def there(present: Sequence[Client]) -> dict[str, Any]:
    """Who has the number meanwhile; a former client where there is no other."""
    active = [client for client in present if not client.former]
    return {"client": (active or present)[0], "active": len(active)}


@requires(Right.RUN)
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    """'Koppel aan bestaande klant': look for the client by name, choose, and say that the number was checked."""
    record = without_client(request, pk, position)
    if "q" in request.POST:
        return look_for(request, record, searched(request.POST))
    name = searched(request.GET) or without_numbers(record.name_in_message)
    candidates = [] if holds_number(name) else remedies.candidates(record, name)
    form = LinkForm(posted(request), candidates=candidates)
    if form.is_valid():
        chosen = form.cleaned_data["client"]
        return done(request, record, lambda one, by: remedies.link(one, by, chosen), LINKED)
    return link_page(request, record, form, name, candidates)


def look_for(request: SignedInRequest, record: Record, name: str) -> HttpResponse:
    """A name goes on to an address; a number finds nobody, and never comes to stand in one."""
    if holds_number(name):
        return link_page(request, record, LinkForm(candidates=[]), "", [])
    page = reverse("migration:link_client", args=[record.run_id, record.position])
    kept = {key: request.GET[key] for key in ("vanuit",) if key in request.GET}
    query = urlencode({**kept, **({"q": name} if name else {})})
    return redirect(f"{page}?{query}" if query else page)


def link_page(
    request: SignedInRequest, record: Record, form: LinkForm, name: str, candidates: list[Client]
) -> HttpResponse:
    context = {"run": record.run, "record": record, "form": form, "name": name, "candidates": candidates}
    context["others"] = remedies.others_of_client(record).count()
    return render(request, "migration/record/link_client.html", context, status=status_of(form))


@requires(Right.RUN)
@require_POST
def reactivate(request: SignedInRequest, pk: int, position: int) -> HttpResponse:
    record = without_client(request, pk, position)
    if not remedies.can_be_reactivated(record):
        messages.warning(request, ALREADY)
        return redirect(record)
    return done(request, record, remedies.reactivate, ACTIVE)


def without_client(request: SignedInRequest, pk: int, position: int) -> Record:
    visible = Record.objects.visible_to(request.user).select_related("run__office")
    unmatched = visible.filter(Q(client=None) | Q(expected=True), failed=True).exclude(tax_id="")
    record = get_object_or_404(unmatched, run_id=pk, position=position)
    if not ability_of(record.run, Dossiers):
        raise Http404
    return record


def done(request: SignedInRequest, record: Record, remedy: Callable[[Record, User], bool], what: str) -> HttpResponse:
    if remedy(record, request.user):
        messages.success(request, what)
    else:
        messages.warning(request, ALREADY)
    return redirect(back_to(request, record.run))


def proposed(record: Record) -> dict[str, str]:
    ability = ability_of(record.run, Dossiers)
    kind = ability.client_kind(record.tax) if ability else ""
    return {"name": mask_within(record.name_in_message), "kind": kind}
