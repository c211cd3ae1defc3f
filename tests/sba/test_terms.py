"""The bezwaartermijn against dates from the calendar, and its rules for every day there is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sba.terms import holidays, objection_until

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2000, date(2000, 4, 24)), (2008, date(2008, 3, 24)), (2011, date(2011, 4, 25)), (2016, date(2016, 3, 28)),
        (2019, date(2019, 4, 22)), (2024, date(2024, 4, 1)), (2025, date(2025, 4, 21)), (2038, date(2038, 4, 26)),
    ],
)  # fmt: skip
def test_easter_monday_is_where_the_calendar_has_it(year, day):
    assert day in holidays(year)


def test_all_holidays_of_one_year():
    assert sorted(holidays(2024)) == [
        date(2024, 1, 1), date(2024, 3, 29), date(2024, 4, 1), date(2024, 4, 27), date(2024, 5, 5), date(2024, 5, 9),
        date(2024, 5, 20), date(2024, 12, 25), date(2024, 12, 26),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "day",
    [date(2013, 4, 30), date(2014, 4, 26), date(2015, 4, 27), date(2025, 4, 26), date(2006, 4, 29), date(2012, 4, 30)],
)
def test_the_kings_birthday_moves_to_saturday_and_moved_in_2014(day):
    assert day in holidays(day.year)


@pytest.mark.parametrize("day", [date(2013, 4, 27), date(2014, 4, 27), date(2014, 4, 30), date(2025, 4, 27)])
def test_the_kings_birthday_is_on_one_day_only(day):
    assert day not in holidays(day.year)


@pytest.mark.parametrize(
    ("dated_on", "until"),
    [
        (date(2024, 1, 1), date(2024, 2, 12)),  # an ordinary Monday
        (date(2024, 1, 6), date(2024, 2, 19)),  # 17 February is a Saturday
        (date(2024, 2, 16), date(2024, 4, 2)),  # Goede Vrijdag, the weekend, tweede Paasdag
        (date(2022, 3, 24), date(2022, 5, 6)),  # 5 mei
        (date(2013, 3, 19), date(2013, 5, 1)),  # Koninginnedag
        (date(2023, 4, 6), date(2023, 5, 19)),  # Hemelvaartsdag
        (date(2021, 4, 12), date(2021, 5, 25)),  # tweede Pinksterdag
        (date(2020, 11, 13), date(2020, 12, 28)),  # Kerstmis, and the Sunday after it
        (date(2020, 11, 20), date(2021, 1, 4)),  # Nieuwjaarsdag, in another year than the dagtekening
    ],
)
def test_a_term_ends_on_the_next_working_day(dated_on, until):
    assert objection_until(dated_on) == until


@given(DAYS)
def test_no_term_is_shorter_than_six_weeks_or_ends_on_a_day_off(dated_on):
    until = objection_until(dated_on)
    assert until >= dated_on + timedelta(days=42)
    assert until.weekday() < 5
    assert until not in holidays(until.year)


@given(DAYS)
def test_a_term_never_ends_later_than_the_first_working_day(dated_on):
    first = dated_on + timedelta(days=42)
    for day in range((objection_until(dated_on) - first).days):
        between = first + timedelta(days=day)
        assert between.weekday() >= 5 or between in holidays(between.year)


@given(DAYS)
def test_a_later_assessment_never_has_an_earlier_deadline(dated_on):
    assert objection_until(dated_on) <= objection_until(dated_on + timedelta(days=1))


@given(st.integers(1990, 2100))
def test_easter_is_a_sunday_between_22_march_and_25_april(year):
    mondays = [day for day in holidays(year) if day.weekday() == 0 and day.month in (3, 4)]
    easters = [day - timedelta(days=1) for day in mondays if day - timedelta(days=3) in holidays(year)]
    assert any(date(year, 3, 22) <= easter <= date(year, 4, 25) for easter in easters)
