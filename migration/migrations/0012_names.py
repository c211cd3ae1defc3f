import unicodedata

import django.db.models.deletion
from django.db import connection, migrations, models

import portal.models.clients
from migration.kinds.names import sorted_by
from migration.kinds.registry import KINDS

NAMELESS = "\u9fa0"
AT_ONCE = 2000


def as_sought(text):
    plain = unicodedata.normalize("NFKD", text.replace("\0", ""))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().split())


def note_the_names(apps, schema_editor):
    """As the check does: by whom each record is sorted, and under which names its number is found."""
    records = apps.get_model("migration", "Record").objects.order_by("pk")
    aliases, last = apps.get_model("migration", "Alias").objects, 0
    columns = ("pk", "run__office_id", "run__importer_slug", "tax_id", "tax", "facts", "client__sort_name")
    while some := list(records.filter(pk__gt=last).values_list(*columns)[:AT_ONCE]):
        last, noted, sorted_as = some[-1][0], set(), []
        for pk, office, slug, tax_id, tax, facts, client in some:
            name = str(facts.get("name") or "")
            if tax_id and as_sought(name):
                noted.add((office, as_sought(name)[:200], tax_id))
            if name or client:
                sorted_as.append(((client or sorted_by(name, tax, KINDS.get(slug)))[:60], pk))
        aliases.bulk_create(
            [aliases.model(office_id=one[0], name=one[1], tax_id=one[2]) for one in sorted(noted)],
            ignore_conflicts=True,
        )
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {records.model._meta.db_table} SET who = %s WHERE id = %s", sorted_as)


class Migration(migrations.Migration):
    dependencies = [
        ("migration", "0011_run_name"),
        ("portal", "0008_client_sort_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tax_id", models.CharField(max_length=9)),
                ("name", models.CharField(max_length=200)),
                (
                    "office",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="portal.office",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="alias",
            constraint=models.UniqueConstraint(fields=("office", "name", "tax_id"), name="alias_once"),
        ),
        migrations.AddField(
            model_name="record",
            name="who",
            field=portal.models.clients.ByBytes(
                # In the database too: while machines are updated one by one, the version before still writes records.
                db_default=NAMELESS,
                default=NAMELESS,
                help_text="whom it is about, as records are sorted by it",
                max_length=60,
            ),
        ),
        migrations.RunPython(note_the_names, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("failed", True)),
                fields=["run", "problem_code", "tax_id", "position", "expected", "ignored"],
                name="record_by_client",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["run", "who", "tax_id", "position", "name"], name="record_by_who"),
        ),
    ]
