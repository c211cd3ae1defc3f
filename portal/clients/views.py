"""The clients of one's own office. A BSN/FI is only ever searched for by POST: it does not belong in an address."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from portal.access import SignedInRequest
from portal.clients.forms import FindClientForm
from portal.clients.panels import panels_of
from portal.clients.questions import too_many
from portal.clients.tables import ClientTable
from portal.lists.search_field import searched, tells_number
from portal.lists.table import windowed
from portal.masking import holds_number
from portal.models import Client, ClientQuerySet
from portal.pages import page_or_part


@require_safe
def clients(request: SignedInRequest) -> HttpResponse:
    if tells_number(request.GET):
        return redirect("clients")
    sought = searched(request.GET)
    found = Client.objects.visible_to(request.user).named(sought)
    return list_of_clients(request, found, FindClientForm({"q": sought}), narrowed=bool(sought))


@require_http_methods(["GET", "HEAD", "POST"])
def find_clients(request: SignedInRequest) -> HttpResponse:
    """A number is looked up here and now; a name goes on to an address that can be kept and sent."""
    form = FindClientForm(request.POST)
    sought = form.cleaned_data["q"].strip() if form.is_valid() else ""
    if not holds_number(sought):
        return redirect(f"{reverse('clients')}?{urlencode({'q': sought})}" if sought else "clients")
    if refusal := too_many(request):
        return refusal
    found = Client.objects.visible_to(request.user).numbered(sought)
    if len(found) == 1:
        return redirect(found[0])
    return list_of_clients(request, found, FindClientForm(), narrowed=True, orderable=False)


@require_safe
def client(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    return render(request, "portal/clients/client.html", {"client": found, "panels": panels_of(found, request)})


def list_of_clients(
    request: SignedInRequest, found: ClientQuerySet, form: FindClientForm, *, narrowed: bool, orderable: bool = True
) -> HttpResponse:
    table = windowed(ClientTable(found.by_surname(), orderable=orderable), request)
    return page_or_part(
        request,
        "portal/clients/clients.html",
        "portal/clients/_clients.html",
        table=table,
        form=form,
        narrowed=narrowed,
    )
