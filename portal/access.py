"""Who may do what: the signed-in request, the three rights, and the answers that no cache may keep."""

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from portal.models import User

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class SignedInRequest(HttpRequest):
    """What a view gets: LoginRequiredMiddleware sends everybody else to the sign-in page."""

    user: User
    htmx: HtmxDetails


class Right(IntEnum):
    """What one may do with migrations, from least to most; each right includes the ones before it."""

    VIEW = 1  # Migratie bekijken
    RUN = 2  # Migratie uitvoeren: upload, retry, ignore
    MANAGE = 3  # Migratie beheren: undo, purge, reveal a BSN


RIGHTS: Final = {User.Role.READER: Right.VIEW, User.Role.OPERATOR: Right.RUN, User.Role.MANAGER: Right.MANAGE}
WHOM_TO_ASK: Final = {
    Right.RUN: "U kunt migraties bekijken, maar niet uploaden. Vraag uw beheerder om de rol Uitvoerder.",
    Right.MANAGE: "Dit kan alleen een Beheerder. Vraag uw beheerder om die rol.",
}


def may(user: User, right: Right) -> bool:
    return RIGHTS[User.Role(user.role)] >= right


def refused(right: Right, why: str = "") -> PermissionDenied:
    """What to raise where this right is missing: the page says `why`, or whom to ask."""
    return PermissionDenied(why or WHOM_TO_ASK[right])


def requires(
    right: Right,
    why: str = "",
) -> Callable[[Callable[Concatenate[SignedInRequest, P], R]], Callable[Concatenate[SignedInRequest, P], R]]:
    """Only users with this right reach the view; others get the page that says `why`, or whom to ask (403)."""

    def decorate(view: Callable[Concatenate[SignedInRequest, P], R]) -> Callable[Concatenate[SignedInRequest, P], R]:
        @wraps(view)
        def guarded(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not may(request.user, right):
                raise refused(right, why)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


class PrivatePagesMiddleware:
    """No cache keeps a page of a signed-in user, not even the one behind the browser's back button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
