from django.apps import AppConfig


class MigrationConfig(AppConfig):
    name = "migration"

    def ready(self) -> None:
        from migration import worker
        from portal.celery import app

        app.set_default()
        worker.equip(app)
