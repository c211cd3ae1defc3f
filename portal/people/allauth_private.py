"""What we use of allauth that it does not promise to keep. All of it stands here, and nothing else may reach for it.

A release of allauth that changes one of these fails `tests/portal/test_private_parts.py` by name; pyproject.toml keeps
the next major one out.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.core.ratelimit import consume
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
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


def password_path(user: User) -> str:
    """The path, good for once and for a few days, at which this user chooses a password."""
    token = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), token])
