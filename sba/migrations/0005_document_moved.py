"""The documents are migration's from now on (migration/0008): the same table under another model, no row is touched.

And the log says 'found' for what a check found, whatever the kind of import.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def rename_fact(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One line of the log per run."""
    lines = apps.get_model("migration", "LogLine").objects.filter(event="checked", facts__has_key="sbas")
    for line in lines.iterator():
        line.facts["found"] = line.facts.pop("sbas")
        line.save(update_fields=["facts"])


class Migration(migrations.Migration):
    dependencies = [("sba", "0004_document_index"), ("migration", "0008_document")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="sba",
                    name="document",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=models.deletion.PROTECT,
                        related_name="+",
                        to="migration.document",
                    ),
                ),
                migrations.DeleteModel(name="Document"),
            ]
        ),
        migrations.RunPython(rename_fact, migrations.RunPython.noop),
    ]
