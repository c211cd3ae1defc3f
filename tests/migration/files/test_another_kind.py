"""A kind of import that is no SBA reads ZIPs and XBRL by rules and in words of its own."""

from dataclasses import fields, replace
from io import BytesIO
from typing import Any

import pytest

from migration.files.xbrl.dialect import Dialect, XbrlProblems
from migration.files.xbrl.instance import Instance
from migration.files.xbrl.parsing import root_of
from migration.files.xbrl.taxonomy import fact_name
from migration.files.xbrl.values import day
from migration.files.zip.archive import Archive
from migration.files.zip.rules import Limits, ZipProblems, ZipRules
from migration.problems import Problem, Rejected
from tests.migration.files.builders import GOOD, attempt, raw, zip_of

LOCKED = raw(name=b"a.csv", flags=1, packed=b"?" * 40)
SMALL = Limits(members=3, member=5000)
CLIENT = raw(name=b"a.csv", content=b"klant")
WHOLE_FILES = {
    "not_a_zip": b"hallo",
    "damaged": GOOD[:500],
    "encrypted": zip_of(LOCKED),
    "too_large": zip_of(CLIENT, CLIENT, CLIENT, CLIENT),
    "nothing_of_ours": GOOD,
    "unsafe": zip_of(CLIENT, raw(before=b"?")),
}
MEMBERS = {
    "member_encrypted": LOCKED,
    "member_method": replace(CLIENT, method=14),
    "member_unsafe": replace(CLIENT, name=b"../a.csv"),
    "member_too_large": replace(CLIENT, content=bytes(5001)),
    "member_damaged": replace(CLIENT, crc=1),
}


