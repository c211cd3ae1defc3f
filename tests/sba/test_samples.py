"""The export is as asked, byte for byte the same per seed, and holds what the readers expect of a real one."""

import csv
import re
import zipfile
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from lxml import etree
from stdnum.nl import bsn

from migration.files.zip.archive import Archive
from migration.problems import Rejected
from sba import problems, samples
from sba.reading.export import EXPORT
from sba.reading.notice import read
from sba.samples import document, export

ASKED = {"former": 30, "unknown": 20, "broken": 24}


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """An export of 400 SBAs with its clients, and what reading each of them gives."""
    path = tmp_path_factory.mktemp("export") / "ecm.zip"
    clients = export(path, 400, seed=5, **ASKED)
    notices, failures, others = [], Counter(), []
    with path.open("rb") as file:
        for member in Archive(file, EXPORT).members():
            if not member.is_candidate:
                others.append(member.name)
                continue
            try:
                notices.append(read(member.read()))
            except Rejected as rejected:
                failures[rejected.problem] += 1
    return path, clients, notices, failures, others


def test_the_export_holds_what_was_asked(exported):
    _, clients, notices, failures, others = exported
    of = {client.tax_id: client.former for client in clients}
    told = Counter(of.get(notice.tax_id, "unknown") for notice in notices)
    assert told == {"no": 400 - sum(ASKED.values()), "yes": ASKED["former"], "unknown": ASKED["unknown"]}
    assert failures.total() == ASKED["broken"]
    assert sorted(others) == ["Leesmij.txt", "overzicht/Exportoverzicht.pdf", "overzicht/export.csv"]


def test_of_the_recent_ones_the_term_still_runs(tmp_path):
    export(tmp_path / "ecm.zip", 60, seed=6, recent=5)
    with (tmp_path / "ecm.zip").open("rb") as file:
        notices = [read(member.read()) for member in Archive(file, EXPORT).members() if member.is_candidate]
    late = [notice for notice in notices if notice.dated_on > date.today() - timedelta(weeks=4)]
    assert len(late) == 5
    assert all(notice.kind != "voorlopig" and notice.dated_on < date.today() for notice in late)


def test_each_way_to_be_broken_is_in_it(exported):
    failures = exported[3]
    assert set(failures) == {
        problems.XBRL_UNREADABLE, problems.FIELD_MISSING, problems.TAX_ID_INVALID, problems.FIELD_UNREADABLE,
        problems.NOT_AN_SBA, problems.MEMBER_ENCRYPTED,
    }  # fmt: skip


def test_no_sba_is_in_it_twice_and_none_has_a_warning(exported):
    notices = exported[2]
    keys = {(n.tax_id, n.tax, n.year, n.kind, n.assessment_number, n.dated_on) for n in notices}
    assert len(keys) == len(notices)
    assert {notice.warnings for notice in notices} == {()}


def test_all_taxes_kinds_and_eras_are_in_it(exported):
    notices = exported[2]
    assert {notice.tax for notice in notices} == set(samples.TAXES)
    kinds = {kind for kinds in samples.KINDS.values() for kind in kinds}
    assert {notice.kind for notice in notices} == kinds
    assert {notice.taxonomy for notice in notices} >= {"NT7", "NT8", "NT11", "NT12", "NT14", "NT19"}


def test_every_number_is_valid_and_not_issued(exported):
    _, clients, notices, _, _ = exported
    numbers = {client.tax_id for client in clients} | {notice.tax_id for notice in notices}
    assert all(bsn.is_valid(number) and number.startswith(("9", "89")) for number in numbers)
    assert len({client.tax_id for client in clients}) == len(clients)
    assert {client.kind for client in clients} == {"person", "company"}


def test_zipfile_reads_the_export_too(exported):
    with zipfile.ZipFile(exported[0]) as file:
        names = file.namelist()
        assert len(names) == 403
        plain = [info for info in file.infolist() if not info.flag_bits & 1]
        assert all(len(file.read(info)) == info.file_size for info in plain)
    assert any(re.search(r"\d{9}", name) for name in names)


@pytest.mark.parametrize(("first", "second", "is_same"), [(1, 1, True), (1, 2, False)])
def test_a_seed_gives_one_file(tmp_path, first, second, is_same):
    clients = [
        export(tmp_path / f"{place}.zip", 40, seed, **{"former": 5, "broken": 5})
        for place, seed in enumerate((first, second))
    ]
    assert ((tmp_path / "0.zip").read_bytes() == (tmp_path / "1.zip").read_bytes()) == is_same
    assert (clients[0] == clients[1]) == is_same


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9])
def test_any_count_is_exact(tmp_path, count):
    export(tmp_path / "x.zip", count, former=count)
    with zipfile.ZipFile(tmp_path / "x.zip") as file:
        assert sum(name.endswith((".xbrl", ".xml")) for name in file.namelist()) == count


