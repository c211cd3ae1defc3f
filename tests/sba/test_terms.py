"""The bezwaartermijn against dates from the calendar, and its rules for every day there is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sba.reading.terms import holidays, objection_until

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


# --- Every year of SBA's, against calendars that were not computed here ----------------------------------------------
# Easter Sundays as the published tables have them; the other movable days are counted from them (Atw art. 3: two days
# before, one day, 39 and 50 days after). domain.md §4.

EASTERS = {
    2013: (3, 31), 2014: (4, 20), 2015: (4, 5), 2016: (3, 27), 2017: (4, 16), 2018: (4, 1), 2019: (4, 21),
    2020: (4, 12), 2021: (4, 4), 2022: (4, 17), 2023: (4, 9), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5),
    2027: (3, 28), 2028: (4, 16), 2029: (4, 1), 2030: (4, 21),
}  # fmt: skip
KINGS_DAYS = {
    2013: (4, 30), 2014: (4, 26), 2015: (4, 27), 2016: (4, 27), 2017: (4, 27), 2018: (4, 27), 2019: (4, 27),
    2020: (4, 27), 2021: (4, 27), 2022: (4, 27), 2023: (4, 27), 2024: (4, 27), 2025: (4, 26), 2026: (4, 27),
    2027: (4, 27), 2028: (4, 27), 2029: (4, 27), 2030: (4, 27),
}  # fmt: skip


def calendar_of(year: int) -> set[date]:
    easter = date(year, *EASTERS[year])
    movable = {easter + timedelta(days=days) for days in (-2, 1, 39, 50)}
    fixed = {date(year, 1, 1), date(year, 5, 5), date(year, 12, 25), date(year, 12, 26)}
    return movable | fixed | {date(year, *KINGS_DAYS[year])}


@pytest.mark.parametrize("year", EASTERS)
def test_a_year_has_the_holidays_of_the_law_and_no_others(year):
    assert holidays(year) == calendar_of(year)


@pytest.mark.parametrize("year", range(2013, 2030))
def test_every_dagtekening_of_a_year_ends_where_the_calendar_says(year):
    off = calendar_of(year) | calendar_of(year + 1)
    for number in range(365):
        dated_on = date(year, 1, 1) + timedelta(days=number)
        last = dated_on + timedelta(days=42)
        while last.isoweekday() in (6, 7) or last in off:
            last += timedelta(days=1)
        assert objection_until(dated_on) == last


def test_the_published_easters_agree_with_another_algorithm():
    """That of Gauss, with its constants for 1900-2099."""
    for year, (month, day) in EASTERS.items():
        moon = (19 * (year % 19) + 24) % 30
        weekday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
        found = date(year, 3, 22) + timedelta(days=moon + weekday)
        assert found == date(year, month, day)
