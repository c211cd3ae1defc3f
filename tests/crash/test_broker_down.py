"""R3: a broker that is down, or silent, costs an upload no more than seconds, and the run is done later."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests import services
from tests.crash.exports import export
from tests.crash.harness import ROOT, Site, Window, Worker, site

pytestmark = pytest.mark.crash

PAGE = 5.0
"""Seconds that an upload may take at most, the file itself aside."""
TIMES = 4


@contextmanager
def nothing_listens() -> Iterator[int]:
    """A port that refuses every connection."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def never_answers() -> Iterator[int]:
    """A port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        yield listening.getsockname()[1]


@contextmanager
def never_accepts() -> Iterator[int]:
    """A port whose queue is full: whoever connects hears nothing at all."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listening.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        with pytest.raises(TimeoutError):
            socket.create_connection(address, timeout=0.5)
        yield address[1]


@contextmanager
def falls_silent(host: str, port: int) -> Iterator[tuple[int, Callable[[], None]]]:
    """A port that passes everything on to a broker, until it is told to swallow everything."""
    silent = threading.Event()
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        sockets: list[socket.socket] = []

        def pass_on(source: socket.socket, target: socket.socket) -> None:
            with suppress(OSError):
                while received := source.recv(65536):
                    if not silent.is_set():
                        target.sendall(received)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    near = listening.accept()[0]
                    far = socket.create_connection((host, port))
                    sockets.extend((near, far))
                    for pair in ((near, far), (far, near)):
                        start(pass_on, *pair)

        def close_all() -> None:
            for each in [listening, *sockets]:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(timeout=5)
            for each in sockets:
                each.close()

        threads: list[threading.Thread] = []

        def start(target: Callable[..., None], *arguments: socket.socket) -> None:
            thread = threading.Thread(target=target, args=arguments, daemon=True)
            threads.append(thread)
            thread.start()

        start(accept)
        stack.callback(close_all)
        yield listening.getsockname()[1], silent.set


BROKERS = [pytest.param(services.REDIS, id="redis"), pytest.param(services.RABBITMQ, id="rabbitmq")]


def at(url: str, port: int) -> str:
    """The same broker, as it is reached at another port of this machine."""
    before, _, after = url.partition(f"127.0.0.1:{port_of(url)}")
    return f"{before}127.0.0.1:{port}{after}"


def port_of(url: str) -> int:
    return int(url.rpartition("127.0.0.1:")[2].partition("/")[0])


@pytest.mark.parametrize("broker", BROKERS)
def test_an_upload_takes_seconds_where_the_broker_is_away_and_its_run_is_done_later(
    broker: str, tmp_path: Path
) -> None:
    services.need(broker)
    paths = [export(tmp_path / f"klein-{number}.zip", 60, number) for number in range(3 * TIMES + 1)]
    with site(tmp_path / "site", "sqlite", broker) as made:
        took = {}
        for turn, away in enumerate((nothing_listens, never_answers, never_accepts)):
            with away() as port:
                some = paths[turn * TIMES : (turn + 1) * TIMES]
                took[away.__name__] = upload_seconds(made, some, at(broker, port))
        took[falls_silent.__name__] = ring_seconds(made, paths[-1], broker)
        assert max(map(max, took.values())) <= PAGE, took
        assert done_later(made, runs=3 * TIMES + 1)
    print("\n", {name: round(max(seconds), 1) for name, seconds in took.items()})


def upload_seconds(made: Site, paths: list[Path], broker: str) -> list[float]:
    answer = made.ask("upload", *paths, CELERY_BROKER_URL=broker)
    assert len(answer["runs"]) == TIMES
    return list(answer["seconds"])


def ring_seconds(made: Site, path: Path, broker: str) -> list[float]:
    """Ring over a connection that worked a moment ago."""
    [run] = made.ask("upload", path, CELERY_BROKER_URL=services.EMBEDDED)["runs"]
    with falls_silent("127.0.0.1", port_of(broker)) as (port, be_silent):
        environment = made.environment(CELERY_BROKER_URL=at(broker, port))
        command = [sys.executable, "-m", "tests.crash.inside", "ring_and_wait_for_a_line", str(run)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env=environment, cwd=ROOT, **pipes) as asked:
            try:
                assert asked.stdout.readline() == "rang\n"
                be_silent()
                answer, _ = asked.communicate("go on\n", timeout=30)
            finally:
                asked.kill()
    return list(json.loads(answer))


def done_later(made: Site, runs: int) -> bool:
    """A worker with a broker that works, and with nobody to ring, does all of them."""
    with Worker(made), Window(made) as window:
        states = [window.wait_for_end(run).state for run in range(1, runs + 1)]
    return states == ["finished"] * runs
