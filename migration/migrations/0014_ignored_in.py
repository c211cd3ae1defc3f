import django.db.models.deletion
from django.db import migrations, models


def note_who_ignored(apps, schema_editor):
    """What was ignored before gets the line that tells of it, where the log of its run leaves no doubt which one."""
    records, lines = (apps.get_model("migration", name).objects for name in ("Record", "LogLine"))
    runs = records.filter(ignored=True).order_by().values_list("run", flat=True).distinct()
    for run in list(runs):
        told = list(lines.filter(run=run, event="ignored").values_list("pk", "position", "facts"))
        ignored = records.filter(run=run, ignored=True)
        for code in list(ignored.order_by().values_list("problem_code", flat=True).distinct()):
            about = [line for line in told if code in line[2].get("codes", "").split(", ")]
            named = [pk for pk, position, _ in about if position is None]
            alone = {position: pk for pk, position, _ in about if position}
            for position, pk in alone.items():
                if not named:
                    ignored.filter(problem_code=code, position=position).update(ignored_in=pk)
            if len(named) == 1:
                ignored.filter(problem_code=code).exclude(position__in=alone).update(ignored_in=named[0])


class Migration(migrations.Migration):
    dependencies = (("migration", "0013_worked_ms"),)

    operations = (
        migrations.AddField(
            model_name="record",
            name="ignored_in",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="the line that tells who ignored it, and why",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="migration.logline",
            ),
        ),
        migrations.RunPython(note_who_ignored, migrations.RunPython.noop),
    )
