import os
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from sba.samples import demo


class Command(BaseCommand):
    help = "Prepare the demo office and start the portal; `make demo` calls this."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prepare-only", action="store_true", help="do not start the portal")

    def handle(self, *, prepare_only: bool, **options: object) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        sample, running = demo.load(settings.DATA_DIR / "voorbeeld")
        port = int(os.environ.get("PORT", "8000"))
        self.tell(f"http://localhost:{port}/", sample, running)
        if not prepare_only:
            call_command("serve", port=port)

    def tell(self, address: str, sample: Path, running: Path) -> None:
        password = os.environ.get("DEMO_PASSWORD") or demo.PASSWORD
        self.stdout.write(f"\nThe portal runs at {address} (Ctrl+C stops it)\n\nSign in as")
        for _, email, _, role in demo.PEOPLE:
            self.stdout.write(f"  {email:24} {role.label}")
        self.stdout.write(f"with the password {password}\n\nAn ECM export to upload: {sample}")
        self.stdout.write(f"One whose terms to object partly still run (try 'Afgehandeld'): {running}\n")
        self.stdout.flush()  # whoever starts it from a script reads this while it runs
