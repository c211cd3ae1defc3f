"""Faults of ours: logged under a reference that the user can quote, with what kind it was and where in the code.

Never with the exception's own text: it may quote a BSN.
"""

import logging
import secrets
import traceback
from types import TracebackType

from portal.masking import holds_number

logger = logging.getLogger(__name__)


def noted(error: Exception) -> dict[str, str]:
    """Log a fault of ours under a new reference; the facts of the problem that tells of it."""
    made = reference()
    logger.error("Reference %s: %s", made, where(error))
    return {"reference": made}


def where(error: BaseException) -> str:
    """'ValueError in read:12 < examine:30 < …': the innermost frame first."""
    return f"{type(error).__name__} in {frames_of(error.__traceback__)}"


def frames_of(frames: TracebackType | None) -> str:
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(frames)[-8:]))


def reference() -> str:
    """What somebody quotes to us, and what stands in the log: never all digits, since those would be masked."""
    while holds_number(made := secrets.token_hex(4)):
        pass
    return made
