"""SBAs of every era and tax are read, and it is clear whose they are."""

import re
from datetime import date

import pytest

from portal.masking import mask
from sba import problems, samples
from sba.reading import concepts
from sba.reading.notice import Notice, read
from sba.samples import PARTNER, SOMEONE, document
from tests.sba.messages import added, changed, failure, without


def test_a_notice_says_what_the_message_says():
    assert read(document()) == Notice(
        tax_id=SOMEONE,
        tax="IB",
        year=2019,
        kind="definitief",
        kind_code="20",
        assessment_number=f"{SOMEONE}H9601",
        dated_on=date(2021, 3, 12),
        period="",
        amount=4321,
        balance=-250,
        objection_deadline=date(2021, 4, 23),
        name="A.B. Voorbeeldstra",
        taxonomy="NT14",
        warnings=(),
    )


@pytest.mark.parametrize("taxonomy", range(7, 21))
@pytest.mark.parametrize("tax", samples.TAXES)
def test_every_tax_is_read_in_every_era(tax, taxonomy):
    for kind in samples.KINDS[tax]:
        if not samples.has_kind(tax, taxonomy, kind):
            continue
        notice = read(document(tax=tax, taxonomy=taxonomy, kind=kind, amount=77, balance=-12))
        assert (notice.tax, notice.kind, notice.taxonomy) == (tax, kind, f"NT{taxonomy}")
        assert (notice.tax_id, notice.year, notice.amount, notice.balance) == (SOMEONE, 2019, 77, -12)
        assert notice.warnings == ()


def test_a_period_is_read_where_the_era_has_one():
    assert read(document(tax="VPB", taxonomy=10)).period == "201901-12"
    assert read(document(tax="VPB", taxonomy=12)).period == ""


def test_a_deadline_is_only_what_the_message_states():
    assert read(document(kind="voorlopig")).objection_deadline is None
    assert read(document(taxonomy=7)).objection_deadline is None


def test_a_later_taxonomy_is_read_when_it_fits():
    assert read(document(taxonomy=21)).taxonomy == "NT21"


def test_a_prerelease_is_read():
    assert read(changed("/bd/20191211/", "/bd/20191211.a/")).taxonomy == "NT14"


@pytest.mark.parametrize("prefix", ["ns0", "bd", "x-1"])
def test_prefixes_do_not_matter(prefix):
    assert read(changed("bd-i:", f"{prefix}:").replace(b"xmlns:bd-i=", f"xmlns:{prefix}=".encode())) == read(document())


def test_facts_are_found_at_any_depth():
    text = document().decode().replace("<bd-t:TaxData>", "<bd-t:TaxData>" * 40)
    assert read(text.replace("</bd-t:TaxData>", "</bd-t:TaxData>" * 40).encode()) == read(document())


@pytest.mark.parametrize(
    "content",
    [
        document().decode().encode("utf-8-sig"),
        document().decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        document().decode().replace(' encoding="UTF-8"', "").encode("utf-16-le").join((b"\xff\xfe", b"")),
        document().decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        document().decode().replace("UTF-8", "windows-1252").encode("cp1252"),
        document().replace(b'<?xml version="1.0" encoding="UTF-8"?>\n', b""),
    ],
    ids=["bom", "utf-16", "utf-16 by its bom", "latin-1", "cp1252", "no declaration"],
)
def test_every_usual_encoding_is_read(content):
    assert read(content) == read(document())


