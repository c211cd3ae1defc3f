from django.apps import AppConfig


class SbaConfig(AppConfig):
    name = "sba"
    verbose_name = "SBA's"

    def ready(self) -> None:
        from migration import importers
        from sba.importer import SbaImporter

        importers.register(SbaImporter())
