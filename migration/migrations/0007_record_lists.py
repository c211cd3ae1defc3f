from django.db import migrations, models
from django.utils import timezone


def mark_the_terms_that_run(apps, schema_editor):
    """Whether one ran when its record was read is not known any more; but no list asks for one that has ended."""
    unknown = models.Q(kind="onbekend", until=None)
    running = models.Q(until__gte=timezone.localdate()) | unknown
    apps.get_model("migration", "Record").objects.filter(running).update(term_ran=True)


class Migration(migrations.Migration):
    dependencies = [
        ("migration", "0006_choices"),
    ]

    operations = [
        migrations.AddField(
            model_name="record",
            name="term_ran",
            field=models.BooleanField(default=False, help_text="when it was read: a term that runs now ran then, too"),
        ),
        migrations.RunPython(mark_the_terms_that_run, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("term_ran", True)), fields=["run", "position"], name="record_term_ran"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("warnings", []), _negated=True), fields=["run", "position"], name="record_warned"
            ),
        ),
    ]
