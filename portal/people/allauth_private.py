"""What we use of allauth that it does not promise to keep. All of it stands here, and nothing else may reach for it.

A release of allauth that changes one of these fails `tests/portal/test_private_parts.py` by name; pyproject.toml keeps
the next major one out.
"""

import time
from dataclasses import dataclass
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.core.ratelimit import consume
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse

from portal.models import User


class TriesByAddress(DefaultAccountAdapter):
    """Tries are counted per address, whatever name or port the browser says it asks: one may say anything there."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return str(credentials.get("email", "")).lower()


class NamedAsTheProduct(DefaultMFAAdapter):
    """What an authenticator app calls us is not the host that the request named."""

    def _get_site_name(self) -> str:
        return settings.PRODUCT


def code_as_compared(code: str) -> str:
    """A code without the spaces and dashes that people type in it: so allauth compares it."""
    return str(normalize_user_code(code))


def is_within_limit(request: HttpRequest, limit: str, key: str) -> bool:
    """Count one more under this key; False where ACCOUNT_RATE_LIMITS allows no more."""
    return bool(consume(request, action=limit, key=key))


ACCOUNT: Final = "allauth.account"
USUAL: Final = "questions"
ALLOWED: Final = "questions_allowed"
TOLD: Final = "questions_told"
"""The limits of questions by number, as ACCOUNT_RATE_LIMITS calls them."""


@dataclass(frozen=True, slots=True)
class Use:
    """One more of what is limited: whether it was allowed, the how manieth it is in the longest period that counts,
    and when (in seconds since 1970) the next one is, where it was not."""

    is_allowed: bool
    count: int
    free_at: float


def use(request: HttpRequest, limit: str, key: str) -> Use:
    """Count one more under this key, whatever the method of the request; what is refused does not count."""
    allowed = bool(ratelimit.consume(request, app=ACCOUNT, action=limit, key=key, limit_get=True))
    used = [(rate, times_of(request, limit, rate, key)) for rate in rates_of(limit)]
    full = [times[-1] + rate.duration for rate, times in used if len(times) >= rate.amount]
    return Use(allowed, max(len(times) for _, times in used), max(full, default=time.time()))


def times_of(request: HttpRequest, limit: str, rate: ratelimit.Rate, key: str) -> list[float]:
    """When this was used within the period of the rate, the newest first."""
    kept = cache.get(ratelimit.get_cache_key(request, app=ACCOUNT, action=limit, rate=rate, key=key), [])
    return [at for at in kept if at > time.time() - rate.duration]


def rates_of(limit: str) -> list[ratelimit.Rate]:
    return list(ratelimit.get_rates(app=ACCOUNT, action=limit))


def password_path(user: User) -> str:
    """The path, good for once and for a few days, at which this user chooses a password."""
    token = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), token])
