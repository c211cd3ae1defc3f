"""The addresses of the product, and one that always fails."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import handler500
from portal.urls import urlpatterns as addresses

__all__ = ["handler500", "urlpatterns"]


@login_not_required
def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(f"this quotes {request.get_full_path()} of somebody")


urlpatterns = [*addresses, path("fout/", fail, name="fail")]
