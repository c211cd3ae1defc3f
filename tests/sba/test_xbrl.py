"""SBAs of every era and tax are read; what cannot be read with certainty ends in a named problem, never in a guess."""

import re
import socket
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.problems import Problem, Rejected
from sba import concepts, problems, samples
from sba.samples import PARTNER, SOMEONE, document
from sba.xbrl import Notice, read
from tests.sba.builders import attempt


def changed(old: str, new: str, content: bytes | None = None) -> bytes:
    """A good document with one thing changed; the thing must be there."""
    text = (content or document()).decode()
    assert old in text
    return text.replace(old, new).encode()


def fact(name: str, value: str, content: bytes | None = None) -> bytes:
    """A good document in which a fact has another value."""
    text, times = re.subn(rf"(<[\w-]+:{name} [^>]*>)[^<]*<", rf"\g<1>{value}<", (content or document()).decode())
    assert times
    return text.encode()


def without(name: str, content: bytes | None = None) -> bytes:
    text, times = re.subn(rf"<([\w-]+:{name}) [^>]*>[^<]*</\1>", "", (content or document()).decode())
    assert times
    return text.encode()


def added(facts: str, content: bytes | None = None) -> bytes:
    """A good document with more facts at its end."""
    return changed("</xbrli:xbrl>", f"{facts}</xbrli:xbrl>", content)


def failure(content: bytes) -> tuple[Problem, dict[str, str]]:
    with pytest.raises(Rejected) as caught:
        read(content)
    problem, facts = caught.value.problem, caught.value.facts
    assert "onbekend" not in problem.explain(facts).removeprefix("Het bericht")
    return problem, facts


# What every SBA says ---------------------------------------------------------------------------------------------


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
    assert (notice.name, notice.warnings) == ("", ("name-differs",))


# Whose it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifier", "tax_id"), [("123456782", "123456782"), ("12345672", "012345672"), ("123456782B01", "123456782")]
)
def test_the_identifier_is_read_in_nine_digits(identifier, tax_id):
    notice = read(changed(f">{SOMEONE}<", f"> {identifier}\n<"))
    assert notice.tax_id == tax_id
    assert notice.warnings == ("number-differs",)


@pytest.mark.parametrize("identifier", ["123456783", "", "abc", "000000000", "1234", "123456782123", "KLANT-6"])
def test_an_identifier_that_is_no_number_fails_masked(identifier):
    problem, facts = failure(changed(f">{SOMEONE}<", f">{identifier}<"))
    assert problem is problems.TAX_ID_INVALID
    assert re.fullmatch(r"•••••.{0,4}", facts["value"])


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


# Never a wrong value ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", ["<!-- x -->", "<?x y?>", "<!---->"])
def test_a_comment_inside_a_number_never_changes_it(inside):
    assert read(changed(">4321<", f">43{inside}21<")).amount == 4321
    assert read(changed(">2021-03-12<", f">2021-{inside}03-12<")).dated_on == date(2021, 3, 12)
    assert read(changed(f">{SOMEONE}<", f">{SOMEONE[:5]}{inside}{SOMEONE[5:]}<")).tax_id == SOMEONE


@pytest.mark.parametrize("value", ["<![CDATA[4321]]>", "&#52;321", "\n 4321\t\r"])
def test_a_number_may_be_written_in_any_way_xml_allows(value):
    assert read(changed(">4321<", f">{value}<")).amount == 4321


def test_an_element_inside_a_value_fails():
    problem, facts = failure(changed(">4321<", ">43<b/>21<"))
    assert (problem, facts["field"]) == (problems.FIELD_UNREADABLE, "Bedrag van de aanslag")


CONFLICTS = [
    ("NoticeOfAssessmentNumber", f"{SOMEONE}H9602", "Aanslagnummer"),
    ("NoticeOfAssessmentDate", "2021-03-13", "Dagtekening"),
    ("FiscalYear", "2018", "Belastingjaar"),
    ("ObjectionDeadlineDate", "2021-05-01", "Uiterste bezwaardatum"),
    ("TaxAppropriation", "W", "Middel"),
]


