"""One field that finds records and migrations. A number goes by POST and is answered at once: never in an address."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from migration.findings import search
from migration.findings.search import Results
from migration.pages.tables import FoundTable
from portal.access import SignedInRequest
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
        return answer(request, search.by_number(sought, request.user), about="dit nummer")
    if holds_number(sought):  # a file's name, or that of a document: found by its words, and answered here
        return answer(request, search.by_words(sought, request.user), about="deze tekst")
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
