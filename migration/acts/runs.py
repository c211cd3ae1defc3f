"""What a user does with a run as a whole. Each holds the run, asks whether it may be, and writes down who did it."""

from functools import partial
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.db.models.functions import Now

from migration import states
from migration.acts.trail import note
from migration.audit_actions import MigrationAction
from migration.models import Mail, Run
from migration.models.run import NAME_LENGTH
from migration.problems import GAVE_UP
from migration.road import doorbell, intake, superseding
from migration.road.ledger import take_stock
from migration.states import State, Verb
from portal.masking import mask_within
from portal.models import User


def reconsider(run: Run, **choices: Any) -> bool:
    """Other choices for an upload that nobody confirmed yet: the file need not be sent again."""
    return bool(Run.objects.unconfirmed().filter(pk=run.pk).update(**choices))


def confirm(run: Run, by: User, keeps_open: bool | None = None) -> bool:
    """Let the writing start as soon as the check is done; True for the call that made it so.

    `keeps_open` answers what happens with what has a deadline that runs; whoever confirms a finished check
    without an answer gets the safe one. False too where another upload of the same file moves by now (`give_way`).
    """
    with transaction.atomic():
        intake.take_turn(by, run.file_digest)
        if intake.moving_twin(run, by) or not intake.note_confirmation(run, by, keeps_open):
            return False
        doorbell.ring_on_commit(run.pk)
    return True


def give_way(run: Run, by: User) -> Run | None:
    """Of two uploads of one file the later one is forgotten; the run to which it gives way, if there is one."""
    twin = intake.moving_twin(run, by)
    return twin if twin and discard(run, by) else None


def discard(run: Run, by: User | None = None) -> bool:
    """Forget an upload that nobody confirmed, file and all: somebody does, or the portal by itself."""
    with transaction.atomic():
        # Held first: a confirmation in between would have its run deleted under its hands.
        if not run.hold() or not run.can_be_discarded:
            return False
        note(run, MigrationAction.RUN_DISCARD, by)
        transaction.on_commit(partial(storages["uploads"].delete, run.stored_as))
        Run.objects.filter(pk=run.pk).delete()
    return True


def stop(run: Run, by: User) -> bool:
    """Stop at the next chunk: what is imported stays, the rest is not processed."""
    with transaction.atomic():
        held = superseding.hold(run)
        if not run.hold() or not run.can_be_stopped:
            return False
        run.advance(State.STOPPED, ended_at=Now(), token="", lease_until=None, problem_code="")
        run.log("stopped", actor=by.name)
        superseding.settle(run, held)
        take_stock(run)
        Mail.objects.owe(run)
        note(run, MigrationAction.RUN_STOP, by)
    return True


def resume(run: Run, by: User) -> bool:
    """Go on where the run was stopped: 'Rest alsnog importeren'; or where a fault of ours ended it."""
    with transaction.atomic():
        if not run.hold() or not run.can_be_resumed:
            return False
        target = states.after(run.state, Verb.RESUME)
        set_off(run, target, **({"ended_at": None} if target == State.CHECKING else {}))
        run.log("resumed", actor=by.name, **({"cursor": run.cursor} if target == State.WRITING else {}))
        note(run, MigrationAction.RUN_RESUME, by)
    return True


def undo(run: Run, by: User) -> bool:
    """Take back what this run brought, but for what somebody changed since."""
    with transaction.atomic():
        if not run.hold() or not run.can_be_undone:
            return False
        set_off(run, State.UNDOING, cursor=0, undo_kept=0)  # one that gave up looks again at what it left
        run.log("undo_began", actor=by.name)
        note(run, MigrationAction.RUN_UNDO, by)
    return True


def rename(run: Run, by: User, name: str) -> bool:
    """Give it a name by which people know it, or none any more; True where that is another one than it had.

    It is read by many and stays as long as the run: a BSN/FI in it is masked before it is stored, as in a remark.
    """
    name = mask_within(name)[:NAME_LENGTH]
    with transaction.atomic():
        if not run.hold() or not run.can_be_renamed or run.name == name:
            return False
        Run.objects.filter(pk=run.pk).update(name=name)
        run.log("renamed" if name else "unnamed", actor=by.name, name=name or run.name)
        note(run, MigrationAction.RUN_RENAME, by)
    run.name = name
    return True


def remove_file(run: Run, by: User | None = None) -> bool:
    """The ZIP of a run that rests; True for the one caller that removed it. Without `by` its term was over.

    The row goes first: a process that dies in between leaves a file that no run knows, and that is a stray one.
    """
    with transaction.atomic():
        if not run.hold() or not run.file_can_be_removed:
            return False
        Run.objects.filter(pk=run.pk).update(file_removed_at=Now())
        note(run, MigrationAction.RUN_FILE_REMOVED, by)
        transaction.on_commit(partial(storages["uploads"].delete, run.stored_as))
    return True


def set_off(run: Run, target: State, **changes: Any) -> None:
    """Set a run that rests, and that is held, in motion again; what kept it from moving before is forgotten."""
    if run.problem is GAVE_UP:
        changes |= {"problem_code": "", "problem_facts": {}}
    run.advance(target, claims=0, suspect_until=0, faults=0, rung_at=None, **changes)
    doorbell.ring_on_commit(run.pk)
