from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# SQLite knows no TRUNCATE, and a REPLACE there removes a row without asking what stands against DELETE.
GUARDS = {
    "sqlite": (
        """
        CREATE TRIGGER audit_never_removed BEFORE DELETE ON portal_auditevent
        BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END
        """,
        """
        CREATE TRIGGER audit_never_replaced BEFORE INSERT ON portal_auditevent
        WHEN EXISTS (SELECT 1 FROM portal_auditevent WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END
        """,
    ),
    "postgresql": (
        """
        CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON portal_auditevent
        FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added_to()
        """,
    ),
}
REMOVALS = {
    "sqlite": ("DROP TRIGGER audit_never_replaced", "DROP TRIGGER audit_never_removed"),
    "postgresql": ("DROP TRIGGER audit_never_emptied ON portal_auditevent",),
}


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in GUARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in REMOVALS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """The audit trail is not emptied either: no DELETE on SQLite, no TRUNCATE on PostgreSQL.

    Whoever owns the tables can take a trigger away; `docs/operation.md` says how the portal runs as somebody who does
    not. SQLite knows no roles: whoever can write the file can write all of it.
    """

    dependencies = [("portal", "0011_shown_name")]

    operations = [migrations.RunPython(guard, unguard)]
