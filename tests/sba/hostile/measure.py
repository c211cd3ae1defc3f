"""What a piece of work costs, measured in a process of its own."""

import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds of the processor, and by how many MB the process grew at its peak."""

    seconds: float
    megabytes: float

    def __lt__(self, other: "Cost") -> bool:  # type: ignore[override]
        return self.seconds < other.seconds and self.megabytes < other.megabytes


def cost_of(build: Callable[[], bytes], work: Callable[[bytes], object]) -> Cost:
    """What `work` costs on what `build` gives; each has its own process, so that nothing they leave behind counts."""
    with tempfile.TemporaryDirectory() as folder:
        content, figures = Path(folder) / "content", Path(folder) / "figures"
        in_a_child(lambda: content.write_bytes(build()))
        in_a_child(lambda: figures.write_text(measured(content, work)))
        return Cost(*map(float, figures.read_text().split()))


def measured(path: Path, work: Callable[[bytes], object]) -> str:
    content = path.read_bytes()
    before, began = peak(), time.process_time()
    work(content)
    return f"{time.process_time() - began} {peak() - before}"


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_a_child(work: Callable[[], object]) -> None:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert status == 0, status