@pytest.mark.parametrize(("name", "value", "label"), CONFLICTS)
def test_two_values_for_one_fact_are_a_conflict(name, value, label):
    content = added(f'<bd-i:{name} contextRef="d">{value}</bd-i:{name}>')
    assert failure(content) == (problems.FIELD_CONFLICT, {"field": label})


def test_two_amounts_are_a_conflict_and_one_amount_twice_is_not():
    amount = '<bd-i:TaxAssessmentAmount contextRef="d" unitRef="EUR" decimals="INF">{}</bd-i:TaxAssessmentAmount>'
    assert failure(added(amount.format(4322))) == (problems.FIELD_CONFLICT, {"field": "Bedrag van de aanslag"})
    assert read(added(amount.format("04321"))) == read(document())


def test_a_fact_that_is_nil_has_no_value():
    nil = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'
    assert (
        read(changed("ObjectionDeadlineDate contextRef", f"ObjectionDeadlineDate{nil} contextRef")).objection_deadline
        is None
    )
    content = changed(
        "NoticeOfAssessmentDate contextRef", f"NoticeOfAssessmentDate{nil} contextRef", document(taxonomy=20)
    )
    assert failure(content) == (problems.FIELD_MISSING, {"field": "Dagtekening"})


@pytest.mark.parametrize(
    "name",
    ["TaxAssessmentProvisionalNoticeOfAssessmentNumber", "TaxAssessmentProvisionalNoticeOfAssessmentDate",
     "TaxAssessmentProvisionalTaxAssessmentAmount", "TaxAssessmentAmountPreviously"],
)  # fmt: skip
def test_look_alike_names_are_in_the_samples_and_are_not_read(name):
    assert f":{name} ".encode() in document()
    assert read(fact(name, "1")) == read(document())


@pytest.mark.parametrize("name", ["taxAssessmentAmount", "TaxAssessmentAmountX", "XTaxAssessmentAmount"])
def test_names_are_matched_exactly(name):
    content = re.sub(rb"(?<=:)TaxAssessmentAmount(?=[ >])", name.encode(), document())
    assert read(content).amount != 4321


def test_names_of_another_namespace_are_not_read():
    facts = (
        '<x:TaxAssessmentAmount xmlns:x="http://www.nltaxonomie.nl/kvk/2019" contextRef="d">7</x:TaxAssessmentAmount>'
    )
    assert read(added(facts)) == read(document())


# Fields ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["0", "-1", "999999999999999", "-999999999999999", "007"])
def test_whole_amounts_are_read(value):
    assert read(fact("TaxAssessmentAmount", value)).amount == int(value)


@pytest.mark.parametrize(
    "value",
    ["12,50", "12.00", "1.234", "+5", "1e3", "0x10", "--5", "- 5", "1 000", "1234567890123456", "INF", "NaN", "", "٣",
     "１２", "€ 5", "1_000"],
)  # fmt: skip
def test_any_other_amount_fails_with_its_field_and_value(value):
    problem, facts = failure(fact("TaxAssessmentAmount", value))
    assert problem is problems.FIELD_UNREADABLE
    assert facts == {"field": "Bedrag van de aanslag", "value": value or "(leeg)"}


@pytest.mark.parametrize(
    "measure", ["iso4217:USD", "xbrli:pure", "", "iso4217:EURO", "iso4217:EUR</xbrli:measure><xbrli:measure>x:EUR"]
)
def test_an_amount_in_another_unit_fails(measure):
    problem, facts = failure(changed("iso4217:EUR</", f"{measure}</"))
    assert problem is problems.FIELD_UNREADABLE
    assert facts["field"] == "Bedrag van de aanslag"


def test_an_amount_with_a_unit_that_is_not_there_fails():
    content = changed(
        'TaxAssessmentAmount contextRef="d" unitRef="EUR"', 'TaxAssessmentAmount contextRef="d" unitRef="E"'
    )
    assert failure(content)[0] is problems.FIELD_UNREADABLE


