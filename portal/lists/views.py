"""'Rijen per pagina': a choice that is remembered."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.access import SignedInRequest
from portal.lists.page_size import resized, size_in


@require_POST
def page_size(request: SignedInRequest) -> HttpResponse:
    """Keep it with the user, and go back to the list; a number that nobody offered changes nothing."""
    size = size_in(request.POST) or request.user.page_size
    if size != request.user.page_size:
        request.user.page_size = size
        request.user.save(update_fields=["page_size"])
    return redirect(resized(request.POST.get("terug", ""), size))
