"""Facts of other people, other years and other names, and facts that contradict each other: never a wrong value."""

import re

from sba.samples import PARTNER, SOMEONE, document
from tests.sba.hostile.cases import message, messages
from tests.sba.hostile.numbers import AMOUNT, identified
from tests.sba.messages import added, changed, fact, without

NIL = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'
BD = "http://www.nltaxonomie.nl/nt14/bd/20191211/dictionary/bd-data"


def context(identifier: str, extra: str = "", name: str = "o") -> str:
    text = document().decode().partition('<xbrli:context id="d">')[2].partition("</xbrli:context>")[0]
    text = text.replace(SOMEONE, identifier).replace("<xbrli:scenario>", f"<xbrli:scenario>{extra}")
    return f'<xbrli:context id="{name}">{text}</xbrli:context>'


SCHEME = "www.belastingdienst.nl/identificatie"
NUMBER = '<bd-i:NoticeOfAssessmentNumber contextRef="d">{}</bd-i:NoticeOfAssessmentNumber>'
ROW = '<xbrldi:typedMember dimension="x:Row">{}</xbrldi:typedMember>'
CONFLICTS = {
    "assessment numbers": NUMBER.format(f"{SOMEONE}H9602"),
    "dates": '<bd-i:NoticeOfAssessmentDate contextRef="d">2021-03-13</bd-i:NoticeOfAssessmentDate>',
    "years": '<bd-i:FiscalYear contextRef="d">2018</bd-i:FiscalYear>',
    "taxes": '<bd-i:TaxAppropriation contextRef="d">W</bd-i:TaxAppropriation>',
    "amounts": AMOUNT.format("d", 4322),
    "amounts, of two taxonomies": AMOUNT.format("d", 4322).replace(
        "TaxAssessmentAmount ", f'TaxAssessmentAmount xmlns:bd-i="{BD}-ext1" '
    ),
}
messages("two", "SBA-306", builds={name: lambda text=text: added(text) for name, text in CONFLICTS.items()})
SAME = {
    "amounts that are one": AMOUNT.format("d", "04321"),
    "facts that are nil": AMOUNT.format("d", "").replace(" decimals", f" {NIL} decimals"),
}
messages("two", builds={name: lambda text=text: added(text) for name, text in SAME.items()})

OTHERS = {
    "the partner's": AMOUNT.format("p", 9),
    "an earlier year's": context(
        SOMEONE, '<xbrldi:explicitMember dimension="x:TimeDimension">x:Previous</xbrldi:explicitMember>'
    )
    + AMOUNT.format("o", 9),
    "a row's": context(SOMEONE, ROW.format("<x>1</x>")) + AMOUNT.format("o", 9),
    "another company's": context("123456782") + AMOUNT.format("o", 9),
    "a look-alike name's": AMOUNT.format("d", 9).replace(
        "TaxAssessmentAmount", "TaxAssessmentProvisionalTaxAssessmentAmount"
    ),
    "a name in another case": AMOUNT.format("d", 9).replace("TaxAssessmentAmount", "taxAssessmentAmount"),
    "a name with a homoglyph": AMOUNT.format("d", 9).replace("TaxAssessmentAmount", "ТaxAssessmentAmount"),
    "another namespace's": AMOUNT.format("d", 9).replace(
        "TaxAssessmentAmount ", 'TaxAssessmentAmount xmlns:bd-i="http://www.nltaxonomie.nl/kvk" '
    ),
    "a look-alike namespace's": AMOUNT.format("d", 9).replace(
        "TaxAssessmentAmount ", f'TaxAssessmentAmount xmlns:bd-i="{BD.replace(".nl/", ".nl.evil/")}" '
    ),
    "no namespace's": AMOUNT.format("d", 9)
    .replace("bd-i:TaxAssessmentAmount ", 'TaxAssessmentAmount xmlns="" ')
    .replace("/bd-i:", "/"),
}
IN_A_MEMBER = {
    "an amount": AMOUNT.format("d", 9),
    "an amount without a context": AMOUNT.format("d", 9).replace(' contextRef="d"', ""),
    "an assessment number": NUMBER.format(f"{SOMEONE}H9602"),
    "an assessment number without a context": NUMBER.format(f"{SOMEONE}H9602").replace(' contextRef="d"', ""),
    "a date without a context": "<bd-i:NoticeOfAssessmentDate>2020-01-01</bd-i:NoticeOfAssessmentDate>",
    "a tuple": f"<bd-t:TaxData>{AMOUNT.format('d', 9)}</bd-t:TaxData>",
    "a number of another namespace": NUMBER.format("1").replace('Number contextRef="d"', 'Number xmlns:bd-i="urn:x"'),
    "an entrypoint": '<link:schemaRef xlink:href="bd-rpt-ob-aangifte-2020.xsd"/>',
}
PLACES = {
    "in a row": lambda text: context(SOMEONE, ROW.format(text)),
    "beside a row": lambda text: context(SOMEONE, text),
    "in a unit": lambda text: f'<xbrli:unit id="u">{text}</xbrli:unit>',
    "in a footnote": lambda text: f"<link:footnoteLink><link:footnote>{text}</link:footnote></link:footnoteLink>",
    "in a fact": lambda text: f'<bd-i:Other contextRef="d">{text}</bd-i:Other>',
    "in a fact in a tuple": lambda text: f'<bd-t:A><bd-i:B contextRef="d"><x>{text}</x></bd-i:B></bd-t:A>',
}
for place, around in PLACES.items():
    messages(
        "what is no fact",
        builds={
            f"{title} {place}": lambda text=text, around=around: added(around(text))
            for title, text in IN_A_MEMBER.items()
        },
    )
