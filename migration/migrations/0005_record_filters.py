from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("migration", "0004_retention"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("expected", False), ("failed", True), ("ignored", False)),
                fields=["run", "position"],
                name="record_open",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("failed", True)),
                fields=["run", "problem_code", "position", "expected", "ignored"],
                name="record_by_code",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["run", "outcome", "position"], name="record_by_outcome"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["run", "tax", "position"], name="record_by_tax"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["run", "year", "position"], name="record_by_year"),
        ),
    ]
