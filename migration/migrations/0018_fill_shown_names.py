import re

from django.db import connection, migrations, transaction
from django.db.models import Value
from django.db.models.functions import Concat, Right

from migration.kinds.names import sorted_by
from migration.kinds.registry import KINDS
from portal.masking import mask_within
from portal.models.shown import shown

NAMELESS = "\u9fa0"
AT_ONCE = 2000


def fill(apps, schema_editor):
    """Of those whose name holds a number. Some at a time, each by itself: what is broken off begins anew."""
    runs, records, aliases = (apps.get_model("migration", name) for name in ("Run", "Record", "Alias"))
    for rows in chunks(runs.objects, "file_name"):
        update(runs, "shown_file_name", [(shown(name), pk) for pk, name in rows if shown(name)])
    for rows in chunks(records.objects, "name", "who"):
        update(records, "shown_name", [(shown(name), pk) for pk, name, _ in rows if shown(name)])
        update(records, "who", list(sorted_anew(records, [pk for pk, _, who in rows if re.search("[0-9]", who)])))
        nobody = records.objects.filter(pk__range=(rows[0][0], rows[-1][0]), who=NAMELESS).exclude(tax_id="")
        nobody.update(who=Concat(Value(NAMELESS), Right("tax_id", 4)))
    for rows in chunks(aliases.objects, "office_id", "tax_id", "name"):
        rename(aliases, [row for row in rows if shown(row[3])])


def chunks(rows, *columns):
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", *columns)[:AT_ONCE]):
        with transaction.atomic():
            yield some
        last = some[-1][0]


def update(model, column, values):
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {model._meta.db_table} SET {column} = %s WHERE id = %s", values)


def sorted_anew(records, pks):
    """By whom those are sorted whose name holds digits: the client, else the name in the document."""
    columns = ("pk", "run__importer_slug", "tax", "facts", "client__sort_name")
    for pk, slug, tax, facts, client in records.objects.filter(pk__in=pks).values_list(*columns):
        name = client or sorted_by(str(facts.get("name") or ""), tax, KINDS.get(slug))
        if name:
            yield name[:60], pk


def rename(aliases, rows):
    known = [aliases(office_id=office, tax_id=tax_id, name=mask_within(name)[:200]) for _, office, tax_id, name in rows]
    aliases.objects.bulk_create(known, ignore_conflicts=True)
    aliases.objects.filter(pk__in=[pk for pk, *_ in rows]).delete()


class Migration(migrations.Migration):
    """What was there before is searched as people see it, too."""

    atomic = False
    dependencies = [("migration", "0017_shown_names"), ("portal", "0011_shown_name")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