@pytest.mark.parametrize(
    "value",
    ["12-03-2021", "2021-3-12", "2021-02-30", "20210312", "2021-03-12Z", "2021-03-12+01:00", "2021-W10-5", "0000-01-01",
     "", "1999-12-31", "2101-01-01", "2021-03-12T00:00:00", "٢٠٢١-٠٣-١٢"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("name", "label"), [("NoticeOfAssessmentDate", "Dagtekening"), ("ObjectionDeadlineDate", "Uiterste bezwaardatum")]
)
def test_any_other_date_fails_with_its_field_and_value(name, label, value):
    problem, facts = failure(fact(name, value))
    assert problem is problems.FIELD_UNREADABLE
    assert facts == {"field": label, "value": value or "(leeg)"}


@pytest.mark.parametrize("value", ["19", "2019Z", "1999", "2101", "02019", "MMXIX", "-2019"])
def test_an_odd_year_fails(value):
    assert failure(fact("FiscalYear", value)) == (problems.FIELD_UNREADABLE, {"field": "Belastingjaar", "value": value})


def test_a_long_value_is_shown_cut_and_without_controls():
    _, facts = failure(fact("NoticeOfAssessmentDate", "\u202e" + "9" * 100))
    assert facts["value"] == "9" * 39 + "…"


@pytest.mark.parametrize(
    ("name", "label"), [("NoticeOfAssessmentNumber", "Aanslagnummer"), ("NoticeOfAssessmentDate", "Dagtekening")]
)
def test_a_required_field_that_is_missing_is_named(name, label):
    assert failure(without(name)) == (problems.FIELD_MISSING, {"field": label})


def test_a_required_field_that_a_later_taxonomy_lacks_blames_the_taxonomy():
    content = document(taxonomy=21)
    for name in ("NoticeOfAssessmentNumber", "NoticeOfAssessmentDate"):
        assert failure(without(name, content)) == (problems.TAXONOMY_UNKNOWN, {"taxonomy": "NT21"})


@pytest.mark.parametrize("value", ["", ".", "1" * 24])
def test_an_assessment_number_of_impossible_length_fails_masked(value):
    problem, facts = failure(fact("NoticeOfAssessmentNumber", value))
    assert (problem, facts["field"]) == (problems.FIELD_UNREADABLE, "Aanslagnummer")
    assert facts["value"].startswith("•••••")


def test_an_odd_assessment_number_is_kept():
    assert read(fact("NoticeOfAssessmentNumber", "afwijkend 7")).assessment_number == "AFWIJKEND7"


def test_a_printed_assessment_number_is_normalised():
    printed = f"{SOMEONE[:4]}.{SOMEONE[4:6]}.{SOMEONE[6:]}.H.96.01"
    assert read(fact("NoticeOfAssessmentNumber", printed)) == read(document())


def test_the_year_is_the_contexts_when_it_is_not_stated():
    notice = read(without("FiscalYear"))
    assert (notice.year, notice.warnings) == (2019, ())


def test_the_year_is_the_assessment_numbers_when_nothing_else_tells():
    content = re.sub(b"(?s)<xbrli:period>.*?</xbrli:period>", b"", without("FiscalYear"))
    assert read(content).year == 2019
    assert failure(fact("NoticeOfAssessmentNumber", "X", content)) == (
        problems.FIELD_MISSING,
        {"field": "Belastingjaar"},
    )


def test_another_year_in_the_assessment_number_is_a_warning():
    notice = read(fact("FiscalYear", "2018"))
    assert (notice.year, notice.warnings) == (2018, ("year-differs",))


# Tax and kind ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letter", "tax"), [("H", "IB"), ("N", "IB"), ("W", "ZVW"), ("V", "VPB"), ("B", "OB"), ("F", "OB")]
)
def test_the_letter_tells_the_tax(letter, tax):
    content = changed("bd-rpt-ih-sba-2019.xsd", "eigen.xsd", fact("TaxAppropriation", letter))
    assert read(content).tax == tax


def test_a_letter_against_the_entrypoint_is_a_warning():
    notice = read(fact("TaxAppropriation", "V"))
    assert (notice.tax, notice.warnings) == ("VPB", ("tax-differs",))


@pytest.mark.parametrize("entrypoint", ["ih", "ihz"])
def test_the_entrypoint_tells_the_tax_where_the_letter_does_not(entrypoint):
    content = changed("rpt-ih-sba", f"rpt-{entrypoint}-sba", fact("TaxAppropriation", "Z"))
    assert read(content).tax == "IB"


