from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# On SQLite emptying a table is a DELETE of every row (on PostgreSQL a TRUNCATE, which fires no row trigger), so a
# trigger against DELETE there would also stop what empties a whole test database.
GUARDS = {
    "sqlite": (
        """
        CREATE TRIGGER audit_never_changed BEFORE UPDATE ON portal_auditevent
        BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION audit_only_added_to() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit trail is only added to' USING ERRCODE = 'integrity_constraint_violation'; END $$
        """,
        """
        CREATE TRIGGER audit_never_changed BEFORE UPDATE OR DELETE ON portal_auditevent
        FOR EACH ROW EXECUTE FUNCTION audit_only_added_to()
        """,
    ),
}
REMOVALS = {
    "sqlite": ("DROP TRIGGER audit_never_changed",),
    "postgresql": ("DROP TRIGGER audit_never_changed ON portal_auditevent", "DROP FUNCTION audit_only_added_to()"),
}


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in GUARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in REMOVALS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """No line of the audit trail is changed, and on PostgreSQL none is removed, whoever asks for it.

    SQLite makes a table anew to alter it, and its triggers go with the old one: a later migration that alters this
    table sets the guard again (a test tells).
    """

    dependencies = [("portal", "0005_invitations")]

    operations = [migrations.RunPython(guard, unguard)]
