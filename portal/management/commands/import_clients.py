"""manage.py import_clients FILE.csv --office SLUG: brings a list of clients into an office, all of it or nothing."""

import csv
import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.clients.client_list import BadList, import_clients, read_clients
from portal.models import Office


class Command(BaseCommand):
    help = "Imports clients from a UTF-8 CSV with the header tax_id,name,kind,former[,client_number]."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--office", required=True, metavar="SLUG")

    def handle(self, *args: Any, file: Path, office: str, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8-sig", newline="") as lines:
                tally = import_clients(Office.objects.get(slug=office), read_clients(lines))
        except Office.DoesNotExist:
            raise CommandError(f"There is no office '{office}'.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{file.name} is not UTF-8. Save it as 'CSV UTF-8'.") from None
        except csv.Error:
            raise CommandError(f"{file.name} cannot be read as a CSV file.") from None
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from None
        except BadList as error:
            raise CommandError(f"{error}\nNothing is imported.") from None
        self.stdout.write(json.dumps({"file": file.name, "office": office, **asdict(tally)}))
