from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0006_audit_only_added_to"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="page_size",
            field=models.SmallIntegerField(default=50, verbose_name="rijen per pagina"),
        ),
    ]
