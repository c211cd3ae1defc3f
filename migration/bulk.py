"""Many rows at once: COPY on PostgreSQL, the ORM everywhere else. The one place that knows which database it is."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup, Q
from django.db.models.sql.compiler import SQLCompiler

ROWS_PER_STATEMENT = 500
EMPTY: Final[dict[type, str]] = {dict: "{}", list: "[]"}


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def among(field: str, values: Iterable[Any]) -> "Q | AnyOf":
    """The condition that a field has one of these values, for `filter`. Values are as in Python: str, int, UUID."""
    return AnyOf(F(field), list(values)) if is_postgresql() else Q(**{f"{field}__in": list(values)})


class AnyOf(Lookup):
    """`= ANY(array)`: one parameter, where IN takes hundreds that each are made, quoted and parsed."""

    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of Python values; columns are attribute names (`run_id`). A unique violation fails them all.

    Rows are taken one by one (PostgreSQL) or some at a time: they need not be in memory together.
    """
    if is_postgresql():
        copy(model, columns, rows)
        return
    for some in batches(rows):
        model._default_manager.bulk_create(as_objects(model, columns, some))


def batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    remaining = iter(rows)
    while some := list(islice(remaining, ROWS_PER_STATEMENT)):
        yield some


def overwrite(
    model: type[models.Model], key: Sequence[str], columns: Sequence[str], objects: Sequence[models.Model]
) -> None:
    """Bring changed objects to their rows, found by their unique key, in a statement for many."""
    model._default_manager.bulk_create(
        objects,
        batch_size=ROWS_PER_STATEMENT,
        update_conflicts=True,
        unique_fields=key,
        update_fields=[model._meta.get_field(column).name for column in columns],
    )


def copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into the model's table."""
    names = ", ".join(f'"{name}"' for name in columns)
    json_at = [index for index, name in enumerate(columns) if is_json(model, name)]
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as target:
        for row in rows:
            target.write_row(with_json(row, json_at))


def with_json(row: Sequence[Any], json_at: Sequence[int]) -> Sequence[Any]:
    values = list(row)
    for index in json_at:
        values[index] = as_json(values[index])
    return values


def as_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value) if value else EMPTY[type(value)]


def as_objects(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[models.Model]:
    return [model(**dict(zip(columns, row, strict=True))) for row in rows]


def is_json(model: type[models.Model], attname: str) -> bool:
    return any(isinstance(field, models.JSONField) and field.attname == attname for field in model._meta.fields)
