"""One view serves the page and the part of it that htmx swaps; and files that are sent while they are made."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header

from portal.access import SignedInRequest

CSV: Final = "text/csv; charset=utf-8"


class Gone(Http404):
    """Not here, or not any more: the page says this sentence."""


def page_or_part(request: SignedInRequest, page: str, part: str, **context: Any) -> HttpResponse:
    """The whole page, or only the part where htmx asks for it. Both are made of the same context."""
    wants_part = request.htmx and not request.htmx.boosted
    response = render(request, part if wants_part else page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def streamed(content: Iterator[bytes], name: str, content_type: str) -> HttpResponseBase:
    """A file to download, part by part."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return StreamingHttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
