"""Between tests that commit, Django empties every table. The audit trail lets it, for that alone.

Only who owns the table can take its triggers away, as a test run does here; the portal itself never does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from django.db import connection
from django.test import TransactionTestCase

TRIGGERS: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'portal_auditevent'"


@contextmanager
def unguarded() -> Iterator[None]:
    """Within, lines of the trail can be removed."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            aside, back = ([f"ALTER TABLE portal_auditevent {verb} TRIGGER USER"] for verb in ("DISABLE", "ENABLE"))
        else:
            triggers = cursor.execute(TRIGGERS).fetchall()
            aside, back = [f"DROP TRIGGER {name}" for name, _ in triggers], [sql for _, sql in triggers]
        for statement in aside:
            cursor.execute(statement)
        try:
            yield
        finally:
            for statement in back:
                cursor.execute(statement)


@contextmanager
def let_tests_empty_it() -> Iterator[None]:
    empty = TransactionTestCase._fixture_teardown

    def empty_unguarded(self: Any) -> None:
        with unguarded():
            empty(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_unguarded)
        yield
