"""What an instance says, whatever bytes it is spelled in: two files with one digest here tell the same. No Django."""

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from lxml import etree

from migration.files.xbrl.elements import BLANKS, CONTEXT, EXPLICIT_MEMBER, INSTANCE, UNIT

Plain = Callable[[str, str], str]
"""Tag and text of a fact → its value as it counts, for what may be written in two ways."""

MEASURE: Final = INSTANCE + "measure"
NAMES_A_NAME: Final = (EXPLICIT_MEMBER, MEASURE)
"""Elements whose text is a name with a prefix; what the prefix is called says nothing."""
REFERENCES: Final = ("contextRef", "unitRef")


def digest_of_sayings(root: etree._Element, plain: Plain) -> str:
    """SHA-256 over every fact with its context and unit, in hex.

    What differs in nothing but line ends, a byte order mark, comments, quotes, prefixes, the order of facts or the
    names of contexts gets one digest.
    """
    referred = {f"{one.tag}#{one.get('id')}": _spelled(one, plain, {}) for one in root if one.tag in (CONTEXT, UNIT)}
    facts = sorted(_spelled(one, plain, referred) for one in root if one.tag not in (CONTEXT, UNIT))
    return sha256("\n".join(facts).encode()).hexdigest()


def _spelled(element: etree._Element, plain: Plain, referred: dict[str, str]) -> str:
    """One element with all that is in it, in one way of writing."""
    names = [str(name) for name in element.attrib if name != "id"]
    attributes = sorted(f"{name}={_attribute(element, name, referred)}" for name in names)
    inside = [_spelled(one, plain, referred) for one in element if isinstance(one.tag, str)]
    text = "" if inside else _text(element, plain)
    return repr((element.tag, attributes, text, sorted(inside) if element.tag != CONTEXT else inside))


def _attribute(element: etree._Element, name: str, referred: dict[str, str]) -> str:
    value = str(element.get(name)).strip(BLANKS)
    if name in REFERENCES:
        return referred.get(f"{CONTEXT if name == 'contextRef' else UNIT}#{value}", value)
    return _full_name(element, value) if name == "dimension" else value


def _text(element: etree._Element, plain: Plain) -> str:
    text = (element.text or "").strip(BLANKS)
    return _full_name(element, text) if element.tag in NAMES_A_NAME else plain(str(element.tag), text)


def _full_name(element: etree._Element, name: str) -> str:
    """'bd-dim:Declarant' → the namespace of its prefix, and the name."""
    prefix, _, local = name.rpartition(":")
    return f"{{{element.nsmap.get(prefix or None, prefix)}}}{local}"
