"""Sites that can be killed: real processes, a real database and a real broker, in a folder of their own.

A site is driven from outside only: its actions run in processes of their own (inside.py), its progress is read from the
database, and its worker is the very command that production starts.
"""

import atexit
import json
import os
import random
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, Final, Self, TypeVar

import psutil
import psycopg
from kombu import Connection
from redis import Redis

from tests.environment import fresh_folder
from tests.services import EMBEDDED

T = TypeVar("T")
ROOT: Final = Path(__file__).resolve().parents[2]
CHUNK: Final = 10
POLL: Final = 0.002
"""Seconds between two looks at the database."""
WORKER: Final = [
    "nice", "-n", "5",  # on a busy machine whoever looks at a run, to act at a moment of it, comes first
    sys.executable, "-m", "celery", "--app", "portal", "worker", "--loglevel", "INFO", "--concurrency", "1",
    "--without-gossip", "--without-mingle", "--without-heartbeat",
]  # fmt: skip
PROGRESS: Final = "SELECT state, cursor, COALESCE(members, 0) FROM migration_run WHERE id = {run}"
HOLDERS: Final = "SELECT COUNT(*) FROM migration_run WHERE id = {run} AND token <> ''"


class Late(AssertionError):
    """Something that should have happened did not, in a time that is far more than it needs."""


def eventually(look: Callable[[], T], within: float, what: str, every: float = 0.02) -> T:
    """The first true thing that `look` sees."""
    deadline = time.monotonic() + within
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise Late(f"{what}: not within {within:.0f} s")
        time.sleep(every)
    return seen


# --- A site -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How far a run is, as one number that only grows: its check counts from 0 on, its write from `members` on."""

    state: str
    cursor: int
    members: int

    @property
    def has_ended(self) -> bool:
        return self.state in ("finished", "refused", "stopped", "undone")

    @property
    def steps(self) -> int:
        return self.cursor + (self.members if self.state in ("writing", "finished") else 0)


@dataclass
class Site:
    """One office with its data folder, database and broker."""

    folder: Path
    database_url: str
    broker_url: str
    settings: str = "tests.crash.settings"
    queue: str = field(default_factory=lambda: f"crash-{secrets.token_hex(6)}")
    chunk: int = CHUNK

    def environment(self, **changes: str) -> dict[str, str]:
        own = {
            "DJANGO_SETTINGS_MODULE": self.settings,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "CELERY_BROKER_URL": self.broker_url,
            "CRASH_QUEUE": self.queue,
            "MIGRATION_CHUNK": str(self.chunk),
            "SECRET_KEY": "for-the-crash-tests-only-and-nothing-else-0123456789",
            "HTTPS": "false",
            "PYTHONUNBUFFERED": "1",
        }
        inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        return {**inherited, **own, **changes}

    def ask(self, action: str, *arguments: object, **environment: str) -> Any:
        """The answer of an action of inside.py, in a process of its own."""
        command = [sys.executable, "-m", "tests.crash.inside", action, *map(str, arguments)]
        asked = subprocess.run(
            command, env=self.environment(**environment), cwd=ROOT, capture_output=True, text=True, timeout=300
        )
        assert asked.returncode == 0, asked.stderr
        return json.loads(asked.stdout.splitlines()[-1])

    def upload(self, path: Path) -> int:
        [run] = self.ask("upload", path)["runs"]
        return int(run)

    def content(self) -> dict[str, Any]:
        """All that the runs of this site left behind, after a look whether each is right in itself."""
        target = self.folder / "content.json"
        wrong = self.ask("content", target)
        assert not wrong, f"wrong, by run: {wrong}"
        found: dict[str, Any] = json.loads(target.read_text())
        return found

    @property
    def log(self) -> str:
        return (self.folder / "worker.log").read_text()


@contextmanager
def site(folder: Path, database: str, broker: str, **options: Any) -> Iterator[Site]:
    """A site with its office, on a new database that goes when the site goes."""
    folder.mkdir(parents=True, exist_ok=True)
    with new_database(folder, database, like=founded(database)) as url:
        made = Site(folder, url, broker, **options)
        try:
            yield made
        finally:
            remove_queue(made)


