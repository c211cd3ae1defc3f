"""What may be a BSN/FI in free text, and what may not: the trade-off of portal/masking.py."""

import hashlib
import re
import time
from datetime import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.masking import holds_number, mask, mask_within, may_hold, tax_ids_within
from portal.tax_id import MOMENT, NO_NUMBER, is_payment_reference


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


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Jansen 1234 56782", "Jansen •••••6782"),
        ("Zie 2345 67892", "Zie •••••7892"),
        ("export 2345 6789 2019 0016.zip", "export •••••0016.zip"),
        ("0123 4567 8201 9001", "•••••9001"),
        ("2345 6789 2019 0016.xbrl", "•••••0016.xbrl"),
        ("234_567_892.xbrl", "•••••7892.xbrl"),
        ("12.345.678 x", "•••••5678 x"),
        ("1234\u00a056\u2009782", "•••••6782"),
        ("1234–56–782", "•••••6782"),
        ("1234 / 56782", "•••••6782"),
        ("123,456,782", "•••••6782"),
        ("1 2 3 4 5 6 7 8 2", "•••••6782"),
        ("IH 2021 1234 56782 01.xbrl", "IH 2021 •••••6782 01.xbrl"),
        ("1234 56782 en 2345 67892", "•••••6782 en •••••7892"),
    ],
)
def test_a_number_is_masked_however_it_is_grouped(text, masked):
    assert mask_within(text) == masked
    assert holds_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1234567",
        "21-08-2026 14:05",
        "2026-08-21",
        "2026-08-21T16:38:54.123456+00:00",
        "01-01-2021 - 31-03-2021",
        "export_2026-08-21_1405.zip",
        "2019 2020",
        "2019/2020/2021/2022",
        "1.234.567",
        "€ 1.234.567",
        "€\u00a0-12.345.678",
        "MIG-2026-0042/0137",
        "record 137, 138, 139",
        "2021-00041.xbrl",
        "1234 56789, which fails the 11-test",
        hashlib.sha256(b"15").hexdigest(),
        "Task migration.tasks.move_run[12345678-1234-4567-8201-900100000000] received",
    ],
)
def test_other_numbers_stay_readable(text):
    assert mask_within(text) == text
    assert not holds_number(text)


def test_a_number_and_nothing_else_may_be_mistyped():
    assert holds_number("1234 56789")
    assert not holds_number("2019 2020")


def test_what_is_masked_already_stays_as_it_is():
    once = mask_within("123456782.2021.xbrl 1234 56782 2021")
    assert once == mask_within(once) == "•••••6782.2021.xbrl •••••6782 2021"


def test_a_long_series_takes_no_time():
    began = time.process_time()
    mask_within("1 " * 50_000)
    mask_within("1" + " " * 50_000 + "x")
    assert time.process_time() - began < 10


# --- Whatever one invents ---------------------------------------------------------------------------------------------

JUST_TEXT = st.text("ab ._-", max_size=5)
SEPARATORS = st.text(" ._-/\t\u00a0\u2009\u200b\u202f\u2011\u2013\u2212", max_size=3) | st.sampled_from(",:")


def with_check_digit(eight: int) -> str:
    check = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), f"{eight:08}", strict=True)) % 11
    return f"{eight:08}{check}" if check < 10 else ""


def payment_reference(rest: int) -> str:
    return next(f"{first}{rest:015}" for first in range(10) if is_payment_reference(f"{first}{rest:015}"))


def digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))


VALID = st.integers(1_000_000, 99_999_999).map(with_check_digit).filter(bool)
WRITTEN = VALID | VALID.map(lambda number: number.lstrip("0")).filter(lambda number: len(number) == 8)
PAYMENT = st.integers(10**13, 10**15 - 1).map(payment_reference)


@st.composite
def grouped(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> str:
    """One of these numbers, with whatever separators between its digits."""
    number = draw(numbers)
    gaps = draw(st.lists(st.just("") | SEPARATORS, min_size=len(number), max_size=len(number)))
    text = "".join(digit + gap for digit, gap in zip(number, ["", *gaps], strict=False))
    assume(not NO_NUMBER.fullmatch(text))
    return text


@given(JUST_TEXT, grouped(WRITTEN) | grouped(PAYMENT), JUST_TEXT)
def test_whatever_separates_its_digits_only_the_last_four_are_left(before, written, after):
    shown = mask_within(before + written + after)
    assert digits(shown) == digits(written)[-4:]
    assert holds_number(before + written + after)
    assert mask_within(shown) == shown


@given(st.integers(1900, 2099), SEPARATORS.filter(bool), grouped(VALID), SEPARATORS.filter(bool), st.integers(0, 9999))
def test_no_number_survives_between_other_digits(year, before, written, after, position):
    text = f"{year}{before}{written}{after}{position:04}"
    assume(not re.search(MOMENT, text))  # '2021-1-2-3456782' reads as a date with a number behind it
    assert digits(written) not in digits(mask_within(text))


@given(st.from_regex(r"[0-9]{9}", fullmatch=True), JUST_TEXT, JUST_TEXT)
def test_no_nine_digits_survive(number, before, after):
    assert number not in mask_within(before + number + after)


MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2099, 12, 31))
OURS = st.one_of(
    MOMENTS.map(lambda moment: f"{moment:%d-%m-%Y}"),
    MOMENTS.map(lambda moment: f"{moment:%d-%m-%Y %H:%M}"),
    MOMENTS.map(lambda moment: moment.date().isoformat()),
    MOMENTS.map(lambda moment: moment.isoformat()),
    st.builds("MIG-{}-{:04}/{:04}".format, st.integers(2020, 2099), st.integers(1, 10**6), st.integers(1, 10**6)),
    st.integers(0, 10**7 - 1).map(lambda count: f"{count:,}".replace(",", ".")),
    st.integers(-(10**15), 10**15).map(lambda amount: f"€\u00a0{amount:,}".replace(",", ".")),
    st.lists(st.integers(1900, 2099), min_size=1, max_size=5).map(lambda years: " ".join(map(str, years))),
    st.binary(max_size=8).map(lambda content: hashlib.sha256(content).hexdigest()),
    st.uuids().map(str),
)


@given(st.lists(OURS, min_size=1, max_size=4), st.sampled_from([", ", " · ", " van ", "; "]))
def test_what_the_product_writes_stays_readable(pieces, between):
    text = between.join(pieces)
    assert mask_within(text) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("123456782-2019-ih.xbrl", ["123456782"]),
        ("2019/1234.56.782 en 111222333.xbrl", ["123456782", "111222333"]),
        ("20190512_123456782.xbrl", ["123456782"]),
        ("12345672.xbrl", ["012345672"]),
        ("20190512.xbrl", []),
        ("123456783.xbrl", []),
        ("leesmij.txt", []),
    ],
)
def test_for_who_may_see_them_the_numbers_of_a_text_are_told(text: str, found: list[str]) -> None:
    assert tax_ids_within(text) == found


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [((4, 6), False), ((4, 2, 3), True), ((9,), True), ((17, 1), True), ((4,) * 4, True), ((2, 5), False)],
)
def test_groups_tell_by_their_lengths_alone_that_they_are_no_number(lengths, expected):
    """What is looked at no further is what nearly every file of an ECM is called."""
    assert may_hold(lengths) is expected
