"""From an upload to a run: store the file, then write the run. Whoever calls this rings, or moves the run itself."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from migration import bulk
from migration.audit_actions import MigrationAction
from migration.models import LogLine, Run, RunQuerySet
from portal.models import AuditEvent, User
from portal.text.hidden import without_hidden


class UnderWay(Exception):
    """This very file is being imported already: by this run."""

    def __init__(self, run: Run) -> None:
        super().__init__(run.reference)
        self.run = run


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
    """Store the upload and start its run; UnderWay where another one of the same file got ahead meanwhile.

    The file is private, under a random name.
    """
    size = file.size
    stored_as = storages["uploads"].save(f"{secrets.token_hex(16)}.zip", file)
    try:
        with transaction.atomic():
            take_turn(user, digest)
            if twin := running_twin(user, digest):
                raise UnderWay(twin)
            return begin(
                order,
                user,
                file_name=without_hidden(name)[:255],
                file_size=size,
                file_digest=digest,
                stored_as=stored_as,
            )
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
    if order.confirmed:
        note_confirmation(run, user, order.keeps_open)
    return run


def note_confirmation(run: Run, by: User, keeps_open: bool | None = None) -> bool:
    """What an upload that comes confirmed shares with the verb, which is `acts.runs.confirm` and also rings.

    In a transaction of the caller: the writing may start as soon as the check is done.
    """
    if not run.hold() or not run.can_be_confirmed:
        return False
    is_checked = run.state == Run.State.READY
    if keeps_open is None and is_checked and run.keeps_open is None:
        keeps_open = True
    answered = {} if keeps_open is None else {"keeps_open": keeps_open}
    Run.objects.filter(pk=run.pk).update(confirmed_by=by, confirmed_at=Now(), **answered)
    run.log("confirmed", actor=by.name)
    AuditEvent.objects.note(by, MigrationAction.RUN_CONFIRM, run.reference)
    if is_checked:
        run.advance(Run.State.WRITING, cursor=0, rung_at=None)
    else:
        run.refresh_from_db()
    return True


def receive_path(path: Path, order: Order, user: User) -> Run:
    """The same for a file on this machine (commands)."""
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
        content.seek(0)
        return receive(File(content, name=path.name), path.name, digest, order, user)


def take_turn(user: User, digest: str) -> None:
    """Of several who begin to import one file at once, each waits here until the one before it is told of: its twin."""
    bulk.one_at_a_time(f"import {user.office_id} {digest}")


def running_twin(user: User, digest: str, **of: object) -> Run | None:
    """A confirmed run of the same file that is still under way, or that asks something by now."""
    return twins(user, digest).filter(**of).first()


def moving_twin(run: Run, by: User) -> Run | None:
    """The one that is under way beside this one."""
    return twins(by, run.file_digest).moving().exclude(pk=run.pk).first()


def twins(user: User, digest: str) -> RunQuerySet:
    confirmed = LogLine.objects.filter(run=OuterRef("pk"), event="confirmed")
    moves = Q(state__in=Run.MOVING, confirmed_at__isnull=False)
    asks = Q(Exists(confirmed), state=Run.State.READY)
    return Run.objects.visible_to(user).filter(moves | asks, file_digest=digest).order_by("pk")


def earlier_twin(run: Run) -> Run | None:
    """The last finished run of the same file, if there is one."""
    same = Run.objects.filter(office=run.office_id, file_digest=run.file_digest, state=Run.State.FINISHED)
    return same.exclude(pk=run.pk).newest_first().first()
