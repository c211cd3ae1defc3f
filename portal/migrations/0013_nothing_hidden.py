from django.db import migrations, models

import portal.text.validators


class Migration(migrations.Migration):
    """Only what the models say of a text; nothing changes in the database."""

    dependencies = [
        ("portal", "0012_audit_never_emptied"),
    ]

    operations = [
        migrations.AlterField(
            model_name="client",
            name="client_number",
            field=models.CharField(
                blank=True, max_length=30, validators=[portal.text.validators.shows_all], verbose_name="klantnummer"
            ),
        ),
        migrations.AlterField(
            model_name="client",
            name="name",
            field=models.CharField(max_length=200, validators=[portal.text.validators.shows_all], verbose_name="naam"),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="email",
            field=models.EmailField(
                max_length=254, validators=[portal.text.validators.shows_all], verbose_name="e-mailadres"
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="name",
            field=models.CharField(max_length=200, validators=[portal.text.validators.shows_all], verbose_name="naam"),
        ),
        migrations.AlterField(
            model_name="office",
            name="name",
            field=models.CharField(max_length=200, validators=[portal.text.validators.shows_all]),
        ),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(
                max_length=254, unique=True, validators=[portal.text.validators.shows_all], verbose_name="e-mailadres"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="name",
            field=models.CharField(max_length=200, validators=[portal.text.validators.shows_all], verbose_name="naam"),
        ),
    ]
