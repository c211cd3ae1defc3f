"""Messages inside other XML: the one instance is read as strictly as a bare one; what else looks like it is named."""

from base64 import b64encode, encodebytes
from gzip import compress
from xml.sax.saxutils import escape, quoteattr

from sba.samples import document
from tests.sba.hostile.cases import messages
from tests.sba.hostile.documents import LAUGHS, declared, door
from tests.sba.messages import added, changed, fact

FAMILY = "envelope"
SOAP = (
    '<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    '<soap:Header><wsse:Security xmlns:wsse="urn:wsse">TUlJQw==</wsse:Security></soap:Header>'
    "<soap:Body>{}</soap:Body></soap:Envelope>"
)
DELIVERY = (
    '<d:getBerichtenResponse xmlns:d="http://logius.nl/digipoort/koppelvlakservices/1.2/">'
    "<d:kenmerk>K-1</d:kenmerk><d:berichtInhoud><d:mimeType>text/xml</d:mimeType><d:bestandsnaam>a.xbrl</d:bestandsnaam>"
    "<d:inhoud>{}</d:inhoud></d:berichtInhoud></d:getBerichtenResponse>"
)
INLINE = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/{}/inlineXBRL"><body><ix:header/>'
    '<ix:nonNumeric name="bd-i:{}" contextRef="d">900000016H9601</ix:nonNumeric></body></html>'
)


def bare(content: bytes | None = None) -> str:
    """A message without its declaration, as an element of something else has it."""
    return (content or document()).decode().partition("\n")[2]


def enveloped(content: bytes) -> bytes:
    """As Digipoort answers: the message in base64, in a delivery, in a SOAP envelope."""
    return SOAP.format(DELIVERY.format(b64encode(content).decode())).encode()


