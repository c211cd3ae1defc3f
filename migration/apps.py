from django.apps import AppConfig


class MigrationConfig(AppConfig):
    name = "migration"

    def ready(self) -> None:
        from migration import audit_words, wizard, worker
        from migration.health import NoRunWaits, WorkerSweeps
        from migration.models import Run
        from migration.views import wizard as pages
        from portal import audit, health, menu, sessions
        from portal.celery import app

        app.set_default()
        worker.equip(app)
        health.register(WorkerSweeps, NoRunWaits)
        entry = menu.Entry("Migratie", "migration:overview", lambda user: Run.objects.visible_to(user).open_actions())
        menu.register(entry)
        audit.register(audit_words.MIGRATION)
        audit.register(audit_words.TAKEN_AWAY)
        sessions.keeps(wizard.KEY, pages.choose_too_late)
