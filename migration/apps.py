from django.apps import AppConfig


class MigrationConfig(AppConfig):
    name = "migration"

    def ready(self) -> None:
        from migration.audit_actions import MigrationAction
        from migration.models import Run
        from migration.pages import wizard
        from migration.pages.views import wizard as pages
        from migration.upkeep import worker
        from migration.upkeep.health import NoRunGaveUp, NoRunWaits, WorkerSweeps
        from portal import menu
        from portal.audit.words import register
        from portal.celery import app
        from portal.people import sessions
        from portal.running import health

        app.set_default()
        worker.equip(app)
        health.register(WorkerSweeps, NoRunWaits, NoRunGaveUp)
        item = menu.Item("Migratie", "migration:overview", lambda user: Run.objects.visible_to(user).open_actions())
        menu.register(item)
        menu.explain_at("migration:guide")
        register(MigrationAction)
        sessions.keeps(wizard.KEY, pages.choose_too_late)
