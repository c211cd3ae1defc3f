"""Messages and ZIPs that are out of all proportion: time and memory stay within bounds."""

from collections.abc import Iterable

from migration.files.zip.rules import MB
from sba.samples import document
from tests.migration.files.builders import Raw, central, close_zip, local, raw, zip_of
from tests.sba.hostile.cases import NEIGHBOUR, message, messages, upload
from tests.sba.hostile.envelopes import enveloped
from tests.sba.messages import added, changed

FAMILY = "proportion"
SCENARIO = "<xbrli:scenario>"


def element(attributes: Iterable[str]) -> str:
    return f"<a {' '.join(attributes)}/>"


def first(old: str, new: str) -> bytes:
    return document().replace(old.encode(), new.encode(), 1)


messages(
    FAMILY,
    builds={
        "a hundred thousand amounts": lambda: added(
            '<bd-i:TaxAssessmentAmount contextRef="d" unitRef="EUR">4321</bd-i:TaxAssessmentAmount>' * 100_000
        ),
        "a hundred thousand unknown facts": lambda: added('<bd-i:Other contextRef="d">1</bd-i:Other>' * 100_000),
        "a hundred thousand contexts": lambda: added(
            "".join(f'<xbrli:context id="c{number}"/>' for number in range(100_000))
        ),
        "a hundred thousand units": lambda: added(
            "".join(f'<xbrli:unit id="u{number}"/>' for number in range(100_000))
        ),
        "a hundred thousand attributes": lambda: added(element(f'a{number}=""' for number in range(100_000))),
        "a hundred thousand namespaces": lambda: added(
            element(f'xmlns:a{number}="urn:{number}"' for number in range(100_000))
        ),
        "a hundred thousand entrypoints": lambda: added('<link:schemaRef xlink:href="x"/>' * 100_000),
        "a hundred thousand comments": lambda: added("<!---->" * 100_000),
        "a hundred thousand instructions": lambda: added("<?a?>" * 100_000),
        "two hundred deep": lambda: added("<a>" * 200 + "</a>" * 200),
        "nine megabytes of white space": lambda: added(" " * 9 * MB),
        "a name of nine megabytes": lambda: added(
            f'<bd-i:NameAddressTaxpayer contextRef="p">{"x" * 9 * MB}</bd-i:NameAddressTaxpayer>'
        ),
    },
)
messages(
    FAMILY,
    "SBA-301",
    builds={
        "ten thousand deep": lambda: added("<a>" * 10_000 + "</a>" * 10_000),
        "a million deep, never closed": lambda: added("<a>" * 250_000),
        "eleven megabytes of text": lambda: added(f"<a>{'x' * 11_000_000}</a>"),
        "an attribute of eleven megabytes": lambda: added(f'<a b="{"x" * 11_000_000}"/>'),
        "a name of a tag of a megabyte": lambda: added(f"<{'a' * MB}/>"),
        "a namespace of a megabyte": lambda: added(f'<a xmlns="urn:{"a" * MB}">{"<b/>" * 20_000}</a>'),
        "an envelope in a namespace of a megabyte": lambda: f'<a xmlns="urn:{"a" * MB}">{"<b/>" * 20_000}</a>'.encode(),
        "four thousand units in twenty thousand namespaces": lambda: first(
            "<xbrli:xbrl ", "<xbrli:xbrl " + " ".join(f"xmlns:n{number}='u'" for number in range(20_000)) + " "
        ).replace(
            b"</xbrli:xbrl>",
            b"<xbrli:unit id='x'><xbrli:measure>iso4217:EUR</xbrli:measure></xbrli:unit>" * 4_000 + b"</xbrli:xbrl>",
        ),
        "members in members": lambda: first(
            SCENARIO,
            SCENARIO + '<xbrldi:typedMember dimension="a:B">' * 200 + "x" * 5 * MB + "</xbrldi:typedMember>" * 200,
        ),
        "contexts in contexts": lambda: added('<xbrli:context id="d2">' * 200 + "</xbrli:context>" * 200),
    },
)
messages(
    FAMILY,
    "SBA-304",
    builds={"an amount of nine megabytes": lambda: changed(">4321<", f">{'9' * 9 * MB}<")},
)


@message(FAMILY, "SBA-301", is_heavy=True)
def _five_million_elements() -> bytes:
    return added("<a/>" * 4_900_000)


@message(FAMILY, "SBA-301", is_heavy=True)
def _a_million_attributes() -> bytes:
    return added(element(f'a{number:x}="1"' for number in range(1_000_000)))


@message(FAMILY, "SBA-301", is_heavy=True)
def _a_million_names() -> bytes:
    return added("".join(f"<a{number:x}/>" for number in range(1_000_000)))


@message(FAMILY, is_heavy=True)
def _as_many_elements_as_may_be() -> bytes:
    return added("<a>x</a>" * 290_000)


