"""Who may do what: the signed-in request, the three rights, and the answers that no cache may keep."""

import logging
from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from portal.models import User

logger = logging.getLogger(__name__)

TOO_OFTEN: Final = "Te vaak geprobeerd. Wacht een kwartier en probeer het dan opnieuw."

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
    why: str = "",
) -> Callable[[Callable[Concatenate[SignedInRequest, P], R]], Callable[Concatenate[SignedInRequest, P], R]]:
    """Only users with this right reach the view; others get the page that says `why`, or whom to ask (403)."""

    def decorate(view: Callable[Concatenate[SignedInRequest, P], R]) -> Callable[Concatenate[SignedInRequest, P], R]:
        @wraps(view)
        def guarded(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not may(request.user, right):
                raise PermissionDenied(why)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Whoever is not signed in goes to the sign-in page; a part that htmx asks for makes the whole page go there."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRefresh()
        if request.method not in ("GET", "HEAD"):  # the address of a verb is no page: back to where it was pressed
            return redirect_to_login(page_before(request), self.get_login_url(view_func))
        return super().handle_no_permission(request, view_func)


def page_before(request: HttpRequest) -> str:
    """The page of ours on which a form was sent, or the begin."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        return reverse("home")
    page = urlsplit(referrer)
    return urlunsplit(("", "", page.path or "/", page.query, ""))


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
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
        "incorrect_password": "Dit is niet uw wachtwoord.",
        "enter_current_password": "Dit is niet uw huidige wachtwoord.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries are counted per address, whatever name or port the browser says it asks: one may say anything there."""
        return str(credentials.get("email", "")).lower()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("security")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Of the portal as it is known outside, not of the host that the request named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return at_site(path.replace("UID-KEY", key))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Who asked hears nothing of a server that says no; its words may hold an address, so they stay out."""
        try:
            super().send_mail(template_prefix, email, {**context, "security_url": at_site(reverse("security"))})
        except Exception as error:
            logger.warning("An e-mail (%s) was not taken (%s)", template_prefix, type(error).__name__)


def at_site(path: str) -> str:
    """The whole address of a page, for an e-mail."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def display_name(user: Any) -> str:
    return str(user)
