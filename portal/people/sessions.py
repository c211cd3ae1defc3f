"""How long a session lasts: so many minutes without a sign of life, and so many hours at all.

Two stamps stand in the session, in seconds since 1970: when it began, and when its user last did something. The second
is written once a minute at most, and never for what a page asks by itself. Every page knows how long is left, and warns
before the end (static/js/idle.js); every answer to htmx tells it anew. When a session ends, what an upper app wants
to keep of it is put aside in the new, empty one, and comes back if the same user of the same office signs in there. A
form that is sent too late is put aside with it where an upper app takes it; else the sign-in page says that it is lost.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from portal.models import User

BEGAN: Final = "portal.began"
SEEN: Final = "portal.seen"
ENDED: Final = "portal_ended"  # a template reads it
ASIDE: Final = "portal.aside"
MINUTE: Final = 60
LEFT: Final = "Session-Left"
WARNED: Final = 2 * MINUTE
"""So long before the end a page warns; half of the time where that is shorter."""

LOST: Final = "lost"  # the same template

Stamps = SessionBase | dict[str, Any]

Taker = Callable[[HttpRequest, dict[str, Any]], bool]
"""Adds what a form brings to what is kept; False where the form is not its own."""

KEPT: Final[list[str]] = []
TAKERS: Final[list[Taker]] = []


def keeps(key: str, taker: Taker) -> None:
    """What stands under this key survives the end of a session, and a form that came too late is shown to `taker`.

    The upper apps say so when they are ready.
    """
    if key not in KEPT:
        KEPT.append(key)
        TAKERS.append(taker)


class SessionLimits:
    """Ends the session that lasted too long; in all others notes that its user is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and is_over(request.session, time.time()):
            end(request)
        response = self.get_response(request)
        if SESSION_KEY in request.session:
            if not asks_by_itself(request):  # after the view: an upload may take an hour
                touch(request.session, time.time())
            response.headers.setdefault(LEFT, left(request.session, time.time()))
        return response


def is_over(session: SessionBase, now: float) -> bool:
    began, seen = session.get(BEGAN, now), session.get(SEEN, now)
    idle, whole = limits()
    return bool(now - seen > idle or now - began > whole)


def limits() -> tuple[float, float]:
    """In seconds: without a sign of life, and at all."""
    return settings.SESSION_IDLE_MINUTES * MINUTE, settings.SESSION_MAX_HOURS * 60 * MINUTE


def left(session: Stamps, now: float) -> str:
    """Seconds until it ends if nobody does anything: '1800'; or '118 last', where nothing that one does helps."""
    idle, whole = limits()
    at_idle, at_last = session.get(SEEN, now) + idle - now, session.get(BEGAN, now) + whole - now
    return f"{max(0, int(min(at_idle, at_last)))}{' last' if at_last <= at_idle else ''}"


def left_for(request: HttpRequest) -> str:
    """The same for the page that is being made: that it is asked for is a sign of life, noted when it is done."""
    now, session = time.time(), request.session
    stamps: dict[str, Any] = {BEGAN: session.get(BEGAN, now), SEEN: session.get(SEEN, now)}
    if not asks_by_itself(request):
        touch(stamps, now)
    return left(stamps, now)


def warned_before() -> int:
    """Seconds before the end at which a page warns."""
    return int(min(WARNED, limits()[0] / 2))


def asks_by_itself(request: HttpRequest) -> bool:
    """Whether htmx asks here for an element that replaces itself (`hx-target="this"`), as a part that polls does.

    What a user presses always targets something else, or has no id of its own.
    """
    asked_for = request.headers.get("HX-Target")
    return bool(asked_for) and asked_for == request.headers.get("HX-Trigger")


def touch(session: Stamps, now: float) -> None:
    """A sign of life. Where a session is short, it is noted more often than once a minute."""
    session.setdefault(BEGAN, now)
    if now - session.get(SEEN, 0) >= min(MINUTE, limits()[0] / 10):
        session[SEEN] = now


def begin(session: SessionBase, user: User) -> None:
    """Signed in: the clock starts, and what this user had put aside is there again; another's is thrown away."""
    session[BEGAN] = session[SEEN] = time.time()
    session.pop(ENDED, None)
    aside: dict[str, Any] = session.pop(ASIDE, {})
    if aside.get("owner") == [user.pk, user.office_id]:
        session.update(aside["kept"])


def end(request: HttpRequest) -> None:
    """Nobody is signed in any more; the fresh session knows why, and keeps what was put aside."""
    old, user = request.session, request.user
    owner = [user.pk, user.office_id] if isinstance(user, User) else []  # nobody's, of whom was blocked meanwhile
    kept = {key: old[key] for key in KEPT if key in old}
    request.session.flush()
    request.session[ENDED] = True
    request.session[ASIDE] = {"owner": owner, "kept": kept}
    request.user = AnonymousUser()


def end_others(request: HttpRequest, user: User) -> None:
    """All sessions of this user but the one in which this was asked; that one gets a new key."""
    user.end_sessions()
    update_session_auth_hash(request, user)


def put_aside(request: HttpRequest) -> None:
    """A form that nobody signed in sent: where their session had ended it is kept, or known to be lost."""
    if ASIDE in request.session:
        aside: dict[str, Any] = request.session[ASIDE]
        is_kept = any(taken_by(request, aside["kept"]) for taken_by in TAKERS)
        request.session[ASIDE] = aside
        request.session[ENDED] = True if is_kept else LOST
