"""What the crash tests ask of a site, in a process of that site: python -m tests.crash.inside ACTION ARGUMENT…

Each action prints one JSON value as its last line.
"""

import json
import os
import re
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client as Browser  # noqa: E402
from django.urls import reverse  # noqa: E402

from migration.acts import failures  # noqa: E402
from migration.acts import runs as acts  # noqa: E402
from migration.models import (  # noqa: E402
    WRITABLE,
    Document,
    Outcome,
    Record,
    Run,
)
from migration.road import doorbell, pipeline  # noqa: E402
from migration.road.intake import Order, receive_path  # noqa: E402
from portal.models import AuditEvent, Client, Office, User  # noqa: E402
from sba.models import Sba  # noqa: E402
from tests.acting import some  # noqa: E402
from tests.crash.exports import CLIENTS, UNKNOWN  # noqa: E402

T = TypeVar("T")
ORDER = Order("sba", "te-beoordelen", confirmed=os.environ.get("CRASH_CONFIRMED") != "false")
# No verdict: that is a forecast, and of twins in a retry it depends on where a chunk ends.
ALMOST_ALL_OF_A_RECORD = (
    "position", "name", "size", "digest", "key", "tax_id", "tax", "year", "kind", "number", "dated_on", "until",
    "facts", "client__tax_id", "outcome", "failed", "expected", "problem_code", "problem_facts", "warnings",
    "replaced", "waits", "ignored", "superseded_by", "status",
)  # fmt: skip
ALMOST_ALL_OF_AN_SBA = (
    "key", "client__tax_id", "document__digest", "record__run_id", "record__position", "tax_id", "tax", "year", "kind",
    "number", "dated_on", "until", "amount", "balance", "facts", "status",
)  # fmt: skip
ALMOST_ALL_OF_A_RUN = (
    "state", "problem_code", "problem_facts", "cursor", "token", "suspect_until", "members", "others", "new",
    "overwritten", "unchanged", "failed", "expected", "unprocessed", "forecast_new", "forecast_overwritten",
    "forecast_unchanged", "open_terms", "breakdown", "ignored", "superseded", "undone", "undo_removed",
    "undo_restored", "undo_kept", "kept_open",
)  # fmt: skip
ONCE = ("received", "confirmed", "checked", "finished")


def found() -> int:
    """A database with an office, its manager and its clients."""
    call_command("migrate", verbosity=0)
    office = Office.objects.create(slug="kantoor", name="Kantoor")
    User.objects.create_user("anna@kantoor.example", name="Anna", office=office, role=User.Role.MANAGER)
    Client.objects.bulk_create(
        Client(office=office, tax_id=tax_id, name=f"Klant {number}", former=former)
        for number, (tax_id, former) in enumerate(CLIENTS.items())
    )
    return office.pk


def upload(*paths: str) -> dict[str, list[Any]]:
    """Upload files as the page does: store, commit, ring. The runs, and the seconds each took."""
    pairs = [timed(partial(receive_and_ring, Path(path))) for path in paths]
    return {"runs": [run for run, _ in pairs], "seconds": [seconds for _, seconds in pairs]}


def receive_and_ring(path: Path) -> int:
    run = receive_path(path, ORDER, User.objects.get())
    doorbell.ring_on_commit(run.pk)
    return run.pk


def ring_and_wait_for_a_line(run_id: str) -> list[float]:
    """Ring; when a line comes in (the broker went silent meanwhile), ring again. The seconds each took."""
    first = timed(lambda: doorbell.ring(int(run_id)))[1]
    print("rang", flush=True)
    sys.stdin.readline()
    return [first, timed(lambda: doorbell.ring(int(run_id)))[1]]


def timed(action: Callable[[], T]) -> tuple[T, float]:
    began = time.monotonic()
    return action(), time.monotonic() - began


def go(path: str) -> int:
    """The whole road in this process, undisturbed."""
    run = receive_path(Path(path), ORDER, User.objects.get())
    pipeline.move(run.pk)
    return run.pk


