from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEEP_AS_IT_IS = "ALTER TABLE sba_document ALTER COLUMN body SET STORAGE EXTERNAL"
"""The body is deflated already: PostgreSQL need not try to compress it again."""

WITHOUT_LIKE = """
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT indexname FROM pg_indexes WHERE tablename = 'sba_document' AND right(indexname, 5) = '_like'
        LOOP EXECUTE 'DROP INDEX ' || quote_ident(name); END LOOP;
    END $$
"""
"""Nobody looks for a part of a digest."""


def tune(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(KEEP_AS_IT_IS)
        schema_editor.execute(WITHOUT_LIKE)


class Migration(migrations.Migration):
    dependencies = [("sba", "0001_initial")]

    operations = [migrations.RunPython(tune, migrations.RunPython.noop)]
