"""manage.py sba_export: write an invented ECM export, for demos, tests and benchmarks."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sba import samples


class Command(BaseCommand):
    help = "Schrijft een ECM-export met SBA's van verzonnen personen en bedrijven."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("zip", type=Path, metavar="OUT.zip")
        parser.add_argument("--count", type=int, required=True, help="aantal SBA's, de drie hieronder meegeteld")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--clients-to", type=Path, metavar="FILE.csv", help="schrijf ook de klanten")
        parser.add_argument("--former", type=int, default=0, help="van voormalige klanten")
        parser.add_argument("--unknown", type=int, default=0, help="van mensen die geen klant zijn")
        parser.add_argument("--broken", type=int, default=0, help="die niet kunnen worden gelezen")
        parser.add_argument("--recent", type=int, default=0, help="waarvan de bezwaartermijn nog loopt, hoogstens")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["zip"]
        chosen = {name: options[name] for name in ("count", "seed", "former", "unknown", "broken", "recent")}
        if min(chosen.values()) < 0:
            raise CommandError("Een aantal is nooit negatief.")
        try:
            clients = samples.export(target, **chosen)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if options["clients_to"]:
            samples.write_clients(options["clients_to"], clients)
        self.stdout.write(
            f"{target}: {chosen['count']} SBA's van {len(clients)} klanten, {target.stat().st_size} bytes"
        )
