import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("migration", "0002_outbox"),
        ("portal", "0003_former_number"),
    ]

    operations = [
        migrations.CreateModel(
            name="PriorCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.CharField(max_length=20)),
                ("ticked_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="run",
            name="run_mail_due",
        ),
        migrations.RemoveField(
            model_name="run",
            name="mail_due",
        ),
        migrations.RemoveField(
            model_name="run",
            name="mail_tries",
        ),
        migrations.RemoveField(
            model_name="run",
            name="mailed_at",
        ),
        migrations.AddField(
            model_name="run",
            name="doubles",
            field=models.IntegerField(default=0, help_text="clients who have more than one dossier"),
        ),
        migrations.AddField(
            model_name="priorcheck",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="prior_checks", to="portal.office"
            ),
        ),
        migrations.AddField(
            model_name="priorcheck",
            name="ticked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="priorcheck",
            constraint=models.UniqueConstraint(fields=("office", "slug"), name="prior_check_once"),
        ),
    ]
