"""S6 and S7: one walk through the whole product, and then: where did the BSN's go? Only where the tables here say."""

import base64
import csv
import logging
import pickle
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote_plus

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from migration.acts import runs as acts
from migration.models import Run
from migration.tasks import move_run
from portal.running import logs
from sba.samples import document
from tests.factories import ClientFactory, invented_tax_id
from tests.walls.addresses import Address, all_addresses, ask, do, sign_in, taken_back
from tests.walls.pages import Site, begin_wizard
from tests.walls.world import World

pytestmark = pytest.mark.django_db

MAY_TELL: Final = {
    "POST migration:record_reveal": "'Kopieer met BSN/FI': a manager asks for it, and it is written down",
    "POST migration:support_package reveals": "a manager ticked 'Met BSN/FI en namen', and it is written down",
    "GET migration:download_failed_files": "the documents themselves, to be uploaded again, and it is written down",
    "import_sba --records-to": "a file on the machine of whoever may run commands; the assessment number is asked for",
}
"""Answers that hold a BSN/FI on purpose, and why."""

MAY_HOLD: Final = {
    "portal.Client.tax_id": "the dossier",
    "portal.Client.name": "what people typed may hold anything; masked wherever it is shown",
    "portal.FormerNumber.tax_id": "the note itself",
    "migration.Record.tax_id": "to match, and to search for",
    "migration.Record.number": "the aanslagnummer as the document has it",
    "migration.Record.facts": "what the document says: its name may hold anything; masked wherever it is shown",
    "migration.Alias.tax_id": "to find the records of whom a document calls so",
    "migration.Record.name": "the name of the file in the ZIP; masked wherever it is shown",
    "migration.Run.file_name": "the name of the upload; masked wherever it is shown",
    "sba.Sba.tax_id": "the dossier",
    "sba.Sba.number": "the dossier: the aanslagnummer",
    "sba.Sba.facts": "the dossier: what the document says",
}
"""Columns that hold a BSN/FI on purpose, and why. Documents are deflated, and an upload is kept as it came."""


# --- What is looked for -----------------------------------------------------------------------------------------------


