"""The bytes of documents belong to the road, not to one kind of import: the model moves down, its table stays.

Only Django's picture of the tables changes. `sba_document` was made by sba's first migration and keeps its name and its
rows, so nothing is copied, and an older version still finds what it wrote.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("migration", "0007_record_lists")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Document",
                    fields=[
                        (
                            "digest",
                            models.CharField(
                                help_text="SHA-256 of the content, hex",
                                max_length=64,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("body", models.BinaryField(help_text="raw deflate stream, as it stood in the upload")),
                        ("size", models.IntegerField(help_text="bytes, inflated")),
                    ],
                    options={"db_table": "sba_document"},
                )
            ]
        )
    ]
