"""The outbox gets a table of its own: one row per person and moment. What is still due moves into it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def move_what_is_due(apps, schema_editor):
    Run, Mail = apps.get_model("migration", "Run"), apps.get_model("migration", "Mail")
    for run in Run.objects.exclude(mail_due=None):
        Mail.objects.create(
            run=run,
            recipient_id=run.started_by_id,
            about="ended",
            happened_at=run.moved_at,
            due=run.mail_due,
            tries=run.mail_tries,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("migration", "0001_initial"),
        ("portal", "0003_former_number"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "about",
                    models.CharField(
                        choices=[("ended", "Afgelopen"), ("asks", "Wacht op uw keuze"), ("silent", "Geen antwoord")],
                        max_length=10,
                    ),
                ),
                (
                    "happened_at",
                    models.DateTimeField(
                        help_text="when the run last moved: what it tells holds as long as that is so"
                    ),
                ),
                ("due", models.DateTimeField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outbox",
                        to="migration.run",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("due__isnull", False)), fields=["due"], name="mail_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "recipient", "about", "happened_at"), name="mail_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="run",
            name="also_mailed",
            field=models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(move_what_is_due, migrations.RunPython.noop),
    ]
