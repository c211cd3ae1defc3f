"""What is done inside an installation, in a process of its own: python -m tests.upgrade.inside fill|look."""

import json
import sys
import tempfile
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.urls import reverse  # noqa: E402

from migration.models import Run  # noqa: E402
from migration.road import pipeline  # noqa: E402
from portal.models import Client, User  # noqa: E402
from sba import samples  # noqa: E402
from sba.models import Sba  # noqa: E402
from sba.samples import demo  # noqa: E402
from tests.walls.world import build  # noqa: E402

NEW = 30


def fill() -> None:
    """Two offices with everything, and uploads that wait for a worker; what the world only calls under way waits."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
    Run.objects.filter(state__in=Run.MOVING).update(state=Run.State.CHECKING, members=None)


def look() -> dict[str, int]:
    """The answer of every page that a manager of each office reaches: run, record, client and the lists."""
    call_command("collectstatic", "--noinput", verbosity=0)
    answers = {}
    for manager in User.objects.filter(role=User.Role.MANAGER):
        browser = Browser()
        browser.force_login(manager)
        answers |= {page: browser.get(page).status_code for page in pages_of(manager)}
    return answers


def pages_of(manager: User) -> list[str]:
    runs = Run.objects.visible_to(manager)
    records = [record for run in runs for record in run.records.all()]
    lists = [reverse(name) for name in ("clients", "migration:overview", "users", "audit", "security")]
    return [*lists, *(one.get_absolute_url() for one in [*Client.objects.visible_to(manager), *runs, *records])]


def go_on() -> dict[str, list[object]]:
    """What waited is checked, and an office of then imports an export of today: states, and SBA's before and after."""
    waiting = Run.objects.filter(state=Run.State.CHECKING)
    keys = list(waiting.values_list("pk", flat=True))
    for key in keys:
        pipeline.move(key)
    manager = User.objects.filter(role=User.Role.MANAGER).order_by("pk")[0]
    before = Sba.objects.visible_to(manager).count()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        demo.add_clients(manager.office, "U", samples.export(path, NEW, seed=990_000))
        demo.import_now(path, manager, Sba.Status.CLOSED)
    states = Run.objects.filter(pk__in=keys).values_list("state", flat=True)
    return {"waited": sorted(states), "held": [before, Sba.objects.visible_to(manager).count()]}


if __name__ == "__main__":
    print(json.dumps({"fill": fill, "look": look, "go_on": go_on}[sys.argv[1]]()))
