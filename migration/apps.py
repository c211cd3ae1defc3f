from django.apps import AppConfig


class MigrationConfig(AppConfig):
    name = "migration"

    def ready(self) -> None:
        from migration import worker
        from migration.models import Run
        from portal import menu
        from portal.celery import app

        app.set_default()
        worker.equip(app)
        entry = menu.Entry("Migratie", "migration:overview", lambda user: Run.objects.visible_to(user).open_actions())
        menu.register(entry)
