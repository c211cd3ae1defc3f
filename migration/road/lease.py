"""Who may move a run now: claim it, renew the claim with every chunk, and fence off whoever lost it.

A lease is about time only. That nothing is done twice rests on the fence: a chunk's transaction begins by moving the
cursor where token and cursor still match, so a worker that lost its lease changes nothing, whatever it believes.
All times are the database's: the clocks of the workers do not have to agree.
"""

import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest, Now

from migration import states
from migration.models import Run
from migration.models.chores import from_now
from migration.problems import NO_ROOM, Problem
from migration.states import State

DURATION = timedelta(seconds=60)
PAUSE_AFTER_FAULT = timedelta(seconds=15)
CRASHES_BEFORE_SUSPICION = 2


class LeaseLost(Exception):
    """Somebody else moves this run now; what was done since the last chunk is rolled back."""


@dataclass(slots=True)
class Lease:
    """The right to move one run. `claims` counts the tries since anything moved, this one included.

    `faults` counts those of ours since then. `run` is how it stood when it was claimed. `hindered` where it still
    names what kept it waiting (`release`): no longer, once something moves. `since` when this process works on what
    comes next.
    """

    run: Run
    token: str
    cursor: int
    claims: int
    suspect_until: int
    hindered: bool = False
    faults: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def goes_one_by_one(self) -> bool:
        """Two crashes in a row: somewhere behind the cursor stands a document that stops its process."""
        return self.cursor < self.suspect_until

    @property
    def blames_next(self) -> bool:
        """Two more crashes on this very document: it fails, and the run goes on."""
        return self.goes_one_by_one and self.claims > CRASHES_BEFORE_SUSPICION

    @contextmanager
    def chunk(self, hi: int) -> Iterator[None]:
        """One short transaction that moves the cursor to `hi`; LeaseLost, and no trace, where it is ours no more."""
        with transaction.atomic():
            self.fence(cursor=hi, claims=0, faults=0)
            yield
        self.cursor, self.claims, self.faults = hi, 0, 0

    def advance(self, target: State, cursor: int | None = None, **changes: object) -> None:
        """Fence, and on to another state, where the table allows it; `cursor` where the next one begins elsewhere."""
        source = Run.objects.filter(pk=self.run.pk).values_list("state", flat=True).first()
        if source is None:
            raise LeaseLost
        states.demand(State(source), target)
        at = self.cursor if cursor is None else cursor
        self.fence(state=target, cursor=at, faults=0, **changes)
        self.cursor = at

    def fence(self, **changes: object) -> None:
        """Renew the lease, and change the run with it, if it is still ours. Belongs inside a transaction.

        That moves it, unless `changes` say since when it did not.
        """
        if self.hindered:
            changes.setdefault("problem_code", "")
        changes.setdefault("moved_at", Now())
        changes.setdefault("worked_ms", F("worked_ms") + self.clocked())
        mine = Run.objects.filter(pk=self.run.pk, token=self.token, cursor=self.cursor)
        if not mine.update(lease_until=from_now(DURATION), **changes):
            raise LeaseLost

    def clocked(self) -> int:
        """The milliseconds since the last time, as work on the import; to go back over it (retry, undo) is none."""
        before, self.since = self.since, time.monotonic()
        return 0 if self.run.state in (State.RETRYING, State.UNDOING) else round(1000 * (self.since - before))

    def release(
        self, pause: timedelta | None = None, waits_for: Problem | None = None, faults: int | None = None
    ) -> None:
        """Give the run back, done or not, for others to go on with: at once, or after a pause, and then maybe why.

        A worker that can still say so did not crash, so this claim does not count against the document. `faults` says
        how many of ours kept the run from moving, where it was one.
        """
        Run.objects.filter(pk=self.run.pk, token=self.token).update(
            token="",
            holder="",
            rung_at=None,
            lease_until=from_now(pause) if pause else None,
            claims=Greatest(F("claims") - 1, Value(0)),
            **({"problem_code": waits_for.code} if waits_for else {}),
            **({} if faults is None else {"faults": faults}),
        )


def claim(run_id: int) -> Lease | None:
    """The lease on this run where it is free or expired, else None: somebody has it, or nothing is to be done."""
    release_the_dead()  # a broker may ring again as soon as a process died: then nobody waits for the next sweep
    token = secrets.token_hex(16)
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    claimable = Run.objects.moving().filter(free, pk=run_id)
    if not claimable.update(token=token, holder=myself(), lease_until=from_now(DURATION), claims=F("claims") + 1):
        return None
    run = Run.objects.get(pk=run_id)
    hindered = run.problem_code == NO_ROOM.code
    return Lease(run, token, run.cursor, run.claims, run.suspect_until, hindered, run.faults)


def suspect(lease: Lease, window: int) -> None:
    """After two crashes in one place, go through the window that was under way document by document."""
    if lease.claims > CRASHES_BEFORE_SUSPICION and not lease.goes_one_by_one:
        lease.suspect_until, lease.claims = lease.cursor + window, 1
        Run.objects.filter(pk=lease.run.pk, token=lease.token).update(suspect_until=lease.suspect_until, claims=1)


# --- The holder: a process of this machine that died need not be waited for ------------------------------------------


def myself() -> str:
    """This process, told apart from a later one with the same number: where it runs, pid and the time it began."""
    return f"{here()}:{os.getpid()}:{began(os.getpid())}"


@cache
def here() -> str:
    """Where the numbers of processes mean what they mean to us: a machine since its last start, and a container of it.

    The name alone says too little: containers, and the pods of a replica, can share one.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}/{boot}/{space}"


def began(pid: int) -> str:
    """When this process of this machine began, in clock ticks since boot; '' where there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state == "Z" else fields[18]


def is_dead(holder: str) -> bool:
    """True only where the holder is known to be gone: a process of this very place that is no more."""
    place, _, process = holder.partition(":")
    pid, _, since = process.partition(":")
    return place == here() and Path("/proc/self/stat").exists() and began(int(pid)) != since


def release_the_dead() -> int:
    """Take back the leases of processes of this machine that died; how many. A lease elsewhere runs out by itself."""
    held = Run.objects.moving().exclude(token="").values_list("pk", "token", "holder")
    dead = [(pk, token) for pk, token, holder in held if holder and is_dead(holder)]
    return sum(
        Run.objects.filter(pk=pk, token=token).update(token="", holder="", lease_until=None, rung_at=None)
        for pk, token in dead
    )