@cache
def founded(database: str) -> str:
    """A database with an office, to copy for each site: all the migrations take seconds, every time. What to copy."""
    folder = fresh_folder()
    name = f"crash_{secrets.token_hex(6)}"
    url = f"sqlite:///{folder}/portal.sqlite3"
    if database.startswith("postgres"):
        tell(database, f"CREATE DATABASE {name}")
        atexit.register(forget, database, name)
        url = f"{database.rpartition('/')[0]}/{name}"
    Site(Path(folder), url, EMBEDDED).ask("found")
    return name if database.startswith("postgres") else f"{folder}/portal.sqlite3"


def forget(server: str, name: str) -> None:
    with suppress(psycopg.OperationalError):  # a server of a test's own is gone by now
        tell(server, f"DROP DATABASE {name} WITH (FORCE)")


def differences(found: Any, expected: Any, path: str = "") -> list[str]:
    """Where two contents differ, in words that fit on a screen."""
    if isinstance(found, dict) and isinstance(expected, dict) and found.keys() == expected.keys():
        return [line for key in found for line in differences(found[key], expected[key], f"{path}/{key}")]
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        return [line for number, pair in pairs for line in differences(*pair, f"{path}/{number}")]
    return [] if found == expected else [f"{path}: {str(found)[:200]} instead of {str(expected)[:200]}"]


@contextmanager
def new_database(folder: Path, url: str, like: str = "") -> Iterator[str]:
    """An empty one, or a copy."""
    if not url.startswith("postgres"):
        if like:
            shutil.copy(like, folder / "portal.sqlite3")
        yield f"sqlite:///{folder}/portal.sqlite3"
        return
    name = f"crash_{secrets.token_hex(6)}"
    tell(url, f"CREATE DATABASE {name} TEMPLATE {like or 'template1'}")
    try:
        yield f"{url.rpartition('/')[0]}/{name}"
    finally:
        tell(url, f"DROP DATABASE {name} WITH (FORCE)")


def tell(url: str, statement: str) -> None:
    """By a connection of its own: the server may have fallen over in between."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(statement)


def remove_queue(made: Site) -> None:
    """Leave nothing behind in a broker that others use too."""
    if made.broker_url.startswith("redis"):
        with Redis.from_url(made.broker_url) as server:
            remove_from_redis(server, made.queue)
    elif made.broker_url.startswith("amqp"):
        with Connection(made.broker_url, connect_timeout=5) as connection, connection.channel() as channel:
            channel.queue_delete(made.queue)


def remove_from_redis(server: Any, queue: str) -> None:
    """The queue, what binds it, and what a killed worker had taken out of it."""
    for key in server.scan_iter(f"*{queue}*"):
        server.delete(key)
    for tag, message in server.hgetall("unacked").items():
        if queue.encode() in message:
            server.hdel("unacked", tag)
            server.zrem("unacked_index", tag)


class Window:
    """A look into a site's database from outside, cheap enough for a look every few milliseconds."""

    def __init__(self, made: Site) -> None:
        self.site = made
        self.connection: Any = self.open()

    def open(self) -> Any:
        made = self.site
        if made.database_url.startswith("postgres"):
            return psycopg.connect(made.database_url, autocommit=True)
        path = made.database_url.removeprefix("sqlite:///")
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)

    def reopen(self) -> None:
        """After the database fell over."""
        self.connection.close()
        self.connection = self.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.connection.close()

    def one(self, query: str) -> Any:
        return self.connection.execute(query).fetchone()

    def progress(self, run: int) -> Progress:
        return Progress(*self.one(PROGRESS.format(run=run)))

    def wait_for_end(self, run: int, within: float = 120) -> Progress:
        def ended() -> Progress | None:
            progress = self.progress(run)
            return progress if progress.has_ended else None

        progress = eventually(ended, within, f"the end of run {run}")
        with suppress(Late):  # whoever ended it was killed before it could give the run back
            eventually(lambda: self.one(HOLDERS.format(run=run)) == (0,), within=5, what="that nobody holds it")
        return progress

    def wait_for_step(self, run: int, step: int, within: float = 120) -> Progress:
        """The progress as soon as the run has come this far, or has ended."""

        def there() -> Progress | None:
            progress = self.progress(run)
            return progress if progress.has_ended or progress.steps >= step else None

        return eventually(there, within, f"step {step} of run {run}", every=POLL)


# --- A worker ---------------------------------------------------------------------------------------------------------