def test_the_assessment_number_tells_the_tax_last():
    content = changed("bd-rpt-ih-sba-2019.xsd", "eigen.xsd", without("TaxAppropriation"))
    assert read(content).tax == "IB"
    assert failure(fact("NoticeOfAssessmentNumber", "X", content)) == (problems.FIELD_MISSING, {"field": "Middel"})


@pytest.mark.parametrize(("concept", "code", "kind"), [(*key, kind) for key, kind in concepts.KINDS.items()])
def test_every_code_means_its_kind_in_its_concept(concept, code, kind):
    content = re.sub(rb"<([\w-]+:(?:MessageTypeProfile\w+|DisposalType)) .*?</\1>", b"", document(taxonomy=8))
    notice = read(added(f'<bd-asl:{concept} contextRef="d">{code}</bd-asl:{concept}>', content))
    assert (notice.kind, notice.kind_code) == (kind, code)


def test_codes_that_disagree_give_an_unknown_kind_and_a_warning():
    notice = read(fact("DisposalType", "36", document(taxonomy=8)))
    assert (notice.kind, notice.kind_code, notice.warnings) == ("onbekend", "20/36", ("kind-differs",))


def test_an_unknown_code_is_kept_and_a_flag_tells_the_kind():
    notice = read(fact("DisposalType", "99"))
    assert (notice.kind, notice.kind_code) == ("definitief", "99")


def test_the_assessment_number_tells_the_kind_last():
    content = fact("TaxAssessmentOfficialFinal", "false", without("DisposalType"))
    assert read(fact("NoticeOfAssessmentNumber", f"{SOMEONE}H9001", content)).kind == "voorlopig"
    assert read(fact("NoticeOfAssessmentNumber", f"{SOMEONE}H9701", content)).kind == "navordering"
    assert read(fact("NoticeOfAssessmentNumber", "ONBEKEND", content)).kind == "onbekend"


def test_amounts_fall_back_in_order_and_never_to_zero():
    content = document(tax="ZVW", taxonomy=7)
    for name in ("TaxAssessmentAmountWithInterest", "HealthInsuranceTaxAssessmentContribution"):
        assert read(content).amount is not None
        content = without(name, content)
    assert read(without("ProvisionalTaxAssessmentAmountNew", content)).amount is None


# Other messages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("bd-rpt-ihz-vpb-uitstel-sba-2019.xsd", "Uitstel"), ("bd-rpt-ob-aangifte-2020.xsd", "aangifte omzetbelasting"),
        ("bd-rpt-icp-opgaaf-2020.xsd", "ICP"), ("bd-rpt-ob-suppletie-2019.xsd", "suppletie"),
        ("bd-rpt-ihz-aangifte-2019.xsd", "inkomstenbelasting"),
        ("rpt-bd-vpb-aangifte-2013.xsd", "vennootschapsbelasting"),
        ("bd-rpt-toeslagen-sbt-2016.xsd", "Toeslagen"), ("kvk-rpt-jaarverantwoording-2019.xsd", "jaarrekening"),
        ("bd-rpt-vpb-verzoekwijzigingva-2020.xsd", "voorlopige aanslag"), ("bd-rpt-ihz-via-2019.xsd", "vooringevulde"),
    ],
)  # fmt: skip
def test_another_message_is_told_for_what_it_is(file, found):
    problem, facts = failure(changed("bd-rpt-ih-sba-2019.xsd", file))
    assert problem is problems.NOT_AN_SBA
    assert found in facts["found"]


@pytest.mark.parametrize("file", ["eigen.xsd", "bd-rpt-xx-2019.xsd"])
def test_an_unknown_entrypoint_is_read_when_the_facts_are_an_sbas(file):
    assert read(changed("bd-rpt-ih-sba-2019.xsd", file)) == read(document())


def test_an_unknown_message_without_an_assessment_number_is_no_sba():
    assert (
        failure(changed("bd-rpt-ih-sba-2019.xsd", "eigen.xsd", without("NoticeOfAssessmentNumber")))[0]
        is problems.NOT_AN_SBA
    )


