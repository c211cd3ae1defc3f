"""Whatever is done to a good message: it is read as it was written, or it fails by name."""

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from migration.problems import Problem
from sba import problems
from sba.reading import concepts
from sba.reading.notice import Notice, read
from sba.reading.numbers import tax_id
from sba.samples import PARTNER, SOMEONE, document
from tests.migration.files.builders import attempt
from tests.migration.files.fuzzing import fuzzed
from tests.sba.hostile.envelopes import SOAP, bare, enveloped
from tests.sba.messages import added

BASES = [document(tax=tax, taxonomy=taxonomy) for tax, taxonomy in (("IB", 7), ("ZVW", 11), ("VPB", 14), ("IB", 20))]
BASES.append(SOAP.format(f"\n{bare(document(tax='ZVW', taxonomy=15))}").encode())
OF_CONTENT: set[Problem] = {
    problems.XBRL_UNREADABLE, problems.TAXONOMY_UNKNOWN, problems.FIELD_MISSING, problems.FIELD_UNREADABLE,
    problems.NOT_AN_SBA, problems.OTHER_FORM, problems.FIELD_CONFLICT, problems.TAX_ID_INVALID,
}  # fmt: skip


def outcome(content: bytes) -> Notice | None:
    """What the document says, None where it fails by one of the names it may fail by."""
    notice, rejected = attempt(lambda: read(content))
    if rejected:
        assert rejected.problem in OF_CONTENT
        assert SOMEONE not in str(rejected.facts)
        return None
    assert_literal(notice, content)
    return notice


def assert_literal(notice: Notice, content: bytes) -> None:
    """Every value of a notice stands in the document, as the whole text of an element."""
    root = etree.fromstring(content, etree.XMLParser(remove_comments=True, remove_pis=True))
    texts = {"".join(element.itertext()).strip() for element in root.iter() if not len(element)}
    numbers = {int(text) for text in texts if re.fullmatch("-?[0-9]{1,15}", text)}
    assert {notice.amount, notice.balance} - {None} <= numbers
    assert {notice.dated_on.isoformat(), (notice.objection_deadline or notice.dated_on).isoformat()} <= texts
    assert notice.assessment_number in {re.sub(r"[\s.]", "", text).upper() for text in texts}
    assert notice.tax_id in {tax_id(text) for text in texts}
    assert notice.period in texts | {""}
    assert set(notice.kind_code.split("/")) <= texts | {""}


@fuzzed
@given(st.sampled_from(BASES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_document_with_changed_bytes_is_read_or_fails_by_name(base, changes):
    content = bytearray(base)
    for at, value in changes:
        content[at % len(content)] = value
    outcome(bytes(content))


@fuzzed
@given(st.sampled_from(BASES), st.integers(0, 10**6), st.integers(1, 500))
def test_a_document_with_lines_lost_never_gets_another_value(base, at, count):
    lines = base.splitlines(keepends=True)
    at %= len(lines)
    notice, whole = outcome(b"".join(lines[:at] + lines[at + count :])), read(base)
    if notice is not None:
        assert (notice.tax_id, notice.dated_on) == (whole.tax_id, whole.dated_on)
        assert notice.assessment_number == whole.assessment_number


@fuzzed
@given(st.sampled_from(BASES), st.sampled_from([*concepts.NAMES, *concepts.KIND_FLAGS]), st.text(max_size=30))
def test_a_field_with_any_text_is_read_or_fails_by_name(base, name, value):
    text, times = re.subn(rf"(<[\w-]+:{name} [^>]*>)[^<]*<", lambda match: f"{match[1]}{value}<", base.decode())
    if times:
        outcome(text.encode("utf-8", "replace"))


@fuzzed
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=5))
def test_an_envelope_with_changed_bytes_is_read_or_fails_by_name(changes):
    content = bytearray(enveloped(document()))
    for at, value in changes:
        content[at % len(content)] = value
    _, rejected = attempt(lambda: read(bytes(content)))
    assert rejected is None or rejected.problem in OF_CONTENT


@fuzzed
@given(st.binary(max_size=400))
def test_any_bytes_fail_by_name(content):
    assert outcome(content) is None


@fuzzed
@given(
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.dates(date(2000, 1, 1), date(2100, 10, 1)),
)
def test_every_amount_and_date_is_read_as_it_was_written(amount, balance, dated_on):
    notice = read(document(amount=amount, balance=balance, dated_on=dated_on))
    assert (notice.amount, notice.balance, notice.dated_on) == (amount, balance, dated_on)


VALUES = st.one_of(
    st.sampled_from(
        ["4321", "-250", "0", "2021-03-12", "2020-01-01", "2019", "20", "36", "H", "W", f"{SOMEONE}H9601", "", "x"]
    ),
    st.integers(-(10**16), 10**16).map(str),
    st.dates().map(str),
    st.text("0123456789-+.,eE \u0661\u202e\xa0", max_size=20),
)
REFERENCES = st.sampled_from(["d", "p", "o", "e", "none", ""])
FACTS = st.builds(
    '<bd-i:{0} contextRef="{1}"{2}>{3}</bd-i:{0}>'.format,
    st.sampled_from([*concepts.NAMES, *concepts.KIND_FLAGS, "TaxAssessmentAmountPreviously"]),
    REFERENCES,
    st.sampled_from(
        ["", ' unitRef="EUR"', ' unitRef="USD"', ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"']
    ),
    VALUES,
)
MEMBERS = st.sampled_from([
    "", '<xbrldi:explicitMember dimension="x:PartyDimension">x:Partner</xbrldi:explicitMember>',
    '<xbrldi:explicitMember dimension="x:TimeDimension">x:Previous</xbrldi:explicitMember>',
    '<xbrldi:typedMember dimension="x:Row"><r>1</r></xbrldi:typedMember>',
])  # fmt: skip
CONTEXTS = st.builds(
    '<xbrli:context id="{}"><xbrli:entity><xbrli:identifier scheme="{}">{}</xbrli:identifier></xbrli:entity>'
    "<xbrli:scenario>{}</xbrli:scenario></xbrli:context>".format,
    st.sampled_from(["o", "e", "o2"]),
    st.sampled_from(["www.belastingdienst.nl/identificatie", "http://www.kvk.nl/kvk-id", ""]),
    st.sampled_from([SOMEONE, PARTNER, "12345672", f"{SOMEONE}B01", ""]),
    MEMBERS,
)


@fuzzed
@given(
    st.lists(st.one_of(FACTS, CONTEXTS), max_size=6),
    st.lists(st.sampled_from([*concepts.NAMES, "SchemaRef"]), max_size=3),
)
def test_a_document_with_more_and_fewer_facts_never_gets_a_value_of_its_own(more, fewer):
    text = document().decode()
    for name in fewer:
        text = re.sub(rf"<([\w-]+:{name}) [^>]*>[^<]*</\1>", "", text)
    outcome(added("".join(more), text.encode()))


@fuzzed
@given(st.sampled_from(BASES), st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=1, max_size=3))
def test_a_document_with_tags_swapped_never_gets_a_value_of_its_own(base, swaps):
    parts = re.split(rb"(?=<)", base)
    for one, other in swaps:
        one, other = one % len(parts), other % len(parts)
        parts[one], parts[other] = parts[other], parts[one]
    outcome(b"".join(parts))
