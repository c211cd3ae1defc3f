"""Accounts: what allauth does for us, in our words and with our addresses."""

import logging
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.people.allauth_private import TriesByAddress

logger = logging.getLogger(__name__)

TOO_OFTEN: Final = "Te vaak geprobeerd. Wacht een kwartier en probeer het dan opnieuw."


class AccountAdapter(TriesByAddress):
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


def life_of_a_link() -> str:
    """'3 dagen': so long works what is sent by e-mail, an invitation as well as a link to a new password."""
    return f"{settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)} dagen"


def display_name(user: Any) -> str:
    return str(user)
