"""What views share: the page or the part of it that htmx swaps, forms, and files that are sent while they are made."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme

from portal.access import SignedInRequest

CSV: Final = "text/csv; charset=utf-8"
UNPROCESSABLE: Final = 422


class Gone(Http404):
    """Not here, or not any more: the page says this sentence."""


def page_or_part(request: SignedInRequest, page: str, part: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """The whole page, or only the part where htmx asks for it. Both are made of the same context."""
    wants_part = request.htmx and not request.htmx.boosted
    response = render(request, part if wants_part else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def page_before(request: HttpRequest) -> str:
    """The page of ours on which a form was sent, or the begin."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        return reverse("home")
    page = urlsplit(referrer)
    path = page.path.lstrip("/")  # of two a browser makes the name of another site
    return urlunsplit(("", "", f"/{path}", page.query, ""))


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form of a page was sent with; None where the page is only asked for."""
    return request.POST if request.method == "POST" else None


def status_of(form: BaseForm) -> int:
    """Of the page that shows this form: 422 where it was sent and something in it is wrong."""
    return UNPROCESSABLE if form.errors else 200


def streamed(content: Iterator[bytes], name: str, content_type: str) -> HttpResponseBase:
    """A file to download, part by part."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return StreamingHttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