def test_an_sba_in_unknown_namespaces_names_them():
    problem, facts = failure(changed("http://www.nltaxonomie.nl/nt14/bd", "http://www.example.nl/bd"))
    assert problem is problems.TAXONOMY_UNKNOWN
    assert facts["taxonomy"].startswith("http://www.example.nl/bd")


@pytest.mark.parametrize("content", [b"<a/>", b"<html xmlns='http://www.w3.org/1999/xhtml'/>", b"<xbrl/>"])
def test_other_xml_is_no_sba(content):
    assert failure(content)[0] is problems.NOT_AN_SBA


def test_an_empty_instance_is_no_sba():
    assert failure(b'<xbrl xmlns="http://www.xbrl.org/2003/instance"/>')[0] is problems.NOT_AN_SBA


# Hostile documents -----------------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
EXTERNAL = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
DOCTYPES = [LAUGHS, EXTERNAL, FILE, "<!DOCTYPE x>", '<!DOCTYPE x [<!ENTITY a "' + "x" * 100_000 + '">]>']


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE"])
def test_a_doctype_is_refused_in_every_encoding(doctype, encoding):
    text = (
        document()
        .decode()
        .replace('encoding="UTF-8"?>', f'encoding="{encoding}"?>{doctype}')
        .replace(">4321<", ">&a;<")
    )
    problem, facts = failure(text.encode(encoding))
    assert problem is problems.XBRL_UNREADABLE
    assert "DOCTYPE" in facts["detail"]


@pytest.mark.parametrize("encoding", ["UTF-32", "UTF-7", "IBM037", "UTF-16"])
def test_a_doctype_in_an_exotic_encoding_is_refused_too(encoding):
    text = document().decode().replace('encoding="UTF-8"?>', f'encoding="{encoding}"?><!DOCTYPE xbrl>')
    assert failure(text.encode(encoding))[0] is problems.XBRL_UNREADABLE


@pytest.mark.parametrize("encoding", ["cp037", "utf-32"])
def test_a_doctype_is_refused_in_an_encoding_that_is_not_the_declared_one(encoding):
    text = document().decode().replace('encoding="UTF-8"?>', 'encoding="UTF-8"?><!DOCTYPE xbrl>')
    assert failure(text.encode(encoding))[0] is problems.XBRL_UNREADABLE


@pytest.mark.parametrize("encoding", ["UTF-32", "KOI8-R", "x-onzin"])
def test_an_encoding_nobody_uses_is_unreadable(encoding):
    content = document().replace(b"UTF-8", encoding.encode())
    assert (
        failure(content if encoding != "UTF-32" else content.decode().encode("utf-32"))[0] is problems.XBRL_UNREADABLE
    )


