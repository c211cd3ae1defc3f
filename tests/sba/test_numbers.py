"""BSN/RSIN, omzetbelastingnummer and aanslagnummer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn

from sba.reading import numbers


@given(st.text("0123456789", min_size=9, max_size=9))
def test_the_eleven_test_agrees_with_stdnum(number):
    assert numbers.passes_eleven_test(number) == bsn.is_valid(number)


@given(st.integers(1, 99_999_999))
def test_every_number_with_its_check_digit_is_accepted(stem):
    valid = [f"{stem:08}{digit}" for digit in range(10) if bsn.is_valid(f"{stem:08}{digit}")]
    assert [numbers.tax_id(number) for number in valid] == valid


@pytest.mark.parametrize(
    ("text", "tax_id"),
    [
        ("123456782", "123456782"),
        ("12345672", "012345672"),  # eight digits: the leading zero fell off
        ("012345672", "012345672"),
        ("123456782B01", "123456782"),
        ("NL123456782B01", "123456782"),
    ],
)
def test_a_number_is_read_in_nine_digits(text, tax_id):
    assert numbers.tax_id(text) == tax_id


@pytest.mark.parametrize(
    "text",
    ["", "123456783", "1234567", "1234567820", "12345678a", "000000000", "00000000", "123.456.782", " 123456782",
     "123456782\n", "-12345678", "١٢٣٤٥٦٧٨٢", "123456782B1", "123456782B01X", "123456783B01", "x123456782B01"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    assert numbers.tax_id(text) is None


@pytest.mark.parametrize("text", ["123456782H6001", "1234.56.782.H.60.01", "1234.56.782 H 60 01", "123456782h6001"])
def test_an_assessment_number_is_the_same_however_it_is_printed(text):
    number = numbers.assessment_number(text)
    assert (number.text, number.tax_id, number.letter) == ("123456782H6001", "123456782", "H")


@pytest.mark.parametrize("text", ["X1", "12345678H60", "AANSLAG-2019/7", "123456782", "123456782H", "123456782é60"])
def test_an_odd_assessment_number_is_kept_whole(text):
    number = numbers.assessment_number(text)
    assert (number.text, number.tax_id, number.letter, number.status) == (text.upper(), "", "", "")
    assert number.year(2020) is None


@pytest.mark.parametrize(
    ("tail", "dated", "year"),
    [("H60", 2017, 2016), ("H60", 2016, 2016), ("H70", 2016, 2017), ("H80", 2016, 2008), ("W06", 2021, 2020),
     ("V96", 2019, 2019), ("B018030", 2018, 2018), ("F029500", 2020, 2019), ("HX0", 2020, None), ("H²0", 2020, None)],
)  # fmt: skip
def test_the_year_digit_means_the_last_year_that_ends_on_it(tail, dated, year):
    assert numbers.assessment_number("123456782" + tail).year(dated) == year


@pytest.mark.parametrize(
    ("tail", "kind"),
    [("H60", "voorlopig"), ("H65", "voorlopig"), ("H66", "definitief"), ("V67", "navordering"), ("H69", "navordering"),
     ("B018030", ""), ("H6", ""), ("H6X", "")],
)  # fmt: skip
def test_the_status_digit_tells_the_kind(tail, kind):
    assert numbers.assessment_number("123456782" + tail).status == kind
