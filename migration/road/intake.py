"""From an upload to a run: store the file, then write the run. Whoever calls this rings, or moves the run itself."""

import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction

from migration.audit_actions import MigrationAction
from migration.models import Run
from portal.models import AuditEvent, User


@dataclass(frozen=True, slots=True)
class Order:
    """What the user chose in the wizard; `confirmed` where the import may begin as soon as the check is done."""

    importer_slug: str
    target: str
    overwrite_status: bool = False
    remark: str = ""
    keeps_open: bool | None = None
    confirmed: bool = False
    mails: bool = True
    also_mails: Collection[int] = ()


def receive(file: "File[bytes]", name: str, digest: str, order: Order, user: User) -> Run:
    """Store the upload and start its run. The file is private, under a random name."""
    size = file.size
    stored_as = storages["uploads"].save(f"{secrets.token_hex(16)}.zip", file)
    try:
        with transaction.atomic():
            return begin(order, user, file_name=name[:255], file_size=size, file_digest=digest, stored_as=stored_as)
    except BaseException:
        storages["uploads"].delete(stored_as)
        raise


def begin(order: Order, user: User, **file: object) -> Run:
    run = Run.objects.create(
        office_id=user.office_id,
        started_by=user,
        importer_slug=order.importer_slug,
        target=order.target,
        overwrite_status=order.overwrite_status,
        remark=order.remark,
        mails=order.mails,
        **file,
    )
    run.also_mailed.set(order.also_mails)
    run.log("received", actor=user.name)
    AuditEvent.objects.note(user, MigrationAction.RUN_UPLOAD, run.reference)
    if order.confirmed and run.confirm(by=user, keeps_open=order.keeps_open):
        AuditEvent.objects.note(user, MigrationAction.RUN_CONFIRM, run.reference)
    return run


def repeat(run: Run, user: User) -> Run:
    """A new run of a kept file, with the choices of the old one, that nobody confirmed yet; begun once by each user.

    It gets a file of its own: whatever is removed of one run never takes the other's. FileNotFoundError where the file
    is not kept any more.
    """
    order = Order(run.importer_slug, run.target, run.overwrite_status, run.remark)
    kept = {"file_name": run.file_name, "file_size": run.file_size, "file_digest": run.file_digest}
    stored_as = ""
    try:
        with transaction.atomic():
            Run.objects.select_for_update().get(pk=run.pk)  # of a double click the second finds what the first began
            if begun := draft_of(user, run.file_digest):
                return begun
            stored_as = twin_of(run.stored_as)
            again = begin(order, user, **kept, stored_as=stored_as)
            again.log("repeated", actor=user.name, reference=run.reference)
            AuditEvent.objects.note(user, MigrationAction.RUN_REPEAT, run.reference)
    except BaseException:
        if stored_as:
            storages["uploads"].delete(stored_as)
        raise
    return again


def draft_of(user: User, digest: str) -> Run | None:
    """The upload of this file that this user began, and has not confirmed."""
    unconfirmed = Run.objects.visible_to(user).filter(state__in=Run.UNCONFIRMED, confirmed_at=None)
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


def receive_path(path: Path, order: Order, user: User) -> Run:
    """The same for a file on this machine (commands)."""
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
        content.seek(0)
        return receive(File(content, name=path.name), path.name, digest, order, user)


def running_twin(user: User, digest: str, **of: object) -> Run | None:
    """A confirmed run of the same file that is still under way."""
    same = Run.objects.visible_to(user).filter(file_digest=digest, **of).exclude(confirmed_at=None)
    return same.moving().first()


def earlier_twin(run: Run) -> Run | None:
    """The last finished run of the same file, if there is one."""
    same = Run.objects.filter(office=run.office_id, file_digest=run.file_digest, state=Run.State.FINISHED)
    return same.exclude(pk=run.pk).newest_first().first()
