import os
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from portal.environment.reading import env
from sba.samples import demo

QUIET = "ignore:You're running the worker with superuser privileges"
"""Python's own filter of warnings: who tries the demo as root, in a container, need not hear this from Celery."""


class Command(BaseCommand):
    help = "Prepare the demo office and start the portal; `make demo` calls this."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prepare-only", action="store_true", help="do not start the portal")

    def handle(self, *, prepare_only: bool, **options: object) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        sample, running = demo.load(settings.DATA_DIR / "voorbeeld")
        port = env.int("PORT", default=8000)
        self.tell(f"http://localhost:{port}/", sample, running)
        if not prepare_only:
            os.environ.setdefault("PYTHONWARNINGS", QUIET)
            call_command("serve", port=port)

    def tell(self, address: str, sample: Path, running: Path) -> None:
        """What runs, where, as whom, and what to try."""
        self.stdout.write(f"The migration portal with a demo office; Ctrl+C stops it.\n\n  {address}\n\nSign in as")
        for office, email, _, role in demo.PEOPLE:
            self.stdout.write(f"  {email:24} {role.label}, {demo.OFFICES[office]}")
        self.stdout.write(f"with the password {demo.password()}\n\nTo try: upload an ECM export")
        self.stdout.write(f"  {sample}\nand one whose terms to object partly still run, with the status 'Afgehandeld'")
        self.stdout.write(f"  {running}")
        self.stdout.flush()  # whoever starts it from a script reads this while it runs