@message(FAMILY, is_heavy=True)
def _fifty_thousand_numbers_in_a_context_of_fifty_thousand_members() -> bytes:
    member = '<xbrldi:explicitMember dimension="x:PartyDimension">x:Declarant</xbrldi:explicitMember>'
    number = '<bd-i:NoticeOfAssessmentNumber contextRef="d">900000016H9601</bd-i:NoticeOfAssessmentNumber>'
    return added(number * 50_000, first(SCENARIO, SCENARIO + member * 50_000))


@message(FAMILY, is_heavy=True)
def _an_address_of_nine_megabytes() -> bytes:
    return first("http://www.nltaxonomie.nl/nt14/bd/20200219/entrypoints/", f"http://x/{'y' * 9 * MB}/")


@message(FAMILY, "SBA-305", is_heavy=True)
def _an_envelope_of_as_many_elements_as_may_be() -> bytes:
    return ("<a>" + f"<b>{'QUJD' * 30}</b>" * 100_000 + "<b/>" * 90_000 + "</a>").encode()


@message(FAMILY, "SBA-301", is_heavy=True)
def _an_envelope_that_packs_far_more_than_a_message() -> bytes:
    return enveloped(added("<a/>" * 1_200_000))


@message(FAMILY, "SBA-301")
def _an_envelope_of_eleven_megabytes() -> bytes:
    return enveloped(added("x" * 8_300_000))


@message(FAMILY, "SBA-305", is_heavy=True)
def _an_envelope_of_nine_megabytes_of_spaces() -> bytes:
    return f"<a>{' A' * (9 * MB // 2)}</a>".encode()


@message(FAMILY, is_heavy=True)
def _an_SBA_of_seven_megabytes_in_an_envelope() -> bytes:
    return enveloped(added(f"<a>{'x' * 7 * MB}</a>"))


@upload(FAMILY, "new", "new", is_heavy=True)
def _two_SBAs_of_nine_megabytes() -> bytes:
    padding = f"<a>{'x' * 9 * MB}</a>"
    return zip_of(raw(content=added(padding)), raw(name=b"b.xbrl", content=added(padding, NEIGHBOUR)))


@upload(FAMILY, *["SBA-306"] * 20, "new", is_heavy=True)
def _twenty_namespaces_of_nine_megabytes() -> bytes:
    """Each would stay in the parser's dictionary for ever, until that is full and good messages fail."""
    conflict = '<bd-i:FiscalYear contextRef="d">2018</bd-i:FiscalYear>'
    address = "".join(f"{number:x}".ljust(500, "y") for number in range(18_000))
    bad = [
        raw(name=b"%02d.xbrl" % number, content=added(f'<a xmlns="urn:{number}{address}"/>{conflict}'))
        for number in range(20)
    ]
    return zip_of(*bad, raw(name=b"z.xbrl", content=NEIGHBOUR))


@upload(FAMILY, *["SBA-306"] * 1000, "new", is_heavy=True)
def _four_million_names_in_a_thousand_messages() -> bytes:
    conflict = '<bd-i:FiscalYear contextRef="d">2018</bd-i:FiscalYear>'

    def names(number: int) -> str:
        return "".join(f"<n{number:x}o{name:x}/>" for name in range(4_000))

    bad = [raw(name=b"%04d.xbrl" % number, content=added(names(number) + conflict)) for number in range(1000)]
    return zip_of(*bad, raw(name=b"z.xbrl", content=NEIGHBOUR))


@upload(FAMILY, "new", *["other"] * 70_000, is_heavy=True)
def _seventy_thousand_members() -> bytes:
    """More than the small end record can count."""
    member = Raw(name=b"a.txt", content=b"", method=0)
    sba, body, count = local(raw()), local(member), 70_000
    directory = central(raw(), 0) + b"".join(central(member, len(sba) + at * len(body)) for at in range(count))
    return close_zip(sba + body * count, directory, count + 1, said_count=0xFFFF, zip64={})


@upload(FAMILY, refused="SBA-105", is_heavy=True)
def _two_hundred_thousand_members_back_to_front() -> bytes:
    member = Raw(name=b"a.txt", content=b"", method=0)
    body, count = local(member), 200_000
    directory = b"".join(central(member, at * len(body)) for at in reversed(range(count)))
    return close_zip(body * count, directory, count, said_count=0xFFFF, zip64={})


@upload(FAMILY, refused="SBA-105", is_heavy=True)
def _a_hundred_thousand_suffixes() -> bytes:
    members = [Raw(name=b"a.%x" % number, content=b"", method=0) for number in range(100_000)]
    size = len(local(members[0])) - 1
    body = b"".join(map(local, members))
    starts, at = [], 0
    for member in members:
        starts.append(at)
        at += size + len(member.name) - len(members[0].name) + 1
    directory = b"".join(central(member, start) for member, start in zip(members, starts, strict=True))
    return close_zip(body, directory, len(members), said_count=0xFFFF, zip64={})
