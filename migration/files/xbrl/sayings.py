"""What an instance says, whatever bytes it is spelled in: two files with one digest here tell the same. No Django."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from lxml import etree

from migration.files.xbrl.elements import BLANKS, CONTEXT, EXPLICIT_MEMBER, FOOTNOTES, INSTANCE, UNIT

Plain = Callable[[str, str], str]
"""Tag and text of a fact → its value as it counts, for what may be written in two ways."""

MEASURE: Final = INSTANCE + "measure"
NAMES_A_NAME: Final = (EXPLICIT_MEMBER, MEASURE)
"""Elements whose text is a name with a prefix; what the prefix is called says nothing."""
REFERENCES: Final = {"contextRef": CONTEXT, "unitRef": UNIT}
ANY_ORDER: Final = (INSTANCE + "scenario", INSTANCE + "segment")
"""What stands in these in another order says the same; in a tuple, as of the lines of an address, it may not."""

Name = tuple[str | None, str]
"""Namespace and local name."""


def digest_of_sayings(root: etree._Element, plain: Plain) -> str:
    """SHA-256 over every fact with its context and unit, in hex.

    What differs in nothing but line ends, a byte order mark, comments, quotes, prefixes, the order of facts or the
    names of contexts gets one digest. In doubt it gets another: then somebody is asked, and nothing is lost.
    """
    spelling = _Spelling(root, plain)
    facts = sorted(spelling.of(one) for one in root if one.tag not in (CONTEXT, UNIT))
    return _digest(spelling.attributes(root), _texts(root), spelling.of_no_reference, facts)


def _digest(*said: object) -> str:
    """However much was said, what stands around it grows by no more than this."""
    return sha256(repr(said).encode()).hexdigest()


class _Spelling:
    """One way of writing for all elements of a message."""

    def __init__(self, root: etree._Element, plain: Plain) -> None:
        self._plain = plain
        self._referred: dict[tuple[str, str], str] = {}
        has_notes = next(root.iter(FOOTNOTES), None) is not None  # they name facts by their id
        self._says_nothing = () if has_notes else ("id",)
        self._referred = {(one.tag, one.get("id", "")): self.of(one) for one in root if one.tag in (CONTEXT, UNIT)}
        self.of_no_reference = self._referred.get((CONTEXT, ""), "")  # a fact that names no context stands in it

    def of(self, element: etree._Element) -> str:
        """A digest of one element with all that is in it."""
        inside = [self.of(one) for one in element]
        if element.tag in ANY_ORDER:
            inside.sort()
        text = _texts(element) if inside else self._text(element)
        return _digest(element.tag, self.attributes(element), text, inside)

    def attributes(self, element: etree._Element) -> list[tuple[str, object]]:
        names = [str(name) for name in element.attrib if name not in self._says_nothing]
        return [(name, self._attribute(element, name)) for name in sorted(names)]

    def _attribute(self, element: etree._Element, name: str) -> object:
        value = str(element.get(name))
        if name in REFERENCES:  # blanks count in it, as they do for the reader
            return self._referred.get((REFERENCES[name], value), value)
        value = value.strip(BLANKS)
        return _full_name(element, value) if name == "dimension" else _with_namespace(element, value)

    def _text(self, element: etree._Element) -> object:
        text = (element.text or "").strip(BLANKS)
        if element.tag in NAMES_A_NAME:
            return _full_name(element, text)
        return _with_namespace(element, self._plain(str(element.tag), text))


def _texts(element: etree._Element) -> list[str]:
    """What stands around the elements in it."""
    return [(text or "").strip(BLANKS) for text in (element.text, *(one.tail for one in element))]


def _full_name(element: etree._Element, name: str) -> Name:
    """'bd-dim:Declarant' → the namespace of its prefix, and the name."""
    prefix, _, local = name.rpartition(":")
    namespace = element.nsmap.get(prefix or None)
    return (None, name) if namespace is None else (namespace, local)


def _with_namespace(element: etree._Element, text: str) -> object:
    """A text that may be a name is that text, and the namespace that its prefix would mean."""
    prefix, colon, _ = text.partition(":")
    namespace = element.nsmap.get(prefix) if colon else None
    return text if namespace is None else (namespace, text)