messages(
    FAMILY,
    builds={
        "of SOAP": lambda: SOAP.format(bare()).encode(),
        "of nobody": lambda: f"<a>{bare()}</a>".encode(),
        "of a delivery, in base64": lambda: enveloped(document()),
        "of a delivery, as an element": lambda: SOAP.format(DELIVERY.format(bare())).encode(),
        "of a delivery without SOAP": lambda: DELIVERY.format(b64encode(document()).decode()).encode(),
        "of nobody, in base64": lambda: f"<a><b>{b64encode(document()).decode()}</b></a>".encode(),
        "of the root itself, in base64": lambda: f"<a>{b64encode(document()).decode()}</a>".encode(),
        "in lines": lambda: DELIVERY.format(f"\n{encodebytes(document()).decode()}\n").encode(),
        "in lines of Windows": lambda: DELIVERY.format(encodebytes(document()).decode().replace("\n", "\r\n")).encode(),
        "in CDATA": lambda: DELIVERY.format(f"<![CDATA[{b64encode(document()).decode()}]]>").encode(),
        "without padding": lambda: DELIVERY.format(b64encode(document() + b"\n").decode().rstrip("=")).encode(),
        "of UTF-16 in base64": lambda: enveloped(declared("", "UTF-16")),
        "in UTF-16 itself": lambda: enveloped(document()).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        "with a BOM in base64": lambda: enveloped(b"\xef\xbb\xbf" + document()),
        "that declares the prefixes": lambda: declared_outside(),
    },
)
messages(
    FAMILY,
    "SBA-307",
    builds={
        "of two messages": lambda: SOAP.format(bare() + bare(document(year=2018))).encode(),
        "of one message twice": lambda: SOAP.format(bare() * 2).encode(),
        "of two messages in base64": lambda: SOAP.format(
            "".join(DELIVERY.format(b64encode(document(year=year)).decode()) for year in (2018, 2019))
        ).encode(),
        "of one message, and one in base64": lambda: SOAP.format(
            bare() + DELIVERY.format(b64encode(document()).decode())
        ).encode(),
        "of a message, and one as escaped text": lambda: SOAP.format(bare() + f"<a>{escape(bare())}</a>").encode(),
        "of a message, and one as text behind it": lambda: SOAP.format(bare() + escape(bare())).encode(),
        "of a message in base64, and one as an attribute": lambda: SOAP.format(
            DELIVERY.format(b64encode(document()).decode()) + f"<a b={quoteattr(bare())}/>"
        ).encode(),
        "of a message, and one in base64 behind an element": lambda: SOAP.format(
            bare() + f"<a><b/>{b64encode(document(year=2018)).decode()}</a>"
        ).encode(),
        "of a message in base64, and one that is packed": lambda: SOAP.format(
            DELIVERY.format(b64encode(document()).decode()) + DELIVERY.format(b64encode(compress(document())).decode())
        ).encode(),
        "of a message inside a message": lambda: SOAP.format(bare(added(bare(document(year=2018))))).encode(),
        "in an envelope": lambda: enveloped(SOAP.format(bare()).encode()),
        "in an envelope in base64": lambda: enveloped(enveloped(document())),
        "of something packed": lambda: DELIVERY.format("UEsDBBQAAAAIAAAAIVAE6pIH").encode(),
        "of text": lambda: DELIVERY.format("niet te lezen").encode(),
        "of a web page with facts in base64": lambda: enveloped(
            INLINE.format(2013, "NoticeOfAssessmentNumber").encode()
        ),
        "of a message as text": lambda: f"<a><![CDATA[{bare()}]]></a>".encode(),
        "of a message as escaped text": lambda: f"<a>{bare().replace('&', '&amp;').replace('<', '&lt;')}</a>".encode(),
        "of a message as an attribute": lambda: b'<a b="&lt;bd-i:NoticeOfAssessmentNumber/>"/>',
        "whose root is no instance": lambda: changed("/2003/instance", "/2003/Instance"),
        "whose root lost its namespace": lambda: changed(
            ' xmlns:xbrli="http://www.xbrl.org/2003/instance"', ""
        ).replace(b"xbrli:", b""),
        **{
            f"of a web page with facts in it, as of {year}": lambda year=year: INLINE.format(year, "X").encode()
            for year in (2008, 2011, 2013)
        },
    },
)
messages(
    FAMILY,
    "SBA-305",
    builds={
        "of nothing": lambda: SOAP.format("").encode(),
        "of a fault": lambda: SOAP.format(
            "<soap:Fault><faultstring>Geen berichten</faultstring></soap:Fault>"
        ).encode(),
        "of an empty delivery": lambda: SOAP.format(DELIVERY.format(" ")).encode(),
        "of a return": lambda: enveloped(changed("bd-rpt-ih-sba-2019.xsd", "bd-rpt-ihz-aangifte-2019.xsd")),
        "of another element that is called content": lambda: b"<boek><inhoud>Hoofdstuk 1</inhoud></boek>",
        "of something else in base64": lambda: (
            f"<a>{b64encode(b'<svg>' + bytes(500) + b'</svg>').decode()}</a>".encode()
        ),
    },
)
messages(
    FAMILY,
    "SBA-301",
    builds={
        "of half a message": lambda: enveloped(document()[: len(document()) // 2]),
        "of a message with a DOCTYPE": lambda: enveloped(declared("<!DOCTYPE x>")),
        "of a billion laughs": lambda: enveloped(declared(f'<!DOCTYPE x [<!ENTITY a "ha">{LAUGHS}]>', amount="&i;")),
        "of an entity from a file": lambda: enveloped(
            declared('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', amount="&a;")
        ),
        "with a DOCTYPE": lambda: door('<!DOCTYPE x SYSTEM "http://DOOR/x.dtd">') + SOAP.format(bare()).encode()[38:],
        "of a message in nobody's encoding": lambda: enveloped(document().replace(b"UTF-8", b"x-onzin")),
        "of a message in UTF-7": lambda: enveloped(document().replace(b"UTF-8", b"UTF-7")),
        "that is cut short": lambda: enveloped(document())[:-20],
    },
)
messages(
    FAMILY,
    "SBA-304",
    builds={
        "of an amount in cents": lambda: enveloped(fact("TaxAssessmentAmount", "12,50")),
        "of an amount in dollars": lambda: SOAP.format(bare(changed("iso4217:EUR</", "iso4217:USD</"))).encode(),
    },
)


def declared_outside() -> bytes:
    """The prefixes of the message are declared by what stands around it."""
    text = bare()
    opening = text[: text.index(">")]
    spaces = opening.partition('xml:lang="nl"')[2]
    return f"<a{spaces}>{text.replace(spaces, '', 1)}</a>".encode()
