from django.apps import AppConfig


class SbaConfig(AppConfig):
    name = "sba"
    verbose_name = "SBA's"

    def ready(self) -> None:
        from migration.kinds.registry import register
        from portal.clients import panels
        from sba.abilities import ABILITIES
        from sba.dossiers import integrity  # noqa: F401  (it registers what it looks at)
        from sba.importer import SbaImporter
        from sba.pages.panels import SBAS

        register(SbaImporter(), *ABILITIES)
        panels.register(SBAS)
