"""manage.py check_integrity: is what stands here right in itself? Exit 0 where it is, 1 where it is not."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from migration.upkeep.integrity import damages
from portal.models import Office


class Command(BaseCommand):
    help = "Check runs, records, dossiers, documents and files against each other; nothing is changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--office", metavar="SLUG", help="only what is of this office")
        parser.add_argument("--json", action="store_true", help="a JSON object per damage")

    def handle(self, *, office: str | None, json: bool, **options: object) -> None:
        count = 0
        for count, damage in enumerate(damages(office_of(office)), start=1):  # noqa: B007 (the last is how many)
            self.stdout.write(as_json(damage.as_dict()) if json else str(damage))
        if not json:
            self.stdout.write(f"{count} damages" if count else "everything is right")
        if count:
            raise SystemExit(1)


def as_json(damage: dict[str, str]) -> str:
    return json.dumps(damage, ensure_ascii=False)


def office_of(slug: str | None) -> Office | None:
    try:
        return Office.objects.get(slug=slug) if slug else None
    except Office.DoesNotExist:
        raise CommandError(f"no office {slug}", returncode=2) from None
