"""Many rows at once, the fast way of each database. The one place that knows which database it is."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Expression, F, Func, Lookup, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

ROWS_PER_STATEMENT = 500
EMPTY: Final[dict[type, str]] = {dict: "{}", list: "[]"}


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def one_at_a_time(name: str) -> None:
    """Until the end of the transaction nobody else comes past here with this name; on SQLite nobody writes anyway."""
    if is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


# --- Finding ---------------------------------------------------------------------------------------------------------


def among(field: str, values: Iterable[Any]) -> "Q | AnyOf":
    """The condition that a field has one of these values, for `filter`. Values are as in Python: str, int, UUID."""
    return AnyOf(F(field), list(values)) if is_postgresql() else Q(**{f"{field}__in": list(values)})


class AnyOf(Lookup):
    """`= ANY(array)`: one parameter, where IN takes hundreds that are each prepared, quoted and parsed."""

    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)


@contextmanager
def joined_by_hash() -> Iterator[None]:
    """In here many rows are matched with many others by a hash. Belongs inside a transaction.

    By the old statistics of a table that just grew, PostgreSQL would walk through all of one side for each of the
    other.
    """
    if not is_postgresql():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


def whole_number(column: str, name: str) -> Func:
    """The whole number that a JSON column holds under this name; NULL where that is null."""
    template = (
        f"(%(expressions)s->>'{name}')::bigint" if is_postgresql() else f"JSON_EXTRACT(%(expressions)s, '$.{name}')"
    )
    return Func(F(column), template=template, output_field=BigIntegerField())


# --- Inserting -------------------------------------------------------------------------------------------------------


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of Python values; columns are attribute names (`run_id`). A unique violation fails them all.

    On PostgreSQL the rows are taken one by one, and need not be in memory together.
    """
    if is_postgresql():
        copy(model, columns, rows)
    else:
        insert_each(model, columns, rows)


def insert_unknown(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert the rows that no unique key knows yet. Who inserts in one order never waits for each other in a circle."""
    marks = f"({', '.join(['%s'] * len(columns))})"
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        some = rows[start : start + ROWS_PER_STATEMENT]
        values = ", ".join([marks] * len(some))
        statement = f"INSERT INTO {model._meta.db_table} ({names(columns)}) VALUES {values} ON CONFLICT DO NOTHING"
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for row in some for value in row])


def insert_from(
    model: type[models.Model],
    sources: Mapping[str, str | Expression],
    rows: QuerySet[Any],
    key: Sequence[str] = (),
    overwrites: Sequence[str] = (),
) -> int:
    """Insert what a query finds, in one statement; per column the name, or the expression, that fills it. How many.

    A row that stands there under the unique `key` only gets the columns that this `overwrites`.
    """
    selection, parameters = rows.values_list(*sources.values()).query.sql_with_params()
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in overwrites)
    conflict = f" ON CONFLICT ({names(key)}) DO UPDATE SET {changes}" if overwrites else ""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({names(sources)}) {selection}{conflict}", parameters)
        return int(cursor.rowcount)


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


def names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into the model's table."""
    adapters = adapters_of(model, columns)
    statement = f"COPY {model._meta.db_table} ({names(columns)}) FROM STDIN"
    # Django translates no error of COPY by itself; and what passes (a full disk) must be told from what does not.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(adapted(row, adapters))


def insert_each(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """One INSERT, prepared once, for all rows. (bulk_create makes an object of each and spells every value out.)"""
    adapters = adapters_of(model, columns)
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {model._meta.db_table} ({names(columns)}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(statement, [adapted(row, adapters) for row in rows])


# --- Values that a driver does not take as they are -----------------------------------------------------------------

Adapters = Mapping[int, Callable[[Any], str]]


def adapters_of(model: type[models.Model], columns: Sequence[str]) -> Adapters:
    """By index: how to write JSON, and a UUID where the database has no such type."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    kinds: dict[type, Callable[[Any], str]] = {models.JSONField: as_json}
    if not connection.features.has_native_uuid_field:
        kinds[models.UUIDField] = as_hex
    found = {index: kinds.get(type(fields[name])) for index, name in enumerate(columns)}
    return {index: adapter for index, adapter in found.items() if adapter}


def adapted(row: Sequence[Any], adapters: Adapters) -> list[Any]:
    values = list(row)
    for index, adapt in adapters.items():
        if values[index] is not None:
            values[index] = adapt(values[index])
    return values


def as_json(value: Any) -> str:
    return json.dumps(value) if value else EMPTY[type(value)]


def as_hex(value: UUID) -> str:
    return value.hex
