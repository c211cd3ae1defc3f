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

    Who comes back to it without a term (a reload, a fresh sign-in) begins anew at the overview.
    """
    term = searched(request.POST)
    named = search.by_reference(term, request.user)
    if named:
        return redirect(named)
    if search.is_number(term):
        return answer(request, search.by_number(term, request.user), about="dit nummer")
    if holds_number(term):  # a file's name, or that of a document: found by its words, and answered here
        return answer(request, search.by_words(term, request.user), about="deze tekst")
    return redirect(f"{reverse('migration:search')}?{urlencode({'q': term})}" if term else "migration:overview")


@require_safe
def results(request: SignedInRequest) -> HttpResponse:
    term = searched(request.GET)
    if not term or tells_number(request.GET):
        return redirect("migration:overview")
    return answer(request, search.by_words(term, request.user), about=term, term=term)


def answer(request: SignedInRequest, found: Results, about: str, term: str = "") -> HttpResponse:
    context = {"found": found, "about": about, "term": term, "table": FoundTable(found.records)}
    return render(request, "migration/search/search.html", context)
