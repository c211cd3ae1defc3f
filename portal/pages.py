"""One view serves the page and the part of it that htmx swaps."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from portal.access import SignedInRequest


def page_or_part(request: SignedInRequest, page: str, part: str, **context: Any) -> HttpResponse:
    """The whole page, or only the part where htmx asks for it. Both are made of the same context."""
    wants_part = request.htmx and not request.htmx.boosted
    response = render(request, part if wants_part else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
