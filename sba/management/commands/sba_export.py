"""manage.py sba_export: write an invented ECM export, for demos, tests and benchmarks."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sba import samples


class Command(BaseCommand):
    help = "Writes an ECM export with SBA's of invented people and companies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("zip", type=Path, metavar="OUT.zip")
        parser.add_argument(
            "--count", type=int, required=True, help="how many SBA's, former, unknown and broken ones included"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--clients-to", type=Path, metavar="FILE.csv", help="write the clients too")
        parser.add_argument("--former", type=int, default=0, help="so many of former clients")
        parser.add_argument("--unknown", type=int, default=0, help="so many of people who are no clients")
        parser.add_argument("--broken", type=int, default=0, help="so many that cannot be read")
        parser.add_argument("--recent", type=int, default=0, help="so many at most whose term to object still runs")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["zip"]
        chosen = {name: options[name] for name in ("count", "seed", "former", "unknown", "broken", "recent")}
        if min(chosen.values()) < 0:
            raise CommandError("A number is never negative.")
        try:
            clients = samples.export(target, **chosen)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["clients_to"]:
            samples.write_clients(options["clients_to"], clients)
        self.stdout.write(f"{target}: {chosen['count']} SBA's of {len(clients)} clients, {target.stat().st_size} bytes")
