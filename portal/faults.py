"""Faults of ours in the log: what kind, and where in the code. Never the exception's own text: it may quote a BSN."""

import logging
import traceback
from types import TracebackType
from typing import Any


def where(error: BaseException) -> str:
    """'ValueError in read:12 < examine:30 < …': the innermost frame first."""
    return f"{type(error).__name__} in {trail(error.__traceback__)}"


def trail(frames: TracebackType | None) -> str:
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(frames)[-8:]))


class Formatter(logging.Formatter):
    """One line a record; of an exception the kind and the place."""

    def formatException(self, ei: Any) -> str:
        _, error, _ = ei
        return where(error) if error else ""