def test_more_failures_than_sbas_cannot_be_asked(tmp_path):
    with pytest.raises(ValueError, match="more than count"):
        export(tmp_path / "x.zip", 10, former=5, unknown=5, broken=1)


@pytest.mark.parametrize("taxonomy", range(7, 22))
@pytest.mark.parametrize("tax", samples.TAXES)
def test_a_document_looks_like_a_real_one(tax, taxonomy):
    root = etree.fromstring(document(tax=tax, taxonomy=taxonomy, kind=samples.KINDS[tax][0]))
    spaces = {
        "x": "http://www.xbrl.org/2003/instance",
        "l": "http://www.xbrl.org/2003/linkbase",
        "d": "http://xbrl.org/2006/xbrldi",
    }
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "nl"
    assert root.xpath("boolean(/*/comment())")
    assert len(root.findall("l:schemaRef", spaces)) == 1
    contexts = {context.get("id") for context in root.iterfind("x:context", spaces)}
    assert {fact.get("contextRef") for fact in root.xpath("//*[@contextRef]")} <= contexts
    assert root.xpath("boolean(//*[local-name() = 'TaxData'])") == (taxonomy < 20)
    assert (root.find(".//d:typedMember", spaces) is not None) == (taxonomy >= 20)
    assert all(fact.text for fact in root.xpath("//*[@contextRef]"))


def test_the_namespaces_are_those_of_the_era():
    assert b'"http://www.nltaxonomie.nl/7.0/basis/bd/items/bd-aanslag"' in document(taxonomy=7)
    assert b'"http://www.nltaxonomie.nl/nt11/bd/20161207/dictionary/bd-aanslag"' in document(taxonomy=11)
    assert b'"http://www.nltaxonomie.nl/nt12/bd/20171213/dictionary/bd-data"' in document(taxonomy=12)


@pytest.mark.parametrize(
    ("tax", "taxonomy", "folder", "file"),
    [
        ("IB", 7, "7.0/report/bd", "rpt-bd-ih-sba-2012"),
        ("IB", 14, "nt14/bd/20200219", "bd-rpt-ih-sba-2019"),
        ("ZVW", 14, "nt14/bd/20200219", "bd-rpt-zvw-sba-2019"),
        ("VPB", 14, "nt14/bd/20191211", "bd-rpt-vpb-sba-2020"),
        ("IB", 15, "nt15/bd/20210217", "bd-rpt-ih-sba-2020"),
        ("ZVW", 15, "nt15/bd/20210217", "bd-rpt-zvw-sba-2020"),
        ("VPB", 15, "nt15/bd/20201209", "bd-rpt-vpb-sba-2021"),
        ("VPB", 16, "nt16/bd/20211208.b", "bd-rpt-vpb-sba-2022"),
        ("VPB", 20, "nt20/bd/20251210", "bd-rpt-vpb-sba-2026"),
    ],
)
def test_the_entrypoints_are_the_published_ones(tax, taxonomy, folder, file):
    assert samples.entrypoint(tax, taxonomy) == f"http://www.nltaxonomie.nl/{folder}/entrypoints/{file}.xsd"


@pytest.mark.parametrize(("tax", "taxonomy", "release"), [("IB", 14, 20191211), ("ZVW", 15, 20201209)])
def test_what_an_entrypoint_in_an_extension_is_made_of_stands_in_the_taxonomy(tax, taxonomy, release):
    assert f"/bd/{release}/dictionary/bd-data" in document(tax=tax, taxonomy=taxonomy).decode()


def test_the_command_writes_zip_and_clients(tmp_path, capsys):
    target, clients = tmp_path / "ecm.zip", tmp_path / "clients.csv"
    call_command(
        "sba_export", str(target), "--count=30", "--seed=3", f"--clients-to={clients}", "--former=8", "--unknown=2"
    )
    with clients.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["tax_id", "name", "kind", "former", "client_number"]
    assert {row["former"] for row in rows} == {"yes", "no"}
    assert capsys.readouterr().out.count("\n") == 1
    with target.open("rb") as file:
        assert Archive(file, EXPORT).count == 33


@pytest.mark.parametrize("wrong", [["--count=-1"], ["--count=5", "--former=6"]])
def test_the_command_refuses_what_cannot_be(tmp_path, wrong):
    with pytest.raises(CommandError):
        call_command("sba_export", str(tmp_path / "ecm.zip"), *wrong)
