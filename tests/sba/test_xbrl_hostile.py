"""Hostile XML: no DTD, no entity, nothing is fetched, and everything stays in proportion."""

import re
import socket

import pytest

from sba import problems
from sba.reading.notice import read
from sba.samples import SOMEONE, document
from tests.sba.messages import added, changed, failure

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
EXTERNAL = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
DOCTYPES = [LAUGHS, EXTERNAL, FILE, "<!DOCTYPE x>", '<!DOCTYPE x [<!ENTITY a "' + "x" * 100_000 + '">]>']


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE"])
def test_a_doctype_is_refused_in_every_encoding(doctype, encoding):
    text = (
        document()
        .decode()
        .replace('encoding="UTF-8"?>', f'encoding="{encoding}"?>{doctype}')
        .replace(">4321<", ">&a;<")
    )
    problem, facts = failure(text.encode(encoding))
    assert problem is problems.XBRL_UNREADABLE
    assert "DOCTYPE" in facts["detail"]


@pytest.mark.parametrize("encoding", ["UTF-32", "UTF-7", "IBM037", "UTF-16"])
def test_a_doctype_in_an_exotic_encoding_is_refused_too(encoding):
    text = document().decode().replace('encoding="UTF-8"?>', f'encoding="{encoding}"?><!DOCTYPE xbrl>')
    assert failure(text.encode(encoding))[0] is problems.XBRL_UNREADABLE


@pytest.mark.parametrize("encoding", ["cp037", "utf-32"])
def test_a_doctype_is_refused_in_an_encoding_that_is_not_the_declared_one(encoding):
    text = document().decode().replace('encoding="UTF-8"?>', 'encoding="UTF-8"?><!DOCTYPE xbrl>')
    assert failure(text.encode(encoding))[0] is problems.XBRL_UNREADABLE


@pytest.mark.parametrize("encoding", ["UTF-32", "KOI8-R", "x-onzin"])
def test_an_encoding_nobody_uses_is_unreadable(encoding):
    content = document().replace(b"UTF-8", encoding.encode())
    assert (
        failure(content if encoding != "UTF-32" else content.decode().encode("utf-32"))[0] is problems.XBRL_UNREADABLE
    )


@pytest.fixture
def server():
    """A server on this machine to which nobody may have come at the end of the test."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.mark.parametrize(
    "extra",
    [
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{}/x" parse="text"/>',
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
        '<link:linkbaseRef xlink:type="simple" xlink:href="{}/x.xml"/>',
        '<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a {}/x.xsd"/>',
    ],
)
def test_nothing_is_fetched(extra, server):
    assert read(added(extra.format(server))) == read(document())


def test_a_stylesheet_and_the_entrypoint_are_never_fetched(server):
    content = changed("http://www.nltaxonomie.nl/nt14/bd/20200219/entrypoints/", f"{server}/")
    content = changed(
        "<xbrli:xbrl ", f'<?xml-stylesheet href="{server}/x.xsl" type="text/xsl"?>\n<xbrli:xbrl ', content
    )
    assert read(content) == read(document())


@pytest.mark.parametrize("doctype", ['<!DOCTYPE x SYSTEM "{}/x.dtd">', '<!DOCTYPE x [<!ENTITY % a SYSTEM "{}/a">%a;]>'])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "IBM037"])
def test_no_dtd_or_entity_is_fetched(doctype, encoding, server):
    text = document().decode().replace('encoding="UTF-8"?>', f'encoding="{encoding}"?>{doctype.format(server)}')
    assert failure(text.encode(encoding))[0] is problems.XBRL_UNREADABLE


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"\xff\xfe", b"<", b"hallo", b"<?xml", document()[:500], document()[:-5], document() + b"<a/>",
     document() + b"\0", b"\n" + document(), document().replace(b"4321", b"4\x003"),
     document().replace(b"4321", b"&a;"), document().replace(b"A.B.", b"\xff\xfe"),
     document().replace(b"bd-i:FiscalYear", b"zonder:FiscalYear")],
)  # fmt: skip
def test_what_is_no_xml_is_unreadable_and_says_where(content):
    problem, facts = failure(content)
    assert problem is problems.XBRL_UNREADABLE
    assert re.search(r"regel \d+, positie \d+", facts["detail"])


def test_what_the_document_says_is_not_repeated_in_a_parsers_message():
    assert SOMEONE not in str(failure(changed("</bd-i:FiscalYear>", f"</{SOMEONE}>")))


@pytest.mark.parametrize(
    "extra",
    [
        "<a>" * 100_000 + "</a>" * 100_000,
        "<a>" + "x" * 11_000_000 + "</a>",
        f'<a b="{"x" * 11_000_000}"/>',
    ],
    ids=["depth", "text", "attribute"],
)
def test_what_is_out_of_all_proportion_is_unreadable(extra):
    assert failure(added(extra))[0] is problems.XBRL_UNREADABLE


@pytest.mark.parametrize(
    "extra",
    [
        '<bd-i:TaxAssessmentAmount contextRef="d" unitRef="EUR">4321</bd-i:TaxAssessmentAmount>',
        '<bd-i:Other contextRef="d">1</bd-i:Other>',
        '<bd-i:TaxpayerNameAddress1 contextRef="d">A.B. Voorbeeldstra</bd-i:TaxpayerNameAddress1>',
    ],
)
def test_a_hundred_thousand_facts_are_read(extra):
    assert read(added(extra * 100_000)) == read(document())
