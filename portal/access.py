"""Who may do what: the signed-in request, the three rights, and the answers that no cache may keep."""

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_htmx.http import HttpResponseClientRefresh
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


RIGHTS = {User.Role.READER: Right.VIEW, User.Role.OPERATOR: Right.RUN, User.Role.MANAGER: Right.MANAGE}


def may(user: User, right: Right) -> bool:
    return RIGHTS[User.Role(user.role)] >= right


def requires(
    right: Right,
) -> Callable[[Callable[Concatenate[SignedInRequest, P], R]], Callable[Concatenate[SignedInRequest, P], R]]:
    """Only users with this right reach the view; others get the page that says whom to ask (403)."""

    def decorate(view: Callable[Concatenate[SignedInRequest, P], R]) -> Callable[Concatenate[SignedInRequest, P], R]:
        @wraps(view)
        def guarded(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not may(request.user, right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Whoever is not signed in goes to the sign-in page; a part that htmx asks for makes the whole page go there."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRefresh()
        return super().handle_no_permission(request, view_func)


class PrivatePagesMiddleware:
    """No cache keeps a page of a signed-in user, not even the one behind the browser's back button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class AccountAdapter(DefaultAccountAdapter):
    """Offices are made by hand: nobody signs up by themselves. Says in our words what is wrong."""

    error_messages = {  # noqa: RUF012 (allauth has it as an instance variable)
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Het e-mailadres en het wachtwoord horen niet bij elkaar. Controleer ze allebei.",
        "too_many_login_attempts": "Te vaak geprobeerd. Wacht een kwartier en probeer het dan opnieuw.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def display_name(user: Any) -> str:
    return str(user)