class Worker:
    """A Celery worker, as production starts it: a main process, and one child that does the work."""

    def __init__(self, made: Site, **environment: str) -> None:
        self.site, self.environment = made, environment
        self.log: IO[bytes] = (made.folder / "worker.log").open("ab")
        self.process = self.begin()

    def begin(self) -> subprocess.Popen[bytes]:
        environment = self.site.environment(**self.environment)
        return subprocess.Popen(
            WORKER, env=environment, cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        """Nothing of it is left behind, whatever happened."""
        family = self.family()
        kill_all(family)
        self.process.wait()
        self.log.close()
        eventually(lambda: not any(map(lives, family)), within=10, what="the end of a worker")

    def family(self) -> list[psutil.Process]:
        return family_of(self.process.pid)

    def children(self) -> list[psutil.Process]:
        return self.family()[1:]

    def freeze(self) -> None:
        """SIGSTOP to all of them: they do nothing any more, and do not know it."""
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                process.suspend()

    def thaw(self) -> None:
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def kill_main(self) -> None:
        """kill -9, and start another one. The kernel takes the child with it (Celery asks for that)."""
        orphans = self.children()
        self.process.kill()
        self.process.wait()
        eventually(lambda: not any(map(lives, orphans)), within=10, what="the end of a killed worker's child")
        self.process = self.begin()

    def kill_child(self) -> None:
        """kill -9 of the process that does the work; the main one starts another."""
        kill_all(self.children())

    def stop(self, within: float) -> float:
        """SIGTERM; the seconds it took."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(timeout=within)
        return time.monotonic() - began


def family_of(pid: int) -> list[psutil.Process]:
    """A process and all that came of it, itself first."""
    try:
        main = psutil.Process(pid)
        return [main, *main.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def lives(process: psutil.Process) -> bool:
    """Whether it is more than an entry that nobody has cleared away yet."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def kill_all(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


@contextmanager
def asleep(*workers: Worker) -> Iterator[None]:
    """Nothing moves meanwhile, and nobody waits for a lock: so that a test is there when it begins."""
    try:
        if workers[0].site.database_url.startswith("postgres"):
            eventually(lambda: frozen_on_postgresql(workers), within=60, what="a moment between two transactions")
        else:
            freeze_on_sqlite(workers)
        yield
    finally:
        for worker in workers:
            worker.thaw()


def freeze_on_sqlite(workers: Sequence[Worker]) -> None:
    """Whoever holds the one lock there is knows that nobody writes. (Freezing first, and looking then, a busy machine
    may find a worker within a chunk each time, until it has done all there is to do.)"""
    with nobody_writes(workers[0].site.database_url.removeprefix("sqlite:///")):
        for worker in workers:
            worker.freeze()


@contextmanager
def nobody_writes(path: str) -> Iterator[None]:
    """Holds the lock of this database of SQLite."""
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def frozen_on_postgresql(workers: Sequence[Worker]) -> bool:
    """Looks when they are frozen: a server would give its lock to whoever waits, asleep or not."""
    for worker in workers:
        worker.freeze()
    is_calm = locks_of_postgresql_are_free(workers[0].site.database_url)
    for worker in workers if not is_calm else ():
        worker.thaw()
    return is_calm


def locks_of_postgresql_are_free(url: str) -> bool:
    with psycopg.connect(url) as connection:
        try:
            connection.execute("SELECT 1 FROM migration_run FOR UPDATE NOWAIT")
            connection.execute("SELECT 1 FROM portal_office FOR UPDATE NOWAIT")
        except psycopg.errors.LockNotAvailable:
            connection.rollback()
            return False
    return True


# --- Kills ------------------------------------------------------------------------------------------------------------


@dataclass
class Killer:
    """Kills a worker again and again while runs move: the main process, then its child, and so on."""

    seed: int
    kills: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def disturb(self, worker: Worker, window: Window, run: int, kills: int, steps: int) -> None:
        """So many kills, each at a random moment of its own part of the road, for as long as the run has not ended."""
        part = steps * 9 // 10 // kills  # short of the end, so that the last one does not come too late
        step = 0
        for number in range(kills):
            moment = number * part + self.random.randint(1, part)
            progress = window.wait_for_step(run, max(moment, step + 1))
            if progress.has_ended:
                return
            time.sleep(self.random.random() * 0.03)  # not to wait for something: any moment of a chunk, not its first
            self.kill(worker, progress)
            step = progress.steps

    def kill(self, worker: Worker, progress: Progress) -> None:
        target = "child" if len(self.kills) % 2 else "main"
        {"main": worker.kill_main, "child": worker.kill_child}[target]()
        self.kills.append(f"{target} at {progress.state} {progress.cursor}")