messages("an amount that is", builds={name: lambda text=text: added(text) for name, text in OTHERS.items()})

messages(
    "unit",
    "SBA-304",
    builds={
        "dollars": lambda: changed("iso4217:EUR</", "iso4217:USD</"),
        "euros of somebody else": lambda: changed("<xbrli:measure>iso4217:EUR", '<xbrli:measure xmlns:x="urn:x">x:EUR'),
        "euros per share": lambda: changed("iso4217:EUR</", "iso4217:EUR</xbrli:measure><xbrli:measure>x:aandeel</"),
        "a unit that is not there": lambda: changed(
            'TaxAssessmentAmount contextRef="d" unitRef="EUR"', 'TaxAssessmentAmount contextRef="d" unitRef="E"'
        ),
        "small letters": lambda: changed("iso4217:EUR</", "iso4217:eur</"),
        "an element inside": lambda: changed("iso4217:EUR</", "iso4217:EUR<a/></"),
    },
)
messages(
    "context",
    "SBA-303",
    builds={
        "that is not there": lambda: changed(
            'TaxAssessmentAmount contextRef="d"', 'TaxAssessmentAmount contextRef="none"'
        ),
        "that is not named": lambda: changed('TaxAssessmentAmount contextRef="d"', "TaxAssessmentAmount"),
        "that is empty": lambda: changed(
            'NoticeOfAssessmentNumber contextRef="d"', 'NoticeOfAssessmentNumber contextRef=""'
        ),
    },
)
messages(
    "context",
    "SBA-301",
    builds={
        "with the same id": lambda: changed('context id="p"', 'context id="d"'),
        "with two identifiers": lambda: re.sub(
            b"(<xbrli:identifier.*?</xbrli:identifier>)", rb"\1\1", document(), count=1
        ),
        "with an identifier of somebody else in a row": lambda: changed(
            "<xbrli:scenario>",
            "<xbrli:scenario>" + ROW.format(f"<xbrli:identifier>{PARTNER}</xbrli:identifier>"),
        ),
        "with two ends": lambda: changed("<xbrli:endDate>", "<xbrli:instant>2018-12-31</xbrli:instant><xbrli:endDate>"),
        "with an element in the identifier": lambda: identified(f"{SOMEONE[:8]}<b/>{SOMEONE[8:]}"),
        "with an eight-digit number before an element": lambda: identified("12345672<b/>9"),
        "with an element in a member": lambda: changed("bd-dim-mem:Declarant<", "bd-dim-mem:Declarant<b/><"),
        "inside another": lambda: added(f'<xbrli:context id="q">{context(PARTNER)}</xbrli:context>'),
        "of a message inside the message": lambda: added(
            f"<xbrli:xbrl>{context(PARTNER)}{AMOUNT.format('o', 9)}</xbrli:xbrl>"
        ),
    },
)
messages(
    "context",
    "SBA-204",
    builds={
        "without an identifier": lambda: re.sub(b"<xbrli:identifier.*?</xbrli:identifier>", b"", document()),
        "of a register with eight digits": lambda: changed(
            "www.belastingdienst.nl/identificatie", "http://www.kvk.nl/kvk-id", identified("12345672")
        ),
        **{
            f"of the register {scheme!r}": lambda scheme=scheme: changed(SCHEME, scheme)
            for scheme in (
                "http://www.kvk.nl/kvk-id",
                "http://www.cbs.nl/",
                "http://www.evil.nl/www.belastingdienst.nl/",
                "www.belastingdienst.nl.evil.nl/identificatie",
                "www.mijnbelastingdienst.nl/identificatie",
                "http://standards.iso.org/iso/17442",
                "belastingdienst",
                " ",
                "",
            )
        },
        "of no register": lambda: changed(f' scheme="{SCHEME}"', ""),
    },
)
messages(
    "context",
    builds={
        f"of the register {scheme!r}": lambda scheme=scheme: changed(SCHEME, scheme)
        for scheme in (
            "http://www.belastingdienst.nl/identificatie",
            "https://www.belastingdienst.nl/identificatie",
            "www.belastingdienst.nl/omzetbelastingnummer",
            "belastingdienst.nl/identificatie",
            " www.belastingdienst.nl ",
            "WWW.Belastingdienst.NL/Identificatie",
            "http://www.belastingdienst.nl",
            "www.belastingdienst.nl/rsin/",
        )
    },
)


