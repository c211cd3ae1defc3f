from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from migration.models import Chore
from migration.upkeep import purge


class Command(BaseCommand):
    help = "Remove what is past its term; a worker does this by itself every night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")

    def handle(self, *, dry_run: bool, **options: object) -> None:
        if dry_run:
            self.stdout.write(f"would be removed: {purge.in_words(purge.foreseen())}")
            return
        removed = purge.purge()
        Chore.done(Chore.PURGE)
        self.stdout.write(f"removed: {purge.in_words(removed.counts)}")
