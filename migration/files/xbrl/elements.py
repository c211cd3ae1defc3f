"""The elements and attributes that XBRL itself defines, by their tags. No Django."""

from typing import Final

from lxml import etree

from migration.files.xbrl.dialect import Dialect

NAMESPACE: Final = b"http://www.xbrl.org/2003/instance"
INSTANCE: Final = "{http://www.xbrl.org/2003/instance}"
OF_XBRL: Final = ("{http://www.xbrl.org/", "{http://xbrl.org/")  # contexts, links, dimensions: structure, never a tuple
ROOT: Final = INSTANCE + "xbrl"
CONTEXT: Final = INSTANCE + "context"
IDENTIFIER: Final = INSTANCE + "identifier"
PERIOD_ENDS: Final = (INSTANCE + "endDate", INSTANCE + "instant")
EXPLICIT_MEMBER: Final = "{http://xbrl.org/2006/xbrldi}explicitMember"
TYPED_MEMBER: Final = "{http://xbrl.org/2006/xbrldi}typedMember"
UNIT: Final = INSTANCE + "unit"
CURRENCIES: Final = "http://www.xbrl.org/2003/iso4217"
FOOTNOTES: Final = "{http://www.xbrl.org/2003/linkbase}footnoteLink"
SCHEMA_REF: Final = "{http://www.xbrl.org/2003/linkbase}schemaRef"
HREF: Final = "{http://www.w3.org/1999/xlink}href"
NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"

ADDRESS_LENGTH: Final = 1000  # no address in a message is longer; what is remembered of one stays small
BLANKS: Final = " \t\r\n"  # what XML calls white space
TRUE: Final = ("true", "1")


def trimmed(element: etree._Element, dialect: Dialect) -> str:
    """The text of a part of a context or unit; what stands around an element in it is no text that one can trust."""
    if len(element):
        raise dialect.unreadable("een context of eenheid bevat elementen waar tekst hoort")
    return (element.text or "").strip(BLANKS)