@pytest.mark.parametrize(
    ("encoding", "python"), [("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("UTF-16", "utf-16")]
)
def test_accents_survive_every_encoding(encoding, python):
    text = document(name="R. Éénoog-Süß").decode().replace("UTF-8", encoding)
    assert read(text.encode(python)).name == "R. Éénoog-Süß"


@pytest.mark.parametrize("name", ["Jansen & Zonen <test>", "  A.B.\t Voorbeeldstra  "])
def test_the_name_is_one_clean_line(name):
    assert read(document(name=name)).name == " ".join(name.split())


def test_a_message_without_a_name_has_none():
    assert read(without("TaxpayerNameAddress1")).name == ""


def test_two_names_give_none_and_a_warning():
    notice = read(added('<bd-i:TaxpayerNameAddress1 contextRef="d">Iemand anders</bd-i:TaxpayerNameAddress1>'))
    assert (notice.name, notice.warnings) == ("", ("W-111",))


@pytest.mark.parametrize(
    ("identifier", "tax_id"), [("123456782", "123456782"), ("12345672", "012345672"), ("123456782B01", "123456782")]
)
def test_the_identifier_is_read_in_nine_digits(identifier, tax_id):
    notice = read(changed(f">{SOMEONE}<", f"> {identifier}\n<"))
    assert notice.tax_id == tax_id
    assert notice.warnings == ("W-107",)


@pytest.mark.parametrize("identifier", ["123456783", "", "abc", "000000000", "12345", "123456782123", "KLANT-6"])
def test_an_identifier_that_is_no_number_fails_masked(identifier):
    problem, facts = failure(changed(f">{SOMEONE}<", f">{identifier}<"))
    assert problem is problems.TAX_ID_INVALID
    assert facts["value"] == mask(identifier)


def test_eight_digits_of_another_register_are_not_padded():
    content = changed(f">{SOMEONE}<", ">12345672<").replace(
        b"www.belastingdienst.nl/identificatie", b"http://www.kvk.nl/kvk-id"
    )
    assert failure(content)[0] is problems.TAX_ID_INVALID


def test_another_party_is_never_taken_for_ours():
    partners = f"""
      <bd-i:NoticeOfAssessmentNumber contextRef="p">{PARTNER}H9601</bd-i:NoticeOfAssessmentNumber>
      <bd-i:NoticeOfAssessmentDate contextRef="p">2020-01-01</bd-i:NoticeOfAssessmentDate>
      <bd-i:TaxAssessmentAmount contextRef="p" unitRef="EUR" decimals="INF">999999</bd-i:TaxAssessmentAmount>
      <bd-i:AmountDue contextRef="p" unitRef="EUR" decimals="INF">999999</bd-i:AmountDue>"""
    assert read(added(partners)) == read(document())
    first = document().decode().replace("<bd-t:TaxData>", partners + "<bd-t:TaxData>").encode()
    assert read(first) == read(document())


def test_another_party_is_told_by_its_number_even_when_it_says_declarant():
    content = changed("bd-dim-mem:Partner", "bd-dim-mem:Declarant")
    partners = '<bd-i:TaxAssessmentAmount contextRef="p" unitRef="EUR" decimals="INF">999999</bd-i:TaxAssessmentAmount>'
    assert read(added(partners, content)) == read(document())


def test_an_amount_of_the_partner_alone_is_no_amount_of_ours():
    content = changed('TaxAssessmentAmount contextRef="d"', 'TaxAssessmentAmount contextRef="p"')
    amounts = [name for name in concepts.AMOUNT if f":{name} ".encode() in content and name != "TaxAssessmentAmount"]
    for name in amounts:
        content = without(name, content)
    assert read(content).amount is None


def test_two_parties_with_equal_rights_are_a_conflict():
    text = document().decode().replace("bd-dim-mem:Partner", "bd-dim-mem:Declarant")
    number = f'<bd-i:NoticeOfAssessmentNumber contextRef="p">{PARTNER}H9601</bd-i:NoticeOfAssessmentNumber>'
    assert failure(added(number, text.encode())) == (problems.FIELD_CONFLICT, {"field": "Aanslagnummer"})


@pytest.mark.parametrize(
    "member",
    [
        '<xbrldi:explicitMember dimension="bd-dim-dim:TimeDimension">bd-dim-mem:Previous</xbrldi:explicitMember>',
        '<xbrldi:explicitMember dimension="bd-dim-dim:PartyDimension">bd-dim-mem:Partner</xbrldi:explicitMember>',
        '<xbrldi:typedMember dimension="bd-dim-dim:RowDimension"><x>2</x></xbrldi:typedMember>',
    ],
)
@pytest.mark.parametrize("place", ["scenario", "segment"])
def test_facts_of_another_year_party_or_row_are_not_ours(member, place):
    context = document().decode().partition('<xbrli:context id="d">')[2].partition("</xbrli:context>")[0]
    if place == "scenario":
        context = re.sub("<xbrli:scenario>.*</xbrli:scenario>", f"<xbrli:scenario>{member}</xbrli:scenario>", context)
    else:
        context = context.replace("</xbrli:entity>", f"<xbrli:segment>{member}</xbrli:segment></xbrli:entity>")
    other = '<bd-i:TaxAssessmentAmount contextRef="o" unitRef="EUR" decimals="INF">1</bd-i:TaxAssessmentAmount>'
    content = added(f'<xbrli:context id="o">{context}</xbrli:context>{other}')
    assert read(content) == read(document())


def test_a_context_without_dimensions_is_ours_when_the_party_is():
    content = re.sub(b"<xbrli:scenario>.*?</xbrli:scenario>", b"", document(), count=1)
    plain = (
        '<xbrli:context id="o"><xbrli:entity><xbrli:identifier scheme="www.belastingdienst.nl/omzetbelastingnummer">'
    )
    plain += f"{SOMEONE}B01</xbrli:identifier></xbrli:entity></xbrli:context>"
    content = added(
        plain, changed('ObjectionDeadlineDate contextRef="d"', 'ObjectionDeadlineDate contextRef="o"', content)
    )
    assert read(content) == read(document())


@pytest.mark.parametrize(
    ("name", "label"),
    [("NoticeOfAssessmentNumber", "Aanslagnummer"), ("TaxAssessmentAmount", "Bedrag van de aanslag")],
)
@pytest.mark.parametrize("reference", ['contextRef="weg"', ""])
def test_a_fact_without_its_context_fails(name, label, reference):
    problem, facts = failure(changed(f'{name} contextRef="d"', f"{name} {reference}"))
    assert problem is problems.FIELD_MISSING
    assert label in facts["field"]


def test_two_contexts_with_one_id_are_unreadable():
    assert failure(changed('context id="p"', 'context id="d"'))[0] is problems.XBRL_UNREADABLE
