from django.apps import AppConfig


class SbaConfig(AppConfig):
    name = "sba"
    verbose_name = "SBA's"

    def ready(self) -> None:
        from migration.kinds.protocol import register
        from portal.clients import panels
        from sba.dossiers import integrity  # noqa: F401  (it registers what it looks at)
        from sba.importer import SbaImporter
        from sba.pages.panels import SBAS

        register(SbaImporter())
        panels.register(SBAS)
