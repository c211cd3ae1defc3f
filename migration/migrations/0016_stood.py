from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("migration", "0015_superseded"),)

    operations = (
        migrations.AddField(
            model_name="record",
            name="stood",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="digest of what stood in its place, and says something else",
                max_length=64,
            ),
        ),
    )
