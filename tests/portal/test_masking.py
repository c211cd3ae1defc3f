import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.masking import mask, mask_within


@pytest.mark.parametrize("number", ["123456782", "1234.56.782", "123 456 782", "123-456-782"])
def test_only_the_last_four_digits_are_shown(number):
    assert mask(number) == "•••••6782"


def test_a_number_that_lost_its_leading_zero_looks_the_same():
    assert mask("12345678") == mask("012345678") == "•••••5678"


@pytest.mark.parametrize("number", ["", "1", "1234", "1234567"])
def test_something_shorter_shows_nothing(number):
    assert mask(number) == "•••••••••"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("123456782", "•••••6782"),
        ("BSN 123456782 en 87654321.", "BSN •••••6782 en •••••4321."),
        ("1234.56.782", "•••••6782"),
        ("123.456.782", "•••••6782"),
        ("123456782H0601", "•••••6782H0601"),
        ("123456782.H.06.01", "•••••6782.H.06.01"),
        ("NL123456782B01", "NL•••••6782B01"),
        ("SBA_123456782_2021.xbrl", "SBA_•••••6782_2021.xbrl"),
        ("123456782.2021.xbrl", "•••••6782.2021.xbrl"),
        ("2021.123456782", "2021.•••••6782"),
        ("2021123456782", "•••••6782"),
        ("0112345678901600", "•••••1600"),
    ],
)
def test_a_number_is_masked_wherever_it_stands(text, masked):
    assert mask_within(text) == masked


@pytest.mark.parametrize("text", ["", "1234567", "21-08-2026 14:05", "€ 1.234.567", "MIG-2026-0042/0137"])
def test_other_numbers_stay_readable(text):
    assert mask_within(text) == text


@given(st.text("ab ._-", max_size=5), st.from_regex(r"[0-9]{9}", fullmatch=True), st.text("ab ._-", max_size=5))
def test_no_nine_digits_survive(before, number, after):
    assert number not in mask_within(before + number + after)
