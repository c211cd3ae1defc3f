from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portaal"

    def ready(self) -> None:
        from portal.running import checks  # noqa: F401

        post_migrate.connect(make_cache_table, sender=self)
        listen()
        fill_menu()


def make_cache_table(using: str, verbosity: int, **kwargs: Any) -> None:
    """The sign-in limits count in the cache; where that is a table (the default), it must be there."""
    call_command("createcachetable", database=using, verbosity=verbosity)


def fill_menu() -> None:
    from portal import menu
    from portal.access import Right, may

    def manages(user: Any) -> bool:
        return may(user, Right.MANAGE)

    menu.register(menu.Item("Beveiliging", "security", place=10))
    menu.register(menu.Item("Gebruikers", "users", place=80, is_for=manages))
    menu.register(menu.Item("Logboek", "audit", place=90, is_for=manages))


def listen() -> None:
    from allauth.account.signals import password_changed, password_reset
    from allauth.mfa.signals import (
        authentication_failed,
        authenticator_added,
        authenticator_removed,
        authenticator_reset,
    )
    from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

    from portal.people import signals

    user_logged_in.connect(signals.note_sign_in)
    user_login_failed.connect(signals.note_failed_sign_in)
    user_logged_out.connect(signals.note_sign_out)
    authentication_failed.connect(signals.note_failed_code)
    password_changed.connect(signals.note_password_change)
    password_reset.connect(signals.note_password_reset)
    authenticator_added.connect(signals.note_added)
    authenticator_removed.connect(signals.note_removed)
    authenticator_reset.connect(signals.note_renewed)
