"""Faults of ours in the log: what kind, and where in the code. Never the exception's own text: it may quote a BSN."""

import secrets
import traceback
from types import TracebackType

from portal.masking import holds_number


def where(error: BaseException) -> str:
    """'ValueError in read:12 < examine:30 < …': the innermost frame first."""
    return f"{type(error).__name__} in {trail(error.__traceback__)}"


def trail(frames: TracebackType | None) -> str:
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(frames)[-8:]))


def reference() -> str:
    """What somebody quotes to us, and what stands in the log: never all digits, since those would be masked."""
    while holds_number(made := secrets.token_hex(4)):
        pass
    return made
