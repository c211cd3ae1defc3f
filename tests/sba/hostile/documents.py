"""XML that attacks its reader, or is none: nothing is fetched, expanded or guessed."""

from sba.samples import document
from tests.sba.hostile.cases import message, messages
from tests.sba.messages import added, changed

FAMILY = "XML"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


class Door:
    """Where a message asks its reader to go; a test listens there."""

    address = "127.0.0.1:9"


def door(content: str) -> bytes:
    return content.replace("DOOR", Door.address).encode()


def declared(doctype: str, encoding: str = "UTF-8", amount: str = "4321") -> bytes:
    text = document().decode().replace(DECLARATION, f'<?xml version="1.0" encoding="{encoding}"?>{doctype}')
    return door(text.replace(">4321<", f">{amount}<")).decode().encode(encoding)


LAUGHS = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
DOCTYPES = {
    "an empty DOCTYPE": "<!DOCTYPE xbrl>",
    "a DOCTYPE elsewhere": '<!DOCTYPE x SYSTEM "http://DOOR/x.dtd">',
    "a public DOCTYPE": '<!DOCTYPE x PUBLIC "-//X//EN" "http://DOOR/x.dtd">',
    "an entity from a file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "an entity from elsewhere": '<!DOCTYPE x [<!ENTITY a SYSTEM "http://DOOR/a">]>',
    "an entity from a device": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///dev/random">]>',
    "a parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://DOOR/p">%p;]>',
    "an entity that is an amount": '<!DOCTYPE x [<!ENTITY a "99">]>',
    "an entity in itself": '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>',
    "a billion laughs": f'<!DOCTYPE x [<!ENTITY a "ha">{LAUGHS}]>',
    "a quadratic blow-up": f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>',
    "an attribute with a default": '<!DOCTYPE x [<!ATTLIST xbrli:xbrl a CDATA "&a;">]>',
    "a notation": '<!DOCTYPE x [<!NOTATION n SYSTEM "calc.exe">]>',
}
for encoding in ("UTF-8", "UTF-16", "UTF-32", "UTF-7", "cp037"):
    messages(
        f"{FAMILY} in {encoding}",
        "SBA-301",
        builds={
            name: lambda doctype=doctype, encoding=encoding: declared(doctype, encoding, "&a;" * 9)
            for name, doctype in DOCTYPES.items()
        },
    )

ENCODINGS = {
    "UTF-8 with a BOM": lambda: document().decode().encode("utf-8-sig"),
    "UTF-16": lambda: declared("", "UTF-16"),
    "UTF-16, its BOM alone tells": lambda: document().decode().replace(' encoding="UTF-8"', "").encode("utf-16"),
    "UTF-16LE": lambda: declared("", "UTF-16LE"),
    "UTF-16BE": lambda: declared("", "UTF-16BE"),
    "Latin-1": lambda: declared("", "ISO-8859-1"),
    "Latin-9": lambda: declared("", "ISO-8859-15"),
    "Windows": lambda: declared("", "windows-1252"),
    "ASCII": lambda: declared("", "US-ASCII"),
    "UTF-8 by its other name": lambda: declared("", "utf8"),
    "no declaration": lambda: document().partition(b"\n")[2],
}
messages("encoding", builds=ENCODINGS)
ODD_ENCODINGS = {
    "UTF-32": lambda: declared("", "UTF-32"),
    "UTF-32LE": lambda: declared("", "UTF-32LE"),
    "UTF-7": lambda: declared("", "UTF-7"),
    "EBCDIC": lambda: declared("", "cp037"),
    "KOI8-R": lambda: declared("", "KOI8-R"),
    "Shift-JIS": lambda: declared("", "Shift_JIS"),
    "nobody's": lambda: document().replace(b"UTF-8", b"x-onzin"),
    "none": lambda: document().replace(b"UTF-8", b""),
    "UTF-16 that is UTF-8": lambda: document().replace(b"UTF-8", b"UTF-16"),
    "UTF-7 behind a thousand spaces": lambda: document().replace(
        b' encoding="UTF-8"', b" " * 1000 + b'encoding="UTF-7"'
    ),
    "UTF-8 that is Latin-1": lambda: document(name="Één").decode().encode("latin-1"),
    "UTF-16 cut in a letter": lambda: declared("", "UTF-16")[:-1],
    "an overlong letter": lambda: document().replace(b"A.B.", b"\xc0\xbcA.B."),
}
messages("encoding", "SBA-301", builds=ODD_ENCODINGS)

