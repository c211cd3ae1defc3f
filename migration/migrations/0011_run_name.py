from django.db import migrations, models


class Migration(migrations.Migration):
    """What people call a run."""

    dependencies = [("migration", "0010_same_as")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="name",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
    ]
