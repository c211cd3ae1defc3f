"""The one-command start, as a child of a test."""

import signal
import socket
import subprocess
import sys
from contextlib import suppress
from typing import IO, Self

import psutil

from tests.crash.cluster import free_port
from tests.crash.harness import ROOT, Site, family_of, kill_all, lives


class Serve:
    """`manage.py serve`: the web, a worker, and its child. In the background a shell has it ignore Ctrl+C."""

    def __init__(self, made: Site, in_background: bool = False) -> None:
        self.site, self.ctrl_c = made, signal.SIG_IGN if in_background else signal.SIG_DFL
        self.port = free_port()
        self.log: IO[bytes] = (made.folder / "worker.log").open("ab")
        self.process = self.begin()

    def begin(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        return subprocess.Popen(
            command, env=self.site.environment(), cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True,
            preexec_fn=self.inherit,
        )  # fmt: skip

    def inherit(self) -> None:
        """Whatever these tests themselves were started with (`make test &`) says nothing about it."""
        signal.signal(signal.SIGINT, self.ctrl_c)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        kill_all(self.family())
        kill_all(left_behind(self.site))
        self.process.wait()
        self.log.close()

    def family(self) -> list[psutil.Process]:
        return family_of(self.process.pid)

    def worker(self) -> psutil.Process | None:
        """The worker's main process, once it has a child."""
        mains = [process for process in self.family()[1:] if is_worker(process)]
        return mains[0] if mains and mains[0].children() else None

    def answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


def is_worker(process: psutil.Process) -> bool:
    try:
        return "celery" in process.cmdline() and bool(process.children())
    except psutil.Error:
        return False


def left_behind(made: Site) -> list[psutil.Process]:
    """Every process of this site, by the one thing that they all inherit."""

    def is_of(process: psutil.Process) -> bool:
        with suppress(psutil.Error):
            return lives(process) and process.environ().get("CRASH_QUEUE") == made.queue
        return False

    return [process for process in psutil.process_iter() if is_of(process)]
