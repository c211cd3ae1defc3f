"""Which taxes, years and codes the records of a run have, without reading the records.

Each value leads to the next one in an index that begins with run and value (a loose index scan): so many look-ups as
there are values, whatever the size of the run.
"""

from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from migration.models import Record, Run

NAMES: Final = {"tax": "tax > ''", "year": "year IS NOT NULL", "problem_code": "failed AND problem_code > ''"}


@dataclass(slots=True)
class Facets:
    """The values that a filter can choose, in order."""

    taxes: list[str] = field(default_factory=list)
    years: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)


def facets_of(run: Run) -> Facets:
    """All three, in one query."""
    found = Facets()
    lists = {"tax": found.taxes, "year": found.years, "problem_code": found.codes}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"run": run.pk})
        for name, value in cursor.fetchall():
            lists[name].append(value)
    return found


def values(name: str, condition: str) -> str:
    """SQL: the smallest value, then each next one."""
    smallest = f"SELECT {name} FROM {Record._meta.db_table} WHERE run_id = %(run)s AND {condition}"
    in_order = f"ORDER BY {name} LIMIT 1"
    return f"""{name}_values(value) AS (
        SELECT * FROM ({smallest} {in_order}) AS first_one
        UNION ALL
        SELECT ({smallest} AND {name} > value {in_order}) FROM {name}_values WHERE value IS NOT NULL)"""


def listed(name: str) -> str:
    return f"SELECT '{name}', CAST(value AS varchar(10)) FROM {name}_values WHERE value IS NOT NULL"


STATEMENT: Final = (
    f"WITH RECURSIVE {', '.join(values(*one) for one in NAMES.items())} {' UNION ALL '.join(map(listed, NAMES))}"
)
