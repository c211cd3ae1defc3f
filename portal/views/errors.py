"""What someone sees when it goes wrong, in words that help."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseServerError
from django.shortcuts import render
from django.template import loader

log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault: the log gets what happened, the page the reference under which it stands there. No database."""
    reference = secrets.token_hex(4).upper()
    log.exception("Reference %s", reference)
    return HttpResponseServerError(loader.render_to_string("500.html", {"reference": reference}))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was left open too long, or that was not ours."""
    log.warning("CSRF check failed: %s", reason)
    return HttpResponseForbidden(render(request, "403_csrf.html").content)
