from django.db import migrations

import portal.models.shown
from portal.models.shown import shown
from portal.models.sort_name import sort_name

AT_ONCE = 1000


def fill(apps, schema_editor):
    """Of those whose name holds a number; the others are shown as they are called."""
    clients = apps.get_model("portal", "Client").objects.using(schema_editor.connection.alias).order_by("pk")
    last = 0
    while chunk := list(clients.filter(pk__gt=last).only("name", "kind")[:AT_ONCE]):
        masked = [client for client in chunk if shown(client.name)]
        for client in masked:
            client.shown_name, client.sort_name = shown(client.name), sort_name(client.name, client.kind == "company")
        clients.bulk_update(masked, ["shown_name", "sort_name"])
        last = chunk[-1].pk


class Migration(migrations.Migration):
    """The name of a client as people see it: what is searched by a part of it is searched so."""

    dependencies = [("portal", "0010_questions")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="shown_name",
            field=portal.models.shown.Shown(blank=True, db_default="", default="", editable=False, max_length=300),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
