"""The demo office: invented clients, and two finished runs that went the real road."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from django.db import transaction

from migration.acts import runs
from migration.road import pipeline
from migration.road.intake import Order, receive_path
from portal.clients.client_list import import_clients
from portal.clients.row import Row
from portal.environment.reading import env
from portal.models import Office, User
from sba import samples
from sba.models import Sba
from sba.samples import ClientRow

PASSWORD: Final = "welkom-in-de-demo"
PEOPLE: Final = (
    ("kantoor", "anna@kantoor.example", "Anna de Vries", User.Role.MANAGER),
    ("kantoor", "bram@kantoor.example", "Bram Bakker", User.Role.READER),
    ("ander", "carla@ander.example", "Carla Jansen", User.Role.MANAGER),
)
OFFICES: Final = {"kantoor": "Kantoor Voorbeeld", "ander": "Ander Kantoor"}


def password() -> str:
    """Of everybody in the demo: what DEMO_PASSWORD says, or the file that DEMO_PASSWORD_FILE names."""
    return env.str("DEMO_PASSWORD", default="") or PASSWORD


def load(folder: Path) -> tuple[Path, Path]:
    """Make the demo office where it is not there yet; gives the two exports that wait to be uploaded.

    What is there already is kept, so that a second start goes on with the same data.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sample, running = folder / "ECM-SBA-export-2026-11.zip", folder / "ECM-SBA-export-lopende-termijnen.zip"
    if not Office.objects.filter(slug="kantoor").exists():
        make_runs(folder, make_offices(sample, running))
    return sample, running


def make_offices(sample: Path, running: Path) -> User:
    """Offices, people and the clients of the exports; gives the user who uploads."""
    with transaction.atomic():
        offices = {slug: Office.objects.create(slug=slug, name=name) for slug, name in OFFICES.items()}
        for slug, email, name, role in PEOPLE:
            User.objects.create_user(email, password(), name=name, office=offices[slug], role=role)
    add_clients(offices["kantoor"], "C", samples.export(sample, 412, seed=3008, former=5, unknown=2, broken=1))
    add_clients(offices["kantoor"], "E", samples.export(running, 120, seed=5001, recent=12))
    add_clients(
        offices["ander"], "D", samples.export(sample.with_name("ECM-SBA-export-ander-kantoor.zip"), 40, seed=4000)
    )
    return User.objects.get(email=PEOPLE[0][1])


def make_runs(folder: Path, user: User) -> None:
    """Two exports of earlier years, imported as any other: one went well, one has failures of both kinds."""
    good, mixed = folder / "ECM-SBA-export-2025-09.zip", folder / "ECM-SBA-export-2026-03.zip"
    add_clients(user.office, "A", samples.export(good, 180, seed=1000))
    import_now(good, user, Sba.Status.CLOSED)
    add_clients(user.office, "B", samples.export(mixed, 260, seed=2001, former=5, unknown=3, broken=4, recent=9))
    import_now(mixed, user, Sba.Status.TO_ASSESS)


def add_clients(office: Office, prefix: str, clients: Sequence[ClientRow]) -> None:
    """Each export has people of its own; the prefix keeps their client numbers apart."""
    named = [replace(client, client_number=f"{prefix}{client.client_number}") for client in clients]
    import_clients(office, [Row(c.tax_id, c.name, c.kind, c.former == "yes", c.client_number) for c in named])


def import_now(path: Path, user: User, status: str) -> None:
    run = receive_path(path, Order("sba", status, confirmed=True, mails=False), user)
    pipeline.move(run.pk)
    run.refresh_from_db()
    if runs.confirm(run, user):  # the check paused: terms that still run
        pipeline.move(run.pk)
