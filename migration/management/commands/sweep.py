from django.core.management.base import BaseCommand

from migration.upkeep import sweeper


class Command(BaseCommand):
    help = "Look once for runs that nobody moves, and ring for them; workers do this themselves every 15 seconds."

    def handle(self, **options: object) -> None:
        self.stdout.write(f"{sweeper.sweep()} runs rung")
