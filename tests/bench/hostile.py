"""What hostile and odd files cost: each goes down the whole road, alone in a process; the slowest and largest are told.

Every file has to stay below 30 seconds and 200 MB of growth. Runs in a test database of its own beside the one that
DATABASE_URL names.
"""

from tests.bench.setting import own_database  # isort: skip  (first: it sets Django up)

import tempfile
from pathlib import Path

from django.db import connection, connections

from migration.road import pipeline
from migration.road.intake import Order, receive_path
from portal.models import Client, Office, User
from sba import samples
from tests.sba.hostile import CASES, Case
from tests.sba.hostile.measure import Cost, cost_of

SECONDS, MEGABYTES = 30, 200


def main() -> None:
    with own_database():
        user = an_office()
        costs = {case.name: cost_of_import(case, user.pk) for case in CASES.values()}
    report(costs)


def an_office() -> User:
    office = Office.objects.create(slug="bench", name="Bench")
    Client.objects.create(office=office, tax_id=samples.SOMEONE, name="Iemand")
    return User.objects.create_user("bench@kantoor.example", name="Bench", office=office, role=User.Role.MANAGER)


def cost_of_import(case: Case, user: int) -> Cost:
    connections.close_all()  # a process of its own needs a connection of its own
    return cost_of(case.build, lambda content: bring_in(content, user))


def bring_in(content: bytes, user: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        path.write_bytes(content)
        order = Order("sba", "te-beoordelen", confirmed=True, keeps_open=False, mails=False)
        run = receive_path(path, order, User.objects.get(pk=user))
        pipeline.move(run.pk)


def report(costs: dict[str, Cost]) -> None:
    print(f"hostile and odd files, {len(costs)} cases, {connection.vendor}")
    print(f"  the slowest (goal ≤ {SECONDS} s)")
    for name, cost in sorted(costs.items(), key=lambda pair: -pair[1].seconds)[:5]:
        print(f"    {cost.seconds:6.2f} s  {cost.megabytes:6.1f} MB  {name}")
    print(f"  the largest (goal < {MEGABYTES} MB of growth)")
    for name, cost in sorted(costs.items(), key=lambda pair: -pair[1].megabytes)[:5]:
        print(f"    {cost.seconds:6.2f} s  {cost.megabytes:6.1f} MB  {name}")
    attacks = [cost.seconds for name, cost in costs.items() if name.startswith(("XML", "fetch"))]
    print(f"  the slowest of {len(attacks)} attacks by XML: {max(attacks):.3f} s, import included")


if __name__ == "__main__":
    main()
