"""Sets the stamps of a browser's session back, and those of what was asked, as time would."""

import time
from collections.abc import Callable

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core.internal.ratelimit import get_cache_key
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client as Browser

from portal.models import User
from portal.people.allauth_private import ACCOUNT, ALLOWED, TOLD, USUAL, rates_of


def ago(browser: Browser, **minutes: float) -> None:
    session = browser.session
    for name, number in minutes.items():
        session[f"portal.{name}"] = time.time() - number * 60
    session.save()


def an_hour_later(browser: Browser) -> Browser:
    """Signed in an hour ago, and confirmed that too long ago; somebody was there all the time."""
    ago(browser, began=60, seen=0)
    session = browser.session
    for record in session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
        record["at"] -= 3600
    session.save()
    return browser


def asked_ago(user: User, minutes: float) -> None:
    """Whatever this user asked by number, and that it was told, is so much longer ago."""
    for limit in (USUAL, ALLOWED, TOLD):
        keep(user, limit, lambda times: [at - minutes * 60 for at in times])


def asked_before(user: User, limit: str, count: int, minutes: float) -> None:
    """This user asked so often, so long ago."""
    keep(user, limit, lambda times: [*times, *[time.time() - minutes * 60] * count])


def keep(user: User, limit: str, changed: Callable[[list[float]], list[float]]) -> None:
    for rate in rates_of(limit):
        name = get_cache_key(HttpRequest(), app=ACCOUNT, action=limit, rate=rate, key=str(user.pk))
        cache.set(name, changed(cache.get(name, [])), rate.duration)
