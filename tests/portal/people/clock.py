"""Sets the stamps of a browser's session back, as time would."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client as Browser


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
