"""S8: a name is a name: never markup, a template, a formula, a second line of a log, or a header."""

import csv
import json
import logging
import re
import unicodedata
import zipfile
from io import BytesIO, StringIO
from typing import Any, Final

import pytest
from django.test import Client as Browser
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html

from migration.acts import runs as acts
from migration.tasks import move_run
from portal.lists.sheets import Column, csv_of
from portal.lists.xlsx import xlsx_of
from portal.running import logs
from tests.walls.addresses import all_addresses, ask, do, taken_back
from tests.walls.pages import Site
from tests.walls.world import World

FORMULA: Final = tuple("=+-@")
STARTS: Final = ["", " ", "\t", "\r\n", "\x00", "\ufeff", "\u200b", "\xa0", "\u2028", "\x1f", "\u202e"]
SIGNS: Final = [*FORMULA, "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫"]
texts = st.text(max_size=40)
formulas = st.builds(
    lambda start, sign, rest: f"{start}{sign}{rest}", st.sampled_from(STARTS), st.sampled_from(SIGNS), texts
)
cells = st.one_of(texts, formulas)
names = st.one_of(texts, st.text('abc"\\;=\r\n\t/.<>%é€', max_size=30))


# --- Sheets -----------------------------------------------------------------------------------------------------------


def seen(cell: str) -> str:
    """As a spreadsheet reads it that drops what cannot be seen and takes wide signs for plain ones."""
    plain = unicodedata.normalize("NFKC", cell)
    while plain and unicodedata.category(plain[0])[0] in "CZ":
        plain = plain[1:]
    return plain


@settings(deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=3))
@example([("\ufeff=1+1", "﹦1")])
def test_no_cell_of_a_csv_is_a_formula_or_another_cell(rows: list[tuple[str, str]]) -> None:
    columns = [Column("a", lambda row: row[0]), Column("b", lambda row: row[1])]
    content = b"".join(csv_of(columns, rows)).decode("utf-8-sig", errors="surrogatepass")
    read = list(csv.reader(StringIO(content, newline=""), delimiter=";"))[1:]
    assert [len(row) for row in read] == [2] * len(rows)
    assert not [cell for row in read for cell in row if seen(cell).startswith(FORMULA)]


@settings(max_examples=20, deadline=None)
@given(st.lists(cells, min_size=1, max_size=20))
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(values: list[str]) -> None:
    content = b"".join(xlsx_of("Blad", [Column("a", lambda text: text)], values))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert not [name for name in archive.namelist() if "hyperlink" in name or name.endswith("sheet1.xml.rels")]
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet


# --- Logs -------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(names | texts)
@example("klant\n2026-01-01 00:00:00 INFO portal: ingelogd")
@example('x", "level": "INFO", "message": "y')
@example("\x1b[2J\x1b[31m 900000016")
def test_nothing_that_is_logged_makes_a_line_of_its_own(name: str) -> None:
    record = logging.LogRecord("portal", logging.WARNING, "", 1, "Not Found: %s", (name,), None)
    line, as_json = logs.AsText().format(record), logs.AsJson().format(record)
    assert len(line.splitlines()) == len(as_json.splitlines()) == 1
    assert not [character for character in line + as_json if unicodedata.category(character) == "Cc"]
    assert set(json.loads(as_json)) == {"time", "level", "logger", "message"}
    assert "900000016" not in line + as_json


# --- Pages ------------------------------------------------------------------------------------------------------------


def markup_in(page: bytes) -> list[str]:
    """What of our hostile texts became part of the page itself."""
    found = [
        html.tostring(one).decode()[:100] for one in html.document_fromstring(page).xpath("//b-kwaad | //*[@kwaad]")
    ]
    raw = page.decode()
    return found + [sign for sign in ("<b-kwaad", "7778", "&amp;amp;lt;") if sign in raw]


@pytest.mark.django_db
def test_a_name_is_shown_as_it_is_written(site: Site, ours: Browser) -> None:
    """Names of people, offices, clients, files, keys; remarks and reasons: the world is full of hostile ones."""
    shown = 0
    for address in all_addresses():
        answers = [ask(ours, "get", url) for url in site.urls_of(address)]
        answers += [ask(ours, "get", site.urls_of(address)[0], **{"HX-Request": "true", "HX-Target": "records"})]
        answers += [ask(ours, form.method, form.url, form.filled()) for form in site.forms_of(address)]
        for answer in answers:
            if answer.get("Content-Type", "").startswith("text/html") and answer.whole.strip():
                assert not markup_in(answer.whole), address
                shown += b"&lt;b-kwaad" in answer.whole
    assert shown > 50


def test_markup_would_be_found() -> None:
    assert markup_in(b'<p title="a" kwaad="1">x</p>')
    assert markup_in(b"<p><b-kwaad>x</b-kwaad></p>")
    assert not markup_in(b"<p>&lt;b-kwaad kwaad=&quot;1&quot;&gt;</p>")


# --- Headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_name_of_a_download_is_ours_alone(site: Site, ours: Browser) -> None:
    """Letters, digits and a reference: nothing that a user or a ZIP wrote."""
    found = set()
    for address in all_addresses():
        answers = [ask(ours, "get", url) for url in site.urls_of(address)]
        answers += [ask(ours, form.method, form.url, form.filled()) for form in site.forms_of(address)]
        found |= {answer["Content-Disposition"] for answer in answers if "Content-Disposition" in answer}
    assert len(found) > 8
    assert not [one for one in found if not re.fullmatch(r'(attachment|inline); filename="[A-Za-z0-9._-]+"', one)]


@pytest.mark.django_db
def test_no_name_writes_a_header_of_a_mail(
    world: World, manager: Browser, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    hostile = "Naam\r\nBcc: kwaad@kwaad.example\r\n\r\n<b>"
    side, run = world.ours, world.ours.runs["received"]
    with taken_back(manager), django_capture_on_commit_callbacks(execute=True):
        type(side.office).objects.filter(pk=side.office.pk).update(name=hostile)
        type(side.manager).objects.filter(pk=side.manager.pk).update(name=hostile)
        type(run).objects.filter(pk=run.pk).update(file_name=hostile, remark=hostile, mails=True)
        acts.confirm(run, side.manager)
        move_run(run.pk)
        do(manager, "post", reverse("invite"), {"email": "nieuw@kantoor.example", "name": hostile, "role": "lezer"})
    assert len(mailoutbox) > 1
    for mail in mailoutbox:
        message = mail.message()
        assert set(message.keys()) & {"Bcc", "Cc"} == set()
        assert mail.recipients() in (["nieuw@kantoor.example"], [side.manager.email])
