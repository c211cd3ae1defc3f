"""Many rows at once: COPY on PostgreSQL, the ORM everywhere else. The one place that knows which database it is."""

import json
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection, models

ROWS_PER_STATEMENT = 500
EMPTY: Final[dict[type, str]] = {dict: "{}", list: "[]"}


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of Python values; columns are attribute names (`run_id`). A unique violation fails them all."""
    if is_postgresql():
        copy(model, columns, rows)
    else:
        model._default_manager.bulk_create(as_objects(model, columns, rows), batch_size=ROWS_PER_STATEMENT)


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


def copy(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
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
