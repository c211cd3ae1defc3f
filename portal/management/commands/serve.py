"""The one-command start: the web and one worker, together up and together down."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType

from django.core.management.base import BaseCommand

from portal.environment.reading import env

logger = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds before a worker that died is started again."""
PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Start the web and one worker; Ctrl+C stops both. For one machine: see the README for more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=env.int("PORT", default=8000))
        parser.add_argument("--host", default=env.str("HOST", default="127.0.0.1"))

    def handle(self, *, host: str, port: int, **options: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):  # a shell lets what it starts in the background ignore Ctrl+C
            signal.signal(number, interrupt)
        web, worker = start(web_command(host, port)), start(WORKER)
        try:
            while web.poll() is None:
                if worker.poll() is not None:
                    logger.warning("The worker stopped; it is started again")
                    time.sleep(PAUSE)
                    worker = start(WORKER)
                time.sleep(0.2)
        except KeyboardInterrupt:
            logger.info("Stopping …")
        finally:
            stop(web, worker)
        if web.returncode:
            sys.exit(web.returncode)


WORKER = [
    sys.executable, "-m", "celery", "--quiet", "--app", "portal", "worker", "--loglevel", "WARNING",
    "--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat",
]  # fmt: skip


def web_command(host: str, port: int) -> list[str]:
    """gunicorn with threads: an upload keeps one busy, and the others answer."""
    return [
        sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "python:portal.running.gunicorn",
        "--bind", f"{host}:{port}",
        "--workers", "1", "--threads", "32", "--timeout", "120", "--log-level", "warning",
    ]  # fmt: skip


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child in a session of its own: Ctrl+C reaches this process alone, which then stops its children in order."""
    return subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_parent)


def die_with_parent() -> None:
    """Linux: a child is told to stop when this process is killed, so that no worker is left alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def stop(*children: subprocess.Popen[bytes]) -> None:
    """Ask politely, wait, insist. A run that is under way gives its lease back at the next chunk."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl+C must not leave the children alone
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
