"""What someone sees when it goes wrong, in words that help."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseServerError
from django.shortcuts import render
from django.template import loader

from portal.pages import Gone
from portal.running import disk, faults

log = logging.getLogger(__name__)

SECONDS = 10
"""After which such a page may be asked for again."""


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault: the log gets what happened, the page the reference under which it stands there. No database."""
    reference = faults.reference().upper()
    log.exception("Reference %s", reference)
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return away(request, reference)
    return HttpResponseServerError(loader.render_to_string("500.html", {"reference": reference}))


def away(request: HttpRequest, reference: str) -> HttpResponse:
    """The database is away, or the disk is full: that passes. A page that was only read asks again by itself."""
    asks_again = request.method == "GET"
    context = {
        "is_full": disk.is_scarce(),
        "reference": reference,
        "seconds": SECONDS,
        "asks_again": asks_again,
        "address": request.get_full_path(),
    }
    headers = {"Retry-After": str(SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(loader.render_to_string("503.html", context), status=503, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What cannot be read is not read again: Django's own page looks for a token in it, and that fails once more."""
    return HttpResponse(loader.render_to_string("400.html"), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same for what never was here, is of another office, or is past its term."""
    sentence = str(exception) if isinstance(exception, Gone) else ""
    return render(request, "404.html", {"sentence": sentence}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was left open too long, or that was not ours."""
    log.warning("CSRF check failed: %s", reason)
    return HttpResponseForbidden(render(request, "403_csrf.html").content)
