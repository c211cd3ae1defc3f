"""A message in an envelope: an XBRL instance inside another XML document, one level deep. No Django.

Some programs keep what a web service answered (SOAP, WUS) as it came, with the message as an element of it, or as
base64 in one of its texts (Digipoort: berichtInhoud/inhoud).
"""

from base64 import b64decode
from collections.abc import Iterator
from typing import Final

from lxml import etree

from migration.files.xbrl.elements import BLANKS, NAMESPACE, ROOT

SHORTEST: Final = 100  # letters of base64; no instance is as short
INLINE: Final = "/inlineXBRL}"  # in a tag: a web page with facts in it, by any version of the specification


def instances_in(root: etree._Element) -> Iterator[etree._Element | bytes]:
    """Every instance in the document: as an element, or as the bytes that a text holds in base64."""
    yield from root.iter(ROOT)
    for element in root.iter("*"):
        for text in (element.text, element.tail, *element.attrib.values()):
            content = _decoded(text or "")
            if NAMESPACE in (content.replace(b"\0", b"") if b"\0" in content[:64] else content):
                yield content


def _decoded(text: str) -> bytes:
    """What a text holds in base64; nothing where it is something else."""
    if len(text) < SHORTEST:
        return b""
    try:
        packed = text.encode("ascii").translate(None, BLANKS.encode()).rstrip(b"=")
        return b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except ValueError:  # of the letters, or of their number
        return b""


def holds_another(root: etree._Element, found: etree._Element | bytes, sign: str) -> bool:
    """Whether there may be a message beside the instance that was found, in a form that is not read: packed, as text.

    To read the one and say nothing of the other would lose it.
    """
    if any(_is_delivery(element) and _decoded(element.text or "") != found for element in root.iter("{*}inhoud")):
        return True
    outside = etree.iterwalk(root, events=("start",))
    for _, element in outside:
        tail = element.tail or ""
        if element is found:
            outside.skip_subtree()
            if sign in tail:
                return True
        elif _names(element, sign):
            return True
    return False


def what_it_may_be(root: etree._Element, sign: str) -> str:
    """In which form a document may hold a message of ours after all, in Dutch; "" where nothing looks like it.

    `sign` is a name that no other message has, wherever it stands: in a tag, a text or an attribute.
    """
    if any(INLINE in element.tag for element in root.iter("*")):
        return "een webpagina met gegevens erin (inline XBRL)"
    if any(_is_delivery(element) for element in root.iter("{*}inhoud")):
        return "een envelop waarvan de inhoud niet wordt herkend"
    if any(_names(element, sign) for element in root.iter("*")):
        return "de gegevens staan erin, maar niet in de vorm van een bericht (XBRL)"
    return ""


def _is_delivery(element: etree._Element) -> bool:
    """Whether it is what Digipoort delivers a message in, and is filled."""
    parent = element.getparent()
    is_in_place = parent is not None and parent.tag.rpartition("}")[2] == "berichtInhoud"
    return is_in_place and bool((element.text or "").strip(BLANKS))


def _names(element: etree._Element, sign: str) -> bool:
    texts = (element.tag, element.text or "", element.tail or "", *element.attrib.values())
    return any(sign in text for text in texts)