@pytest.fixture
def server():
    """A server on this machine to which nobody may have come at the end of the test."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.setblocking(False)
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.mark.parametrize(
    "extra",
    [
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{}/x" parse="text"/>',
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
        '<link:linkbaseRef xlink:type="simple" xlink:href="{}/x.xml"/>',
        '<x xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a {}/x.xsd"/>',
    ],
)
def test_nothing_is_fetched(extra, server):
    assert read(added(extra.format(server))) == read(document())


def test_a_stylesheet_and_the_entrypoint_are_never_fetched(server):
    content = changed("http://www.nltaxonomie.nl/nt14/bd/20191211/entrypoints/", f"{server}/")
    content = changed(
        "<xbrli:xbrl ", f'<?xml-stylesheet href="{server}/x.xsl" type="text/xsl"?>\n<xbrli:xbrl ', content
    )
    assert read(content) == read(document())


@pytest.mark.parametrize("doctype", ['<!DOCTYPE x SYSTEM "{}/x.dtd">', '<!DOCTYPE x [<!ENTITY % a SYSTEM "{}/a">%a;]>'])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "IBM037"])
def test_no_dtd_or_entity_is_fetched(doctype, encoding, server):
    text = document().decode().replace('encoding="UTF-8"?>', f'encoding="{encoding}"?>{doctype.format(server)}')
    assert failure(text.encode(encoding))[0] is problems.XBRL_UNREADABLE


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"\xff\xfe", b"<", b"hallo", b"<?xml", document()[:500], document()[:-5], document() + b"<a/>",
     document() + b"\0", b"\n" + document(), document().replace(b"4321", b"4\x003"),
     document().replace(b"4321", b"&a;"), document().replace(b"A.B.", b"\xff\xfe"),
     document().replace(b"bd-i:FiscalYear", b"zonder:FiscalYear")],
)  # fmt: skip
def test_what_is_no_xml_is_unreadable_and_says_where(content):
    problem, facts = failure(content)
    assert problem is problems.XBRL_UNREADABLE
    assert re.search(r"regel \d+, positie \d+", facts["detail"])


def test_what_the_document_says_is_not_repeated_in_a_parsers_message():
    assert SOMEONE not in str(failure(changed("</bd-i:FiscalYear>", f"</{SOMEONE}>")))


@pytest.mark.parametrize(
    "extra",
    [
        "<a>" * 100_000 + "</a>" * 100_000,
        "<a>" + "x" * 11_000_000 + "</a>",
        f'<a b="{"x" * 11_000_000}"/>',
    ],
    ids=["depth", "text", "attribute"],
)
def test_what_is_out_of_all_proportion_is_unreadable(extra):
    assert failure(added(extra))[0] is problems.XBRL_UNREADABLE


@pytest.mark.parametrize(
    "extra",
    [
        '<bd-i:TaxAssessmentAmount contextRef="d" unitRef="EUR">4321</bd-i:TaxAssessmentAmount>',
        '<bd-i:Other contextRef="d">1</bd-i:Other>',
        '<bd-i:TaxpayerNameAddress1 contextRef="d">A.B. Voorbeeldstra</bd-i:TaxpayerNameAddress1>',
    ],
)
def test_a_hundred_thousand_facts_are_read(extra):
    assert read(added(extra * 100_000)) == read(document())


# Any document ----------------------------------------------------------------------------------------------------

BASES = [document(tax=tax, taxonomy=taxonomy) for tax, taxonomy in (("IB", 7), ("ZVW", 11), ("VPB", 14), ("IB", 20))]
OF_CONTENT: set[Problem] = {
    problems.XBRL_UNREADABLE, problems.TAXONOMY_UNKNOWN, problems.FIELD_MISSING, problems.FIELD_UNREADABLE,
    problems.NOT_AN_SBA, problems.FIELD_CONFLICT, problems.TAX_ID_INVALID,
}  # fmt: skip


def outcome(content: bytes) -> Notice | None:
    """What the document says, None where it fails by one of the names it may fail by."""
    notice, rejected = attempt(lambda: read(content))
    if rejected:
        assert rejected.problem in OF_CONTENT
        assert SOMEONE not in str(rejected.facts)
    return notice


@given(st.sampled_from(BASES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_document_with_changed_bytes_is_read_or_fails_by_name(base, changes):
    content = bytearray(base)
    for at, value in changes:
        content[at % len(content)] = value
    outcome(bytes(content))


@given(st.sampled_from(BASES), st.integers(0, 10**6), st.integers(1, 500))
def test_a_document_with_lines_lost_never_gets_another_value(base, at, count):
    lines = base.splitlines(keepends=True)
    at %= len(lines)
    notice, whole = outcome(b"".join(lines[:at] + lines[at + count :])), read(base)
    if notice is not None:
        assert (notice.tax_id, notice.dated_on) == (whole.tax_id, whole.dated_on)
        assert notice.assessment_number == whole.assessment_number


@given(st.sampled_from(BASES), st.sampled_from([*concepts.NAMES, *concepts.KIND_FLAGS]), st.text(max_size=30))
def test_a_field_with_any_text_is_read_or_fails_by_name(base, name, value):
    text, times = re.subn(rf"(<[\w-]+:{name} [^>]*>)[^<]*<", lambda match: f"{match[1]}{value}<", base.decode())
    if times:
        outcome(text.encode("utf-8", "replace"))


@given(st.binary(max_size=400))
def test_any_bytes_fail_by_name(content):
    assert outcome(content) is None


@given(
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.dates(date(2000, 1, 1), date(2100, 10, 1)),
)
def test_every_amount_and_date_is_read_as_it_was_written(amount, balance, dated_on):
    notice = read(document(amount=amount, balance=balance, dated_on=dated_on))
    assert (notice.amount, notice.balance, notice.dated_on) == (amount, balance, dated_on)
