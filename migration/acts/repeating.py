"""'Herhaal import': the kept file of a run once more, as a run of its own."""

import os
import secrets

from django.core.files.storage import storages
from django.db import transaction

from migration.acts.trail import note
from migration.audit_actions import MigrationAction
from migration.models import Run
from migration.road import doorbell
from migration.road.intake import Order, begin, running_twin
from portal.models import User


def repeat(run: Run, by: User) -> Run | None:
    """A new run of a kept file, with the choices of the old one, that nobody confirmed yet; begun once by each user.

    None where that cannot be done, or is under way. It gets a file of its own: whatever is removed of one run never
    takes the other's. FileNotFoundError where the file is not kept any more.
    """
    order = Order(run.importer_slug, run.target, run.overwrite_status, run.remark)
    kept = {"file_name": run.file_name, "file_size": run.file_size, "file_digest": run.file_digest}
    stored_as = ""
    try:
        with transaction.atomic():
            # Of a double click the second finds what the first began.
            if not run.hold() or not run.can_be_repeated or running_twin(by, run.file_digest):
                return None
            again = draft_of(by, run.file_digest)
            if again is None:
                stored_as = twin_of(run.stored_as)
                again = begin(order, by, **kept, stored_as=stored_as)
                again.log("repeated", actor=by.name, reference=run.reference)
                note(run, MigrationAction.RUN_REPEAT, by)
            doorbell.ring_on_commit(again.pk)
    except BaseException:
        if stored_as:
            storages["uploads"].delete(stored_as)
        raise
    return again


def draft_of(user: User, digest: str) -> Run | None:
    """The upload of this file that this user began, and has not confirmed."""
    unconfirmed = Run.objects.visible_to(user).unconfirmed()
    return unconfirmed.filter(started_by=user, file_digest=digest).newest_first().first()


def twin_of(stored_as: str) -> str:
    """The same bytes under a second name: at once where the file system can, else copied."""
    storage, name = storages["uploads"], f"{secrets.token_hex(16)}.zip"
    try:
        os.utime(storage.path(stored_as))  # young, so that nobody takes the new name for a left-over
        os.link(storage.path(stored_as), storage.path(name))
    except FileNotFoundError:
        raise
    except (NotImplementedError, OSError):
        with storage.open(stored_as, "rb") as content:
            return storage.save(name, content)
    return name
