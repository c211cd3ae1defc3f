"""Who is not signed in: to the sign-in page, and from there back to what they were doing."""

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django_htmx.http import HttpResponseClientRefresh

from portal.pages import page_before
from portal.people import sessions


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Whoever is not signed in goes to the sign-in page; a part that htmx asks for makes the whole page go there."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if request.method not in ("GET", "HEAD"):
            sessions.put_aside(request)
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRefresh()
        if request.method not in ("GET", "HEAD"):  # the address of a verb is no page: back to where it was pressed
            return redirect_to_login(page_before(request), self.get_login_url(view_func))
        return super().handle_no_permission(request, view_func)
