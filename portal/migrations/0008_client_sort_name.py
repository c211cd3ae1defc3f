from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import portal.models.clients
from portal.models.sort_name import sort_name

AT_ONCE = 1000


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    clients = apps.get_model("portal", "Client").objects.using(schema_editor.connection.alias).order_by("pk")
    last = 0
    while chunk := list(clients.filter(pk__gt=last).only("name", "kind")[:AT_ONCE]):
        for client in chunk:
            client.sort_name = sort_name(client.name, client.kind == "company")
        clients.bulk_update(chunk, ["sort_name"])
        last = chunk[-1].pk


class Migration(migrations.Migration):
    """Clients in the order of their surnames."""

    dependencies = [("portal", "0007_user_page_size")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="sort_name",
            field=portal.models.clients.SortName(db_default="", default="", editable=False, max_length=250),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="client", name="client_by_name"),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["office", "sort_name", "id"], name="client_by_sort_name"),
        ),
    ]
