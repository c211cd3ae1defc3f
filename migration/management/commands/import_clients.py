"""manage.py import_clients FILE.csv --office SLUG: brings a list of clients into an office, all of it or nothing."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from migration.files.csv.flaws import BadFile
from migration.kinds.clients import sentences
from migration.kinds.clients.client_list import NAMED, BadList, read_all
from portal.clients.client_list import import_clients
from portal.masking import mask_within
from portal.models import Office


class Command(BaseCommand):
    help = "Imports clients from a UTF-8 CSV with the header tax_id,name,kind,former[,client_number]."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--office", required=True, metavar="SLUG")

    def handle(self, *, file: Path, office: str, **options: Any) -> None:
        try:
            with file.open("rb") as stream:
                into = Office.objects.get(slug=office)
                listed = read_all(stream)
            tally = import_clients(into, [one.row for one in listed])
        except Office.DoesNotExist:
            raise CommandError(f"There is no office '{office}'.") from None
        except OSError as error:
            raise CommandError(f"{mask_within(str(file))} cannot be read: {error.strerror}.") from None
        except BadFile as error:
            raise CommandError(f"{sentences.of_file(error, mask_within(file.name))}\nNothing is imported.") from None
        except BadList as error:
            raise CommandError(f"{sentences.of_list(error)}\nNothing is imported.") from None
        self.stdout.write(json.dumps({"file": file.name, "office": office, **asdict(tally)}))
        if told := sentences.of_zeros(listed, NAMED):
            self.stderr.write(told, self.style.WARNING)
