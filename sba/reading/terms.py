"""The bezwaartermijn: until which day an objection is in time. Plain dates, no Django.

Own code instead of the `holidays` package: that one knows the days people have off, whereas the Algemene termijnenwet
(Atw) names Goede Vrijdag and 5 mei as well, every year. Bridge days that a royal decree adds (Atw art. 3, third
paragraph) are not known here, so the answer may be a day early, never late.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

OBJECTION_TERM: Final = timedelta(weeks=6)  # Awb art. 6:7
DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
SUNDAY: Final = 6


def objection_until(dated_on: date) -> date:
    """The last day for an objection against an assessment with this dagtekening.

    The term of six weeks begins on the day after the dagtekening (AWR art. 22j), so its last day is 42 days later;
    on a Saturday, Sunday or holiday it runs on to the next working day (Atw art. 1, first paragraph).
    """
    day = dated_on + OBJECTION_TERM
    while _is_day_off(day):
        day += DAY
    return day


@lru_cache(maxsize=256)
def holidays(year: int) -> frozenset[date]:
    """The days that the Algemene termijnenwet (art. 3, first and second paragraph) counts as holidays."""
    easter = _easter(year)
    return frozenset({
        date(year, 1, 1),
        easter - 2 * DAY,  # Goede Vrijdag
        easter + DAY,  # tweede Paasdag
        easter + 39 * DAY,  # Hemelvaartsdag
        easter + 50 * DAY,  # tweede Pinksterdag
        _kings_day(year),
        date(year, 5, 5),
        date(year, 12, 25),
        date(year, 12, 26),
    })  # fmt: skip


def _is_day_off(day: date) -> bool:
    return day.weekday() >= SATURDAY or day in holidays(day.year)


def _kings_day(year: int) -> date:
    """Koningsdag, 27 April since 2014; before that Koninginnedag, 30 April. Never on a Sunday: then a day earlier."""
    day = date(year, 4, 27) if year >= 2014 else date(year, 4, 30)
    return day - DAY if day.weekday() == SUNDAY else day


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    correction = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