def act(verb: str, run_id: str, how: str) -> bool:
    """Set a run in motion again: a retry, once the unknown clients are known, or an undo. It rings; or go as well."""
    run, user = Run.objects.get(pk=run_id), User.objects.get()
    if verb == "retry":
        Client.objects.bulk_create(Client(office=run.office, tax_id=tax_id, name="Nieuw") for tax_id in UNKNOWN)
        began = failures.retry(some(run, run.records.failures()), user)
    else:
        began = acts.undo(run, user)
    if how == "go":
        pipeline.move(run.pk)
    return began


def confirm(run_id: str) -> bool:
    return acts.confirm(Run.objects.get(pk=run_id), User.objects.get())


def discard(run_id: str) -> bool:
    return acts.discard(Run.objects.get(pk=run_id))


def session() -> str:
    """The cookie of a browser in which the manager is signed in; and the files that its pages need."""
    call_command("collectstatic", interactive=False, verbosity=0)
    browser = Browser()
    browser.force_login(User.objects.get())
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def look(address: str, cookie: str) -> dict[str, Any]:
    """The page that this browser gets."""
    return answered(browser_with(cookie).get(address))


def choose(cookie: str) -> dict[str, Any]:
    """The wizard, as far as the page that asks for the file."""
    browser = browser_with(cookie)
    browser.post(reverse("migration:wizard_prepare"))
    choices = {"importer_slug": ORDER.importer_slug, "target": ORDER.target}
    return answered(browser.post(reverse("migration:wizard_options"), choices))


def send(path: str, cookie: str) -> dict[str, Any]:
    """The last 'Volgende', without JavaScript."""
    with open(path, "rb") as file:
        return answered(browser_with(cookie).post(reverse("migration:wizard_file"), {"file": file}))


def send_at_once(path: str, *cookies: str) -> list[int]:
    """The same of all these browsers at one moment, each in a thread of its own: the keys of the runs they lead to."""
    start = threading.Barrier(len(cookies))

    def one(cookie: str) -> int:
        start.wait()
        try:
            return led_to(browser_with(cookie).post(reverse("migration:wizard_file"), {"file": file_at(path)}))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(cookies)) as threads:
        return list(threads.map(one, cookies))


def led_to(response: Any) -> int:
    """Where one is sent, or the link beside the sentence."""
    links = re.findall(r"/instellingen/migratie/(\d+)/", response.get("Location") or response.content.decode())
    return int(links[0])


