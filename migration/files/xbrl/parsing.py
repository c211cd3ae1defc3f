"""Bytes → the root of an XBRL instance, without entities, without network, in bounded memory. No Django."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import accumulate, islice
from resource import RUSAGE_SELF, getrusage
from typing import Final

from lxml import etree

from migration.files.xbrl.dialect import Dialect
from migration.files.xbrl.elements import ROOT
from migration.files.xbrl.envelope import holds_another, instances_in, what_it_may_be


def _parser() -> etree.XMLParser:
    """Comments are removed because lxml reads "12<!-- x -->34" as 12 otherwise."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        remove_blank_text=True,  # between elements only; nobody reads it
    )


PARSER: Final = _parser()  # of all usual documents
DOCTYPE: Final = b"<!DOCTYPE"
MARKS: Final = 600_000  # "<" and "=" in a document: about its elements and attributes, 100-200 bytes of memory each
NAMESPACES: Final = 500  # declared by an instance; a usual one declares some ten
LETTERS: Final = 100_000_000  # of the tags of all elements, with their namespaces written out; a tag has some sixty
USUAL_SIZE: Final = 64 * 1024  # most messages are some 10 kB
ROOM: Final = 100 * 1024  # kB by which the process may grow before names in its dictionary are held to be why
# UTF-32 and EBCDIC, by their first bytes: nobody sends them, and an entity in them is not seen from outside.
EXOTIC: Final = (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<", b"\x4c\x6f\xa7\x94")
DECLARED: Final = re.compile(rb"""[^<]{0,9}<\?xml[^>]*?encoding\s*=\s*["']([^"'>]{1,40})""")
ENCODINGS: Final = frozenset({"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1", "LATIN1",
                              "ISO-8859-15", "WINDOWS-1252", "CP1252", "UTF8", "ISO8859-1", "ISO_8859-1"})  # fmt: skip


def root_of(content: bytes, dialect: Dialect) -> etree._Element:
    """The root of an instance, its own or the one in an envelope (envelope.py).

    Rejected where the XML is unreadable or unsafe, or is no XBRL (another message), or holds one in no form we read.
    """
    root = _document(content, dialect)
    return root if root.tag == ROOT else _unwrapped(root, dialect)


def _unwrapped(envelope: etree._Element, dialect: Dialect) -> etree._Element:
    """The one instance in the envelope. What is packed in it is judged as strictly, and may be no envelope itself."""
    found = list(islice(instances_in(envelope), 2))
    if len(found) > 1:
        raise dialect.other_form("een envelop met meer dan één bericht")
    if not found:
        form = what_it_may_be(envelope, dialect.sign)
        raise dialect.other_form(form) if form else dialect.other_message("een XML-bestand zonder bericht (XBRL) erin")
    if holds_another(envelope, found[0], dialect.sign):
        raise dialect.other_form("een envelop met meer dan één bericht")
    inner = _document(found[0], dialect) if isinstance(found[0], bytes) else found[0]
    if inner.tag != ROOT:
        raise dialect.other_form("een envelop in een envelop")
    return inner


def _document(content: bytes, dialect: Dialect) -> etree._Element:
    """The root of whatever XML it is."""
    if _has_doctype(content):
        raise dialect.unreadable("het bevat een DOCTYPE; dat is niet toegestaan")
    if not _is_usual_encoding(content):
        raise dialect.unreadable("de tekencodering wordt niet ondersteund")
    if len(content) > MARKS and content.count(b"<") + content.count(b"=") > MARKS:
        raise dialect.unreadable("het bevat veel meer gegevens dan een bericht")
    root = _tree(content, dialect)
    document = root.getroottree().docinfo
    if document.internalDTD is not None:  # written in a way that the first look does not see
        raise dialect.unreadable("het bevat een DOCTYPE; dat is niet toegestaan")
    if (document.encoding or "UTF-8").upper() not in ENCODINGS:
        raise dialect.unreadable("de tekencodering wordt niet ondersteund")
    if len(content) > USUAL_SIZE and _names_too_much(content, root):
        raise dialect.unreadable("het gebruikt veel meer namen, of veel langere, dan een bericht")
    return root


def _names_too_much(content: bytes, root: etree._Element) -> bool:
    """Whether names alone would cost minutes: a unit goes through all declarations, a tag copies its namespace."""
    if _letters(content).count(b"xmlns") > NAMESPACES:
        instances = islice(root.iter(ROOT), 2)
        if any(len(one.nsmap) > NAMESPACES for one in (root, *instances)):
            return True
    return any(so_far > LETTERS for so_far in accumulate(len(one.tag) for one in root.iter("*")))


def _has_doctype(content: bytes) -> bool:
    """Whether a DOCTYPE stands anywhere, in UTF-16 too."""
    return DOCTYPE in _letters(content)


def _letters(content: bytes) -> bytes:
    """The ASCII of a document: in UTF-16 the zeros between the letters can go."""
    return content.replace(b"\0", b"") if b"\0" in content[:64] else content


def _is_usual_encoding(content: bytes) -> bool:
    declared = DECLARED.match(content)
    return not content.startswith(EXOTIC) and (not declared or declared[1].upper().decode("latin-1") in ENCODINGS)


def _tree(content: bytes, dialect: Dialect) -> etree._Element:
    """The document, parsed.

    A parser keeps every name it ever met in the dictionary of its thread, and takes in no new ones once that is full.
    So a large document gets a thread, a parser and a dictionary of its own, which go with it; so does each one once
    the process has grown a lot; and so does one that failed, for the names of earlier documents must not make this
    one unreadable.
    """
    if len(content) <= USUAL_SIZE and _peak() < BASE + ROOM:
        with suppress(etree.XMLSyntaxError):
            return etree.fromstring(content, PARSER)
    try:
        with ThreadPoolExecutor(1) as fresh:
            return fresh.submit(lambda: etree.fromstring(content, _parser())).result()
    except etree.XMLSyntaxError as error:
        raise dialect.unreadable(_where(error)) from None


def _peak() -> int:
    """The most memory that this process ever had, in kB."""
    return getrusage(RUSAGE_SELF).ru_maxrss


BASE: Final = _peak()


def _where(error: etree.XMLSyntaxError) -> str:
    """Where the XML breaks; never the parser's own text, which may repeat what the document says."""
    line, column = getattr(error, "position", (0, 0)) or (0, 0)
    return f"de XML is niet goed gevormd (regel {line}, positie {column})"