FETCHES = {
    "XInclude": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://DOOR/x"/>',
    "XInclude of a file": '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>',
    "a linkbase": '<link:linkbaseRef xlink:type="simple" xlink:href="http://DOOR/x.xml"/>',
    "a schema location": '<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a http://DOOR/"/>',
    "a base": '<x xml:base="http://DOOR/"/>',
    "a footnote elsewhere": '<link:footnoteLink xlink:href="http://DOOR/#x"/>',
    "an instruction": '<?php system("curl http://DOOR/"); ?>',
}
messages("fetch", builds={name: lambda text=text: added(door(text).decode()) for name, text in FETCHES.items()})


@message("fetch")
def _a_stylesheet() -> bytes:
    sheet = door('<?xml-stylesheet href="http://DOOR/x.xsl" type="text/xsl"?>\n<xbrli:xbrl ').decode()
    return changed("<xbrli:xbrl ", sheet)


@message("fetch")
def _an_entrypoint_elsewhere() -> bytes:
    return changed("http://www.nltaxonomie.nl/nt14/bd/20200219/entrypoints/", f"http://{Door.address}/")


BROKEN = {
    "nothing but a declaration": lambda: DECLARATION.encode(),
    "half a message": lambda: document()[: len(document()) // 2],
    "a message without its last letter": lambda: document().rstrip()[:-1],
    "two roots": lambda: document() + b"<a/>",
    "a line in front": lambda: b"\n" + document(),
    "a NUL behind": lambda: document() + b"\0",
    "a NUL inside": lambda: changed(">4321<", ">43\x0021<"),
    "a control inside": lambda: changed(">4321<", ">43\x0121<"),
    "a reference to NUL": lambda: changed(">4321<", ">4321&#0;<"),
    "half a surrogate": lambda: changed(">4321<", ">4321&#xD800;<"),
    "an unknown entity": lambda: changed(">4321<", ">&euro;4321<"),
    "a prefix without a namespace": lambda: changed("bd-i:FiscalYear", "none:FiscalYear"),
    "one attribute twice": lambda: changed('FiscalYear contextRef="d"', 'FiscalYear contextRef="d" contextRef="p"'),
    "an attribute without quotes": lambda: changed('FiscalYear contextRef="d"', "FiscalYear contextRef=d"),
    "tags that cross": lambda: added("<a><b></a></b>"),
    "a comment without an end": lambda: added("<!-- "),
    "a DOCTYPE in a comment": lambda: added("<!-- <!DOCTYPE x> -->"),
    "a DOCTYPE in the middle": lambda: added("<!DOCTYPE x>"),
    "JSON": lambda: b'{"NoticeOfAssessmentNumber": "900000016H9601"}',
    "text": lambda: b"Geachte heer, mevrouw",
}
messages(FAMILY, "SBA-301", builds=BROKEN)
OTHERS = {
    "another root": lambda: b"<a/>",
    "a web page": lambda: b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
    "xbrl of nobody": lambda: b"<xbrl/>",
    "an empty instance": lambda: b'<xbrl xmlns="http://www.xbrl.org/2003/instance"/>',
    "a return": lambda: changed("bd-rpt-ih-sba-2019.xsd", "bd-rpt-ihz-aangifte-2019.xsd"),
    "a notice of postponement": lambda: changed("bd-rpt-ih-sba-2019.xsd", "bd-rpt-ihz-vpb-uitstel-sba-2019.xsd"),
}
messages(FAMILY, "SBA-305", builds=OTHERS)