def file_at(path: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("export.zip", Path(path).read_bytes())


def browser_with(cookie: str) -> Browser:
    browser = Browser(raise_request_exception=False, HTTP_HOST="localhost")
    browser.cookies.load(cookie)
    return browser


def answered(response: Any) -> dict[str, Any]:
    return {"status": response.status_code, "text": response.content.decode()}


def tick(times: str) -> int:
    """Many short write transactions, as a busy web has them."""
    for number in range(int(times)):
        with transaction.atomic():  # it reads before it writes: so it would be refused, not made to wait
            user = User.objects.get()
            AuditEvent.objects.create(office=user.office, actor=user, action="test.tick", subject=str(number))
    return int(times)


def content(target: str) -> dict[str, list[str]]:
    """Everything that a run leaves behind, but for ids and times, to a file. Prints what is wrong with it in itself."""
    runs = list(Run.objects.order_by("pk"))
    order = {run.pk: number for number, run in enumerate(runs)}
    Path(target).write_text(json.dumps({
        "runs": [{name: getattr(run, name) for name in ALMOST_ALL_OF_A_RUN} for run in runs],
        "records": [[record_of(values, order) for values in records_of(run)] for run in runs],
        "sbas": sorted((sba_of(values, order) for values in Sba.objects.values(*ALMOST_ALL_OF_AN_SBA)), key=str),
        "documents": sorted(document_of(document) for document in Document.objects.iterator()),
    }, default=str))  # fmt: skip
    return {str(run.pk): faults_of(run) for run in runs if faults_of(run)}


def records_of(run: Run) -> list[dict[str, Any]]:
    return list(run.records.order_by("position").values(*ALMOST_ALL_OF_A_RECORD))


def record_of(values: dict[str, Any], order: dict[int, int]) -> dict[str, Any]:
    facts = {name: value for name, value in values["problem_facts"].items() if name != "reference"}
    superseded_by = order.get(values["superseded_by"])
    told = {"problem_facts": facts, "replaced": replaced_of(values["replaced"]), "superseded_by": superseded_by}
    return {**values, **told}


def replaced_of(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """The values an overwritten SBA had; an id becomes the position it points to."""
    if values is None:
        return None
    position = Record.objects.filter(pk=values["record_id"]).values_list("position", flat=True).first()
    client = Client.objects.filter(pk=values["client_id"]).values_list("tax_id", flat=True).first()
    return {**values, "record_id": position, "client_id": client}


def sba_of(values: dict[str, Any], order: dict[int, int]) -> dict[str, Any]:
    return {**values, "record__run_id": order.get(values["record__run_id"])}


def document_of(document: Document) -> tuple[str, int, bool]:
    content = zlib.decompress(bytes(document.body), wbits=-15)
    return (document.pk, document.size, document.pk == sha256(content).hexdigest() and len(content) == document.size)


def faults_of(run: Run) -> list[str]:
    """What must hold of every run that ended, however often it was killed."""
    positions = list(run.records.order_by("position").values_list("position", flat=True))
    counted = dict(run.records.values_list("outcome").annotate(Count("pk")))
    outcomes = {"new": run.new, "overwritten": run.overwritten, "unchanged": run.unchanged}
    outcomes |= {"failed": run.failed, "unprocessed": run.unprocessed, "other": run.others, "undone": run.undone}
    told = dict(run.log_lines.filter(event__in=ONCE).values_list("event").annotate(Count("pk")))
    holds = {
        "ended": run.state in (Run.State.FINISHED, Run.State.UNDONE) and not run.problem_code,
        "every position once": positions == list(range(1, (run.members or 0) + 1)),
        "counters are counted rows": counted == {name: count for name, count in outcomes.items() if count},
        "expected is counted": run.records.filter(expected=True).count() == run.expected,
        "superseded is counted": run.records.superseded().count() == run.superseded,
        "failed is failed": run.records.filter(failed=True).count() == run.failed,
        "sums up": run.sums_up and run.unprocessed == 0,
        "told once": told == dict.fromkeys(ONCE, 1),
        "in one dossier": dossiers_hold(run),
    }
    return [name for name, held in holds.items() if not held]


def dossiers_hold(run: Run) -> bool:
    """Every imported record stands in one SBA, of its client, with its content where no later run brought another."""
    brought = (Outcome.NEW, Outcome.OVERWRITTEN) if run.state == Run.State.UNDONE else WRITABLE
    imported = run.records.filter(outcome__in=brought).values_list("key", "client_id", "digest")
    later = Record.objects.filter(run__gt=run.pk, outcome=Outcome.OVERWRITTEN)
    overwritten = set(later.values_list("key", flat=True))
    stands = Counter(Sba.objects.values_list("key", "client_id", "document_id"))
    keys = Counter(key for key, _, _ in stands.elements())
    return all(
        keys[key] == 1 and (key in overwritten or stands[key, client, digest] == 1) for key, client, digest in imported
    )


if __name__ == "__main__":
    AS_A_USER = (session, look, choose, send, send_at_once, confirm, discard, act)
    ACTIONS = (found, upload, ring_and_wait_for_a_line, go, *AS_A_USER, tick, content)
    action = {action.__name__: action for action in ACTIONS}[sys.argv[1]]
    print(json.dumps(action(*sys.argv[2:])))
