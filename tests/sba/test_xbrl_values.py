"""A value is never guessed: what cannot be read with certainty fails with its field and value."""

import re
from datetime import date

import pytest

from sba import problems
from sba.reading.notice import read
from sba.samples import SOMEONE, document
from tests.sba.messages import added, changed, fact, failure, without


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
    ("TaxAppropriation", "W", "Belasting"),
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
    assert (notice.year, notice.warnings) == (2018, ("W-108",))
