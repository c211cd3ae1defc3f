"""Which tax and which kind of assessment a message is about, and which messages are no SBAs."""

import re
from dataclasses import replace

import pytest

from sba import problems
from sba.reading import concepts
from sba.reading.notice import read
from sba.samples import SOMEONE, document
from tests.sba.messages import added, changed, fact, failure, without


@pytest.mark.parametrize(
    ("letter", "tax"), [("H", "IB"), ("N", "IB"), ("W", "ZVW"), ("V", "VPB"), ("B", "OB"), ("F", "OB")]
)
def test_the_letter_tells_the_tax(letter, tax):
    content = changed("bd-rpt-ih-sba-2019.xsd", "eigen.xsd", fact("TaxAppropriation", letter))
    assert read(content).tax == tax


def test_a_letter_against_the_entrypoint_is_a_warning():
    notice = read(fact("TaxAppropriation", "V"))
    assert (notice.tax, notice.warnings) == ("VPB", ("W-109",))


@pytest.mark.parametrize("entrypoint", ["ih", "ihz"])
def test_the_entrypoint_tells_the_tax_where_the_letter_does_not(entrypoint):
    content = changed("rpt-ih-sba", f"rpt-{entrypoint}-sba", fact("TaxAppropriation", "Z"))
    assert read(content).tax == "IB"


def test_the_assessment_number_tells_the_tax_last():
    content = changed("bd-rpt-ih-sba-2019.xsd", "eigen.xsd", without("TaxAppropriation"))
    assert read(content).tax == "IB"
    assert failure(fact("NoticeOfAssessmentNumber", "X", content)) == (problems.FIELD_MISSING, {"field": "Belasting"})


@pytest.mark.parametrize(("concept", "code", "kind"), [(*key, kind) for key, kind in concepts.KINDS.items()])
def test_every_code_means_its_kind_in_its_concept(concept, code, kind):
    content = re.sub(rb"<([\w-]+:(?:MessageTypeProfile\w+|DisposalType)) .*?</\1>", b"", document(taxonomy=8))
    notice = read(added(f'<bd-asl:{concept} contextRef="d">{code}</bd-asl:{concept}>', content))
    assert (notice.kind, notice.kind_code) == (kind, code)


def test_codes_that_disagree_give_an_unknown_kind_and_a_warning():
    notice = read(fact("DisposalType", "36", document(taxonomy=8)))
    assert (notice.kind, notice.kind_code, notice.warnings) == ("onbekend", "20/36", ("W-110",))


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


SCHEMA_REF = re.search("<link:schemaRef.*?/>", document().decode())[0]
UNKNOWN_ENTRYPOINTS = {
    "another name": changed("bd-rpt-ih-sba-2019.xsd", "eigen.xsd"),
    "a name of the Belastingdienst": changed("bd-rpt-ih-sba-2019.xsd", "bd-rpt-xx-2019.xsd"),
    "no name": changed("bd-rpt-ih-sba-2019.xsd", ""),
    "no address": changed(SCHEMA_REF, "<link:schemaRef/>"),
    "none": changed(SCHEMA_REF, ""),
    "one that is not the message's own": added(f"<bd-t:TaxData>{SCHEMA_REF}</bd-t:TaxData>", changed(SCHEMA_REF, "")),
}


@pytest.mark.parametrize("content", UNKNOWN_ENTRYPOINTS.values(), ids=UNKNOWN_ENTRYPOINTS)
def test_an_unknown_entrypoint_is_read_with_a_warning_when_the_facts_are_an_sbas(content):
    assert read(content) == replace(read(document()), warnings=("W-113",))


def test_a_second_entrypoint_that_is_unknown_is_no_reason_to_doubt():
    assert read(added('<link:schemaRef xlink:href="eigen.xsd"/>')) == read(document())


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
