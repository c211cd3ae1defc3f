"""Run as `python -m tests.walls.starting`: starts `manage.py check` again and again, each time in other surroundings.

A line of JSON in (what the environment has besides production's), a line of JSON out (the exit code, and all that was
said). Each start is a process of its own, but a fork: Python and Django are there already, the settings are not.
"""

import json
import os
import runpy
import sys
import tempfile
from pathlib import Path

import csp.constants  # noqa: F401
import django.core.management.commands.check  # noqa: F401


def start(own: dict[str, str]) -> tuple[int, str]:
    with tempfile.TemporaryFile() as said:
        if not (child := os.fork()):
            for descriptor in (1, 2):
                os.dup2(said.fileno(), descriptor)
            os._exit(check(own))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        return code, said.read().decode()


def check(own: dict[str, str]) -> int:
    os.environ.update(own)
    sys.argv = ["manage.py", "check"]
    try:
        runpy.run_path(str(Path(__file__).parents[2] / "manage.py"), run_name="__main__")
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr, flush=True)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(start(json.loads(line))), flush=True)
