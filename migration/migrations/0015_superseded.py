"""A failure that another run came to since asks nothing any more: also of the runs that are there already."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count, Min, Q
from django.db.models.functions import Concat
from django.utils import timezone

BROUGHT = ("new", "overwritten", "unchanged")
ENDED = Q(state__in=("finished", "stopped", "retrying", "undoing")) | Q(state="writing", ended_at__isnull=False)


def settle(apps, schema_editor):
    """As road/superseding.py does for one run, for every run in the order in which they came; by whole sets."""
    Run, Record = apps.get_model("migration", "Run"), apps.get_model("migration", "Record")
    kept = Run.objects.filter(ENDED, records_removed_at=None)
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL enable_nestloop = off")
    for later in kept.order_by("pk").values("pk", "office_id", "importer_slug", "moved_at"):
        beside = kept.filter(office=later["office_id"], importer_slug=later["importer_slug"], failed__gt=0)
        beside = beside.exclude(state="undoing")
        records = Record.objects.filter(run=later["pk"])
        earlier = list(beside.filter(pk__lt=later["pk"]).values_list("pk", flat=True))
        mark(Record, earlier, later["pk"], records.filter(outcome__in=(*BROUGHT, "failed")))
        for run in beside.filter(pk__gt=later["pk"], created_at__lt=later["moved_at"]).values("pk", "created_at"):
            lines = apps.get_model("migration", "LogLine").objects.filter(run=later["pk"], event="attempt")
            tried = lines.filter(at__gt=run["created_at"]).values("position")
            mark(Record, [run["pk"]], later["pk"], records.filter(outcome__in=BROUGHT, position__in=tried))
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET LOCAL enable_nestloop TO DEFAULT")
    recount(Run, Record.objects.filter(failed=True).exclude(superseded_by=None))


def mark(Record, runs, later, answers):
    if not runs:
        return
    older_mark = Q(superseded_by=None) | Q(superseded_by__lt=later)
    asking, named = Record.objects.filter(run__in=runs, failed=True), Concat("digest", "name")
    read, unread = answers.exclude(key=None), answers.filter(key=None)
    for same in (
        Q(key__in=read.values("key")),
        Q(digest__in=read.exclude(digest="").values("digest")),
        Q(named__in=unread.exclude(digest="").values(named=named)),
        Q(pk__in=lone(asking).filter(digest__in=lone(unread).values("digest")).values("only")),
    ):
        asking.annotate(named=named).filter(older_mark, same).update(superseded_by=later)


def lone(records):
    unread = records.filter(key=None, size__gt=0).exclude(digest="").order_by()
    return unread.values("run", "digest").annotate(count=Count("pk"), only=Min("pk")).filter(count=1)


def recount(Run, marked):
    asked = marked.filter(expected=False, ignored=False)
    for run, count in asked.order_by().values_list("run").annotate(Count("pk")):
        Run.objects.filter(pk=run).update(superseded=count)
    for run in Run.objects.filter(pk__in=marked.order_by().values("run")).only("breakdown"):
        terms = run.breakdown.get("failing_terms", {})
        if terms:
            run.breakdown["failing_terms"] = without(terms, marked.filter(run=run.pk, expected=False))
            run.save(update_fields=["breakdown"])


def without(terms, records):
    """Whose deadlines are watched elsewhere, by their last day."""
    today, left = timezone.localdate(), dict(terms)
    undated = records.filter(until=None, term_ran=True).count()
    for until, count in records.exclude(until=None).order_by().values_list("until").annotate(Count("pk")):
        day = until.isoformat() if until >= today or until.isoformat() in left else "past"
        left[day] = left.get(day, 0) - count
    left["unknown"] = left.get("unknown", 0) - undated
    return {day: count for day, count in left.items() if count > 0}


class Migration(migrations.Migration):
    dependencies = [
        ("migration", "0014_ignored_in"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="record",
            name="record_open",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="record_by_code",
        ),
        migrations.RemoveIndex(
            model_name="record",
            name="record_by_client",
        ),
        migrations.AddField(
            model_name="record",
            name="superseded_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                help_text="of what failed: the newest run that brought the same, or failed at it again, since",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="migration.run",
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="superseded",
            field=models.IntegerField(
                db_default=0,
                default=0,
                help_text="neither expected nor ignored, and another run came to the same since",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("expected", False), ("failed", True), ("ignored", False), ("superseded_by", None)),
                fields=["run", "position"],
                name="record_open",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("failed", True)),
                fields=["run", "problem_code", "position", "expected", "ignored", "superseded_by"],
                name="record_by_code",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("failed", True)),
                fields=["run", "problem_code", "tax_id", "position", "expected", "ignored", "superseded_by"],
                name="record_by_client",
            ),
        ),
        # Last: PostgreSQL changes no table of which rows were changed twice in the same transaction.
        migrations.RunPython(settle, migrations.RunPython.noop, elidable=True),
    ]