def problems_of(kind: type, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Problems of a kind that nobody has, each with the name of its field as the code, and not in the catalogue."""
    monkeypatch.setattr("migration.problems.CATALOGUE", {})
    words = {"title": "", "cause": "", "remedy": (), "can_ignore": False, "ignore_why": "", "retry_helps": False}
    return kind(**{one.name: Problem(one.name, **words, retry_why="") for one in fields(kind)})


@pytest.fixture
def rules(monkeypatch) -> ZipRules:
    problems = problems_of(ZipProblems, monkeypatch)
    return ZipRules(problems=problems, suffixes=(".csv",), loose={b"nummer;": "het is een losse lijst"}, limits=SMALL)


def opened(content: bytes, rules: ZipRules) -> Archive:
    return Archive(BytesIO(content), rules)


def test_every_problem_of_a_zip_is_tried_here():
    assert {*WHOLE_FILES, *MEMBERS} == {one.name for one in fields(ZipProblems)}


@pytest.mark.parametrize(("code", "content"), WHOLE_FILES.items(), ids=WHOLE_FILES)
def test_a_whole_file_is_refused_in_the_words_of_its_kind(rules, code, content):
    _, rejected = attempt(lambda: opened(content, rules))
    assert rejected.problem.code == code


@pytest.mark.parametrize(("code", "member"), MEMBERS.items(), ids=MEMBERS)
def test_a_member_fails_in_the_words_of_its_kind(rules, code, member):
    one, _ = opened(zip_of(member, replace(CLIENT, name=b"b.csv")), rules).members()
    _, rejected = attempt(one.read)
    assert rejected.problem.code == code


def test_the_kind_says_which_members_may_be_its_own(rules):
    archive = opened(zip_of(CLIENT, raw(), raw(name=b"__MACOSX/._a.csv")), rules)
    assert [member.is_candidate for member in archive.members()] == [True, False, False]


def test_the_kind_says_what_a_loose_file_is(rules):
    _, rejected = attempt(lambda: opened(b"nummer;naam", rules))
    assert rejected.facts == {"detail": "het is een losse lijst"}


RETURN = """<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
    xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:link="http://www.xbrl.org/2003/linkbase"
    xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:x="http://voorbeeld.nl/"
    xmlns:bd-i="http://www.nltaxonomie.nl/nt14/bd/20191211/dictionary/bd-data">
  <link:schemaRef xlink:href="http://www.nltaxonomie.nl/nt14/bd/20191211/entrypoints/bd-rpt-ihz-aangifte-2019.xsd"/>
  {contexts}
  <xbrli:unit id="EUR"><xbrli:measure>iso4217:EUR</xbrli:measure></xbrli:unit>
  <bd-i:Surname contextRef="Declarant">Jansen</bd-i:Surname>
  <bd-i:Surname contextRef="Partner">De Vries</bd-i:Surname>
  <bd-i:Wages contextRef="Declarant" unitRef="EUR">5000</bd-i:Wages>
  <bd-i:CohabitationStart contextRef="Partner">2019-06-01</bd-i:CohabitationStart>
  <x:Reference contextRef="Declarant">1</x:Reference>
</xbrli:xbrl>"""
CONTEXT = """<xbrli:context id="{who}">
  <xbrli:entity><xbrli:identifier scheme="s">{number}</xbrli:identifier></xbrli:entity>
  <xbrli:period><xbrli:startDate>2019-01-01</xbrli:startDate><xbrli:endDate>2019-12-31</xbrli:endDate></xbrli:period>
  <xbrli:scenario><xbrldi:explicitMember dimension="a:PartyDimension">b:{who}</xbrldi:explicitMember></xbrli:scenario>
</xbrli:context>"""
COUPLE = CONTEXT.format(who="Declarant", number="12") + CONTEXT.format(who="Partner", number="24")
GOOD_RETURN = RETURN.format(contexts=COUPLE)


@pytest.fixture
def dialect(monkeypatch) -> Dialect:
    names = ("Surname", "Wages", "CohabitationStart", "Reference")
    return Dialect(
        names=names,
        labels={name: name.upper() for name in names},
        own_members=frozenset({("PartyDimension", "Declarant")}),
        fact_name=fact_name,
        tax_id=lambda scheme, identifier: identifier.zfill(9) if scheme == "s" else None,
        sign="CohabitationStart",
        problems=problems_of(XbrlProblems, monkeypatch),
    )


def instance(text: str, dialect: Dialect) -> Instance:
    """An instance that is about its first context."""
    found = Instance(root_of(text.encode(), dialect), dialect)
    found.be_about(found.contexts()[0])
    return found


def test_the_own_facts_are_the_declarants(dialect):
    message = instance(GOOD_RETURN, dialect)
    assert (message.own.tax_id, message.own.until) == ("000000012", "2019-12-31")
    assert message.text(("Surname",)) == "Jansen"
    assert message.whole_euros(("Wages",)) == 5000
    assert message.optional(("CohabitationStart",), day) is None
    assert message.hrefs[0].endswith("bd-rpt-ihz-aangifte-2019.xsd")
    assert message.foreign == {"Reference": "http://voorbeeld.nl/"}


def test_the_same_message_can_be_asked_about_the_partner(dialect):
    message = instance(GOOD_RETURN, dialect)
    assert message.text(("Surname",)) == "Jansen"
    message.be_about(message.contexts()[1])
    assert message.own.dimensions == {("PartyDimension", "Partner")}
    assert message.text(("Surname",)) == "De Vries"
    assert message.required(("CohabitationStart",), day).month == 6
    assert message.whole_euros(("Wages",)) is None


def test_the_own_party_can_be_found_by_the_facts_of_one_name(dialect):
    message = instance(GOOD_RETURN, dialect)
    message.choose_own(message.facts("CohabitationStart"), "CohabitationStart")
    assert message.own.tax_id == "000000024"
    message.choose_own(message.facts("Surname"), "Surname")  # one of them says nothing but "this message's own"
    assert message.own.tax_id == "000000012"


NOBODYS = RETURN.format(contexts=CONTEXT.format(who="Iemand", number="12"))  # its facts refer to contexts it lacks
OTHER_ENTITY = COUPLE.replace("Partner</", "Declarant</")


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("unreadable", lambda dialect: root_of(b"<!DOCTYPE a><a/>", dialect)),
        ("unreadable", lambda dialect: instance(RETURN.format(contexts=COUPLE * 2), dialect)),
        ("other_message", lambda dialect: root_of(b"<a/>", dialect)),
        ("other_form", lambda dialect: root_of(b"<a><CohabitationStart/></a>", dialect)),
        ("missing", lambda dialect: instance(GOOD_RETURN, dialect).required(("CohabitationStart",), day)),
        ("missing", lambda dialect: instance(NOBODYS, dialect).text(("Surname",))),
        ("illegible", lambda dialect: instance(GOOD_RETURN, dialect).whole_euros(("Surname",))),
        ("conflict", lambda dialect: about_two(dialect)),
    ],
)  # fmt: skip
def test_a_message_fails_in_the_words_of_its_kind(dialect, code, act):
    with pytest.raises(Rejected) as caught:
        act(dialect)
    assert caught.value.problem.code == code


def about_two(dialect: Dialect) -> None:
    message = instance(RETURN.format(contexts=OTHER_ENTITY), dialect)
    message.choose_own(message.facts("Surname"), "Surname")
