from django.apps import AppConfig


class SbaConfig(AppConfig):
    name = "sba"
    verbose_name = "SBA's"

    def ready(self) -> None:
        from migration import importers
        from portal import dossier
        from sba import integrity, panels  # noqa: F401  (it registers what it looks at)
        from sba.importer import SbaImporter

        importers.register(SbaImporter())
        dossier.register(panels.SBAS)
