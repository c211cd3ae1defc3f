"""Many rows at once: COPY on PostgreSQL, the ORM everywhere else. The one place that knows which database it is."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb

ROWS_PER_STATEMENT = 500


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of Python values; columns are attribute names (`run_id`). A unique violation fails them all."""
    if connection.vendor == "postgresql":
        copy(model._meta.db_table, model, columns, rows)
    else:
        model._default_manager.bulk_create(as_objects(model, columns, rows), batch_size=ROWS_PER_STATEMENT)


def insert_missing(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The same, but a row that stands there already (by a unique key) stays as it is."""
    if connection.vendor != "postgresql":
        objects = as_objects(model, columns, rows)
        model._default_manager.bulk_create(objects, batch_size=ROWS_PER_STATEMENT, ignore_conflicts=True)
        return
    table = model._meta.db_table
    names = column_list(columns)
    with connection.cursor() as cursor:
        # COPY breaks off at the first row that exists; so the rows go to a stage, and from there where they miss.
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS stage_{table} (LIKE {table}) ON COMMIT DELETE ROWS")
        cursor.execute(f"TRUNCATE stage_{table}")
    copy(f"stage_{table}", model, columns, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM stage_{table} ON CONFLICT DO NOTHING"
        )


def overwrite(model: type[models.Model], columns: Sequence[str], key: Sequence[str], objects: Sequence[models.Model]) -> None:
    """Bring changed objects to their rows, found by their unique key, in a statement for many."""
    names = [model._meta.get_field(name.removesuffix("_id")).name for name in columns]
    model._default_manager.bulk_create(
        objects,
        batch_size=ROWS_PER_STATEMENT,
        update_conflicts=True,
        unique_fields=key,
        update_fields=[name for name in names if name not in key],
    )


def copy(table: str, model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    json_at = [index for index, name in enumerate(columns) if is_json(model, name)]
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({column_list(columns)}) FROM STDIN") as target:
        for row in rows:
            values = list(row)
            for index in json_at:
                values[index] = None if values[index] is None else Jsonb(values[index])
            target.write_row(values)


def as_objects(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[models.Model]:
    return [model(**dict(zip(columns, row, strict=True))) for row in rows]


def is_json(model: type[models.Model], attname: str) -> bool:
    return any(isinstance(field, models.JSONField) and field.attname == attname for field in model._meta.fields)


def column_list(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
