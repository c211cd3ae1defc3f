from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portaal"

    def ready(self) -> None:
        from portal import checks, signals  # noqa: F401

        post_migrate.connect(signals.make_cache_table, sender=self)
        user_logged_in.connect(signals.note_sign_in)
