"""Is it still the same person? What outlives the moment asks for the password, a code or a passkey again.

Allauth asks and remembers the answer; for as long nobody is asked after signing in either. Allauth would also do by
itself what the question came between. Here one comes back to the page, filled in as it was, and presses once more:
who answers a question that stood on a screen need not be who brought it there.
"""

import time
from typing import Final

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.people.sessions import BEGAN

INTERRUPTED: Final = "portal.interrupted"
NOTHING_DONE: Final = (
    "Er is nog niets gewijzigd of verstuurd: u moest eerst bevestigen dat u het bent."
    " Controleer het en druk opnieuw op de knop."
)


def who_is_there(request: HttpRequest, page: str, *fields: str) -> HttpResponse | None:
    """The way to the question, and from there to `page`, which is told what stood in these fields; None: go on."""
    try:
        let_through(request)
    except ReauthenticationRequired:
        if request.method == "POST":
            typed = {name: request.POST[name] for name in fields if name in request.POST}
            request.session[INTERRUPTED] = {"page": page, "typed": typed}
        return redirect_to_login(page, reverse("account_reauthenticate"))
    return None


def signed_in_a_while_ago(request: HttpRequest) -> bool:
    began: float = request.session.get(BEGAN, 0)
    return time.time() - began >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


@reauthentication_required(enabled=signed_in_a_while_ago)  # type: ignore[untyped-decorator]
def let_through(request: HttpRequest) -> None:
    """Raises ReauthenticationRequired where allauth wants to ask."""


def interrupted(request: HttpRequest) -> dict[str, str]:
    """What was typed on this page before the question came, once; the page then says that nothing was done yet."""
    before = request.session.get(INTERRUPTED, {})
    if request.method != "GET" or before.get("page") != request.path:
        return {}
    del request.session[INTERRUPTED]
    messages.info(request, NOTHING_DONE)
    typed: dict[str, str] = before["typed"]
    return typed
