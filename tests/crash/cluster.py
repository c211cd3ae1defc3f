"""A PostgreSQL of one's own, that may fall over: the machine's own server, and who else uses it, notice nothing."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import services

USER: Final = "postgres"
"""PostgreSQL refuses to run as root; then it runs as this user."""


@dataclass(frozen=True)
class Cluster:
    """One server with its folder and port."""

    folder: Path
    port: int
    connections: int

    @property
    def url(self) -> str:
        return f"postgres://root@127.0.0.1:{self.port}/postgres"

    @property
    def options(self) -> str:
        most = f"-c max_connections={self.connections}"
        return f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= {most}"

    def start(self) -> None:
        log = str(self.folder / "server.log")
        run("pg_ctl", "start", "-w", "-t", "60", "-D", str(self.folder), "-l", log, "-o", self.options)

    def fall(self) -> None:
        """As `pg_ctl stop -m immediate` does, without the time that takes: no goodbye, and a recovery afterwards."""
        with suppress(FileNotFoundError):  # it lies already
            os.kill(int((self.folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.folder), check=False)

    @contextmanager
    def away(self) -> Iterator[None]:
        self.fall()
        try:
            yield
        finally:
            self.start()


@contextmanager
def cluster(connections: int = 50) -> Iterator[Cluster]:
    if not programs():
        services.miss("PostgreSQL's own programs (initdb, pg_ctl) are not here")
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        run("initdb", "--no-sync", "--auth=trust", "--username=root", "--encoding=UTF8", "-D", str(folder))
        made = Cluster(folder, free_port(), connections)
        made.start()
        try:
            yield made
        finally:
            made.fall()
    finally:
        shutil.rmtree(folder)


def run(program: str, *arguments: str, check: bool = True) -> None:
    as_user = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
    command = [*as_user, str(programs() / program), *arguments]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, check=check, cwd="/", **quiet)


def programs() -> Path | None:
    """The folder of the newest version that is installed; Debian keeps it out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    anywhere = [str(path) for path in found] or [shutil.which("initdb") or ""]
    has_user = os.geteuid() != 0 or USER in {entry.pw_name for entry in pwd.getpwall()}
    return Path(anywhere[-1]).parent if anywhere[-1] and has_user else None


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
