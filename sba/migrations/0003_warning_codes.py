"""Warnings were stored by a name; they have a code now, as problems do (sba/cautions.py)."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CODES = {
    "number-differs": "W-107",
    "year-differs": "W-108",
    "tax-differs": "W-109",
    "kind-differs": "W-110",
    "name-differs": "W-111",
}
NAMES = {code: name for name, code in CODES.items()}


def to_codes(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rename(apps, schema_editor, CODES)


def to_names(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Back to the version before, which knows no other warnings than these."""
    rename(apps, schema_editor, NAMES)


def rename(apps: Any, schema_editor: BaseDatabaseSchemaEditor, names: dict[str, str]) -> None:
    records = apps.get_model("migration", "Record").objects.using(schema_editor.connection.alias)
    for pk, warnings in records.exclude(warnings=[]).values_list("pk", "warnings").iterator():
        records.filter(pk=pk).update(warnings=[names.get(warning, warning) for warning in warnings])


class Migration(migrations.Migration):
    dependencies = [("sba", "0002_document_storage"), ("migration", "0001_initial")]
    operations = [migrations.RunPython(to_codes, to_names)]
