"""One field that finds records and migrations. A number goes by POST and is answered at once: never in an address."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from migration import problems
from migration.findings import search
from migration.findings.in_run import place_of
from migration.findings.search import Results
from migration.pages.tables import FoundTable
from migration.pages.views.runs import found_with_records
from portal.access import SignedInRequest
from portal.clients.questions import too_many
from portal.lists.search_field import searched, tells_number
from portal.masking import holds_number


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: SignedInRequest) -> HttpResponse:
    """Where a search begins: a reference leads straight there, a number is answered here, words get an address.

    Who comes back to it without words to seek (a reload, a fresh sign-in) begins anew at the overview.
    """
    sought = searched(request.POST)
    named = search.by_reference(sought, request.user)
    if named:
        return redirect(named)
    if search.is_number(sought):
        return too_many(request) or answer(request, search.by_number(sought, request.user), about="dit nummer")
    if holds_number(sought):
        return too_many(request) or answer(request, search.by_file_name(sought, request.user), about="dit bestand")
    return redirect(f"{reverse('migration:search')}?{urlencode({'q': sought})}" if sought else "migration:overview")


@require_safe
def results(request: SignedInRequest) -> HttpResponse:
    sought = searched(request.GET)
    if not sought or tells_number(request.GET):
        return redirect("migration:overview")
    return answer(request, search.by_words(sought, request.user), about=sought, sought=sought)


def answer(request: SignedInRequest, found: Results, about: str, sought: str = "") -> HttpResponse:
    context = {"found": found, "about": about, "sought": sought, "table": FoundTable(found)}
    return render(request, "migration/search/search.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def find_in_run(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same within one run. Words get an address; a number is told there by the position of its first record."""
    run = found_with_records(request, pk)
    sought = searched(request.POST)
    named = search.by_reference(sought, request.user)
    if named:
        return redirect(named)
    if not sought:
        return redirect(f"{run.get_absolute_url()}#records")
    asks_number = holds_number(sought)
    if asks_number and (refusal := too_many(request)):
        return refusal
    is_told = asks_number or problems.find(sought.upper())
    place = place_of(run, sought) if is_told else {"zoek": sought}
    if not place:
        messages.warning(request, NOT_HERE)
    return redirect(f"{run.get_absolute_url()}?{urlencode(place)}#records")


NOT_HERE = "Geen record gevonden in deze migratie. Controleer het nummer, of zoek op naam."