@message("context")
def _of_the_same_number_in_another_register() -> bytes:
    """Its amounts are somebody else's."""
    return added(context(SOMEONE).replace(SCHEME, "http://www.kvk.nl/kvk-id") + AMOUNT.format("o", 9))


messages(
    "period",
    "SBA-304",
    builds={
        "that ends at midnight": lambda: changed("2019-12-31<", "2020-01-01T00:00:00<", without("FiscalYear")),
        "without dashes": lambda: changed("2019-12-31<", "20191231<", without("FiscalYear")),
        "that is no date": lambda: changed("2019-12-31<", "2019-99-99<", without("FiscalYear")),
    },
)


@message("period")
def _that_tells_the_year() -> bytes:
    return without("FiscalYear")


@message("nil", amount=None, balance=None)
def _an_amount() -> bytes:
    """Nor is another amount taken in its place."""
    content = re.sub(rb"<(bd-i:\w+) [^>]*unitRef[^>]*>[^<]*</\1>", b"", document())
    return added(AMOUNT.format("d", 4321).replace(" decimals", f" {NIL} decimals"), content)


@message("nil", "SBA-303")
def _a_date() -> bytes:
    return changed("NoticeOfAssessmentDate contextRef", f"NoticeOfAssessmentDate {NIL} contextRef")


@message("missing", "SBA-303")
def _an_assessment_number() -> bytes:
    return without("NoticeOfAssessmentNumber")


@message("missing", amount=None, balance=None)
def _every_amount() -> bytes:
    return re.sub(rb"<(bd-i:\w+) [^>]*unitRef[^>]*>[^<]*</\1>", b"", document())


@message("namespace", "SBA-302")
def _of_somebody_else() -> bytes:
    return changed("http://www.nltaxonomie.nl/nt14/bd", "http://www.example.nl/bd")


@message("namespace", "SBA-301")
def _with_digits_of_another_script() -> bytes:
    return changed(BD, BD.replace("nt14", "nt١٤"))


@message("namespace")
def _by_another_prefix() -> bytes:
    return changed("bd-i:", "x-1:").replace(b"xmlns:bd-i=", b"xmlns:x-1=")


@message("code", "SBA-304")
def _of_a_kind_without_end() -> bytes:
    return fact("DisposalType", "20" * 100_000)


@message("name", facts={"name": "A.B. Voorbeeldstra"})
def _with_marks_that_turn_it_round() -> bytes:
    return document(name="A.B. \u202eVoorbeeld\u200bstra")