def shapes(number: str) -> Iterator[str]:
    """Every way in which a number may turn up: plain, as printed, in an address, as an integer, in base64."""
    parts = ((4, 6), (3, 6))
    printed = [f"{number[:a]}{mark}{number[a:b]}{mark}{number[b:]}" for a, b in parts for mark in (".", " ", "-")]
    yield number  # within an aanslagnummer and an omzetbelastingnummer too
    yield from printed
    yield from (quote(shape) for shape in printed)
    yield number[:8]  # within a betalingskenmerk
    if number.startswith("0"):
        yield number.lstrip("0")
    for shift in range(3):
        whole = base64.b64encode(b" " * shift + number.encode()).decode()
        yield whole[-(-4 * shift // 3) + 1 : -4].strip("=")[1:]


BETWEEN: Final = re.compile(r"""(?<=\d)(?:[^\w\n<>"'{}\[\]•]{1,3}|_{1,3})(?=\d)""")
"""Whatever may stand between two digits of one number; the quotes and brackets of HTML, JSON and CSV do not."""


def numbers_in(text: str, numbers: set[str]) -> set[str]:
    """Those that stand in it, in one of the shapes or in groups of any kind, also as an address spells them."""
    bare = BETWEEN.sub("", unquote_plus(text))
    return {number for number in numbers if number in bare or any(shape in text for shape in shapes(number))}


@pytest.mark.parametrize(
    "text",
    [
        "011234567", "0112.34.567", "011.234.567", "0112%2034%20567", "x011234567H9601", "NL011234567B01", "11234567",
        "0112 34567", "01_12_34_567", "011\u00a0234\u2009567", "0112–34–567", "0112 / 34567",
        "0112+34567", "01123%C2%A04567",
        base64.b64encode(b"x011234567y").decode(), base64.b64encode(b"xy011234567y").decode(), "9011234561",
    ],
)  # fmt: skip
def test_every_shape_would_be_found(text: str) -> None:
    assert numbers_in(text, {"011234567"})
    assert not numbers_in("•••••4567 MIG-2026-0042", {"011234567"})


def in_groups(number: str) -> str:
    """'1234 56782': as nothing prints it, and as people type it."""
    return f"{number[:4]} {number[4:]}"


def test_nothing_that_one_types_travels_in_an_address(site: Site) -> None:
    """A field that is sent by GET puts whatever is typed there, a number too, into logs and histories."""
    assert any(form.free for form in site.forms)
    assert not {form.url for form in site.forms if form.method == "get" and form.free}


# --- The walk ---------------------------------------------------------------------------------------------------------


class Kept(logging.Handler):
    """Every line of the log, as the product writes it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(params=["line", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[Kept]:
    """All that is logged, down to DEBUG, in each of the two formats."""
    handler, root = Kept(), logging.getLogger()
    before = root.level
    handler.setFormatter({"line": logs.AsText(), "json": logs.AsJson()}[request.param])
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(before)
    root.removeHandler(handler)


def export(numbers: dict[str, str]) -> SimpleUploadedFile:
    """A ZIP whose own name and members' names hold numbers, as those of an ECM may."""
    known, unknown, zero, named = (numbers[name] for name in ("known", "unknown", "fresh zero", "in a name"))
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in (
            (f"{known}.xbrl", document(tax_id=known, name=f"K. {named}", partner=numbers["partner of known"])),
            (f"{zero} ob.xbrl", document(tax_id=zero, tax="OB", kind="naheffing")),
            (
                f"{unknown[:4]}.{unknown[4:6]}.{unknown[6:]} ih.xbrl",
                document(tax_id=unknown, name=f"P. Pieters {named}"),
            ),
            (f"{in_groups(unknown)}.xbrl", document(tax_id=unknown, name=f"P. Pieters {in_groups(named)}", year=2018)),
            (f"kapot {known}.xbrl", f"<kapot {known}".encode()),
            (f"leesmij {known}.txt", known.encode()),
            (f"fout {known}.xbrl", document(tax_id=known).replace(known.encode(), b"123456789")),
        ):
            archive.writestr(name, body)
    return SimpleUploadedFile(f"export {known} {in_groups(unknown)}.zip", content.getvalue(), "application/zip")


def upload(browser: Browser, numbers: dict[str, str]) -> Run:
    """By the wizard, with a number in every field that one can type into."""
    begin_wizard(browser)
    choices = {"importer_slug": "sba", "target": "te-beoordelen", "remark": f"Zie {in_groups(numbers['known'])}"}
    browser.post(reverse("migration:wizard_options"), choices)
    browser.post(reverse("migration:wizard_file"), {"file": export(numbers), "mails": "on"})
    run = Run.objects.latest("pk")
    while run.is_moving or run.state == Run.State.READY:
        acts.confirm(run, run.started_by)
        move_run(run.pk)
        run.refresh_from_db()
    browser.post(
        reverse("migration:ignore", args=[run.pk]), {"reason": f"Van {in_groups(numbers['known'])}", "understood": "on"}
    )
    return run


def walk(world: World, site: Site, browser: Browser, run: Run, sought: list[str]) -> Iterator[tuple[str, str]]:
    """(what was asked, what came back): every page, part, download and form, and searches by number."""
    for address in all_addresses():
        for url in (*site.urls_of(address), *of_this_run(address, run)):
            yield f"GET {address}", shown(ask(browser, "get", url))
        for form in site.forms_of(address):
            what = f"{form.method.upper()} {address}{' reveals' if 'reveals' in form.filled() else ''}"
            yield what, shown(ask(browser, form.method, form.url, form.filled()))
            for name in form.free & {"q"}:  # what a search shows, and where it leads
                for term in sought:
                    answer = ask(browser, form.method, form.url, form.filled(**{name: term}))
                    yield f"a search at {address}", shown(answer)


def of_this_run(address: Address, run: Run) -> Iterator[str]:
    if address.name.startswith("migration:") and address.arguments == ("pk",):
        yield address.url({"pk": run.pk})
    if address.name.startswith("migration:") and address.arguments == ("pk", "position"):
        yield from (address.url({"pk": run.pk, "position": at}) for at in range(1, 8))


def terms(numbers: dict[str, str]) -> list[str]:
    """What is searched for: numbers, alone and beside a word, and the word of a name that holds one."""
    known, unknown = numbers["known"], numbers["unknown"]
    return [known, unknown, f"{unknown} 2019", f"Pieters {known}", f"Pieters {in_groups(known)}", "Pieters"]


def shown(answer: Any) -> str:
    """Headers and body; a number that is a key (a page asks for it) is none of anybody."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers}\n{answer.whole.decode(errors='replace')}"


def blunders(browser: Browser, number: str) -> Iterator[tuple[str, str]]:
    """A number where none belongs: in an address, a header, a form that is refused."""
    browser.raise_request_exception = False
    for url in (
        f"/klanten/{number}/",
        f"/instellingen/migratie/{number}/",
        f"/{number}/",
        f"/fout/?q={number}",
        f"/klanten/?q={in_groups(number)}",
        f"/instellingen/migratie/?x={number}",
        "/fout/",
    ):
        yield f"GET {url.replace(number, '…')}", shown(do(browser, "get", url))
    yield "POST to nowhere", shown(do(browser, "post", f"/klanten/{number}/", {"q": number}))
    yield "a strange host", shown(do(browser, "get", "/klanten/", host=f"{number}.example"))
    yield (
        "too many fields",
        shown(do(browser, "post", "/klanten/zoeken/", {f"{number}{n}": number for n in range(1001)})),
    )
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    yield (
        "no token",
        shown(do(strict, "post", "/klanten/zoeken/", {"q": number}, referer=f"http://testserver/?{number}")),
    )


def commands(world: World, folder: Path, numbers: dict[str, str]) -> Iterator[tuple[str, str]]:
    office, email = world.ours.office.slug, world.ours.manager.email
    path, records = folder / f"opdracht {numbers['known']}.zip", folder / "records.jsonl"
    path.write_bytes(export(numbers).read())
    said = StringIO()
    with redirect_stdout(said), suppress(SystemExit):
        call_command("import_sba", path, office=office, user=email, status="akkoord", records_to=records, stdout=said)
    yield "import_sba", said.getvalue().replace(path.name, "")
    yield "import_sba --records-to", records.read_text()
    clients = folder / "klanten.csv"
    with clients.open("w", newline="") as file:
        csv.writer(file).writerows(
            [["tax_id", "name", "kind", "former"], [numbers["known"], "K", numbers["unknown"], "no"]]
        )
    try:
        call_command("import_clients", clients, office=office, stdout=said)
    except CommandError as error:
        yield "import_clients", str(error)


def kept_by_itself() -> Iterator[tuple[str, str]]:
    """What lies about afterwards: messages to workers, names of files, sessions, the cache."""
    for path in Path(settings.DATA_DIR).rglob("*"):
        yield "a name on the disk", str(path.relative_to(settings.DATA_DIR))
        if "broker" in path.parts and path.is_file():
            message = path.read_text(errors="replace")
            yield "a message to a worker", message + decoded(message)
    for session in Session.objects.all():
        yield "a session", repr(session.get_decoded())
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM cache")
        for key, value in cursor.fetchall():
            yield "the cache", f"{key} {pickle.loads(base64.b64decode(value))!r}"


def decoded(message: str) -> str:
    body = message.partition('"body": "')[2].partition('"')[0]
    return base64.b64decode(body).decode(errors="replace")


def columns(numbers: set[str]) -> set[str]:
    """Every column in which one of them stands."""
    found = set()
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if field.get_internal_type() != "BinaryField"]
        if model is Session:
            continue
        for row in model._base_manager.values_list(*(field.attname for field in fields)):
            for field, value in zip(fields, row, strict=True):
                if isinstance(value, str | dict | list) and numbers_in(str(value), numbers):
                    found.add(f"{model._meta.label}.{field.name}")
    return found


# --- The test ---------------------------------------------------------------------------------------------------------


@pytest.mark.urls("tests.walls.failing")
def test_no_number_is_told_but_on_purpose(
    world: World,
    site: Site,
    log: Kept,
    tmp_path: Path,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    names = ("known", "unknown", "fresh zero", "partner of known", "typed", "in a name")
    fresh = {name: invented_tax_id(90_000 + at) for at, name in enumerate(names)}
    fresh["fresh zero"] = "010000008"
    numbers = {**world.ours.numbers, **fresh}
    for name in ("known", "fresh zero"):
        ClientFactory(office=world.ours.office, tax_id=numbers[name], name=f"Iemand {in_groups(numbers['in a name'])}")
    browser = Browser()
    sign_in(browser, world.ours.manager)
    with django_capture_on_commit_callbacks(execute=True):
        run = upload(browser, numbers)
    outputs = [*walk(world, site, browser, run, terms(numbers))]
    with taken_back(browser):
        outputs += [*blunders(browser, numbers["typed"])]
    outputs += [*commands(world, tmp_path, numbers), *kept_by_itself()]
    outputs += [("a mail", f"{mail.message().as_string()}\n{mail.subject}\n{mail.body}") for mail in mailoutbox]
    outputs += [("the log", line) for line in log.lines]
    wanted = {*world.ours.numbers.values(), *fresh.values()}
    told = {what: found for what, text in outputs if (found := numbers_in(text, wanted))}
    kinds = {what for what, _ in outputs}
    assert {"a mail", "a message to a worker", "a session", "the log", "import_sba", "import_clients"} <= kinds
    assert not {what: found for what, found in told.items() if what not in MAY_TELL}
    assert set(told) == set(MAY_TELL), "these tell no number any more: take them out of MAY_TELL"
    assert columns(wanted) == set(MAY_HOLD)
