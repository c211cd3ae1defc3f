"""Faults of ours: logged under a reference that the user can quote, and never with a word of the data."""

import logging
import secrets
import traceback

logger = logging.getLogger(__name__)


def noted(error: Exception) -> dict[str, str]:
    """Log a fault of ours under a reference that the user can quote; the facts of the problem."""
    reference = secrets.token_hex(4)
    logger.error("Reference %s: %s", reference, where(error))
    return {"reference": reference}


def where(error: Exception) -> str:
    """What went wrong in our code, and where. Never the exception's own text: it may quote a BSN."""
    frames = traceback.extract_tb(error.__traceback__)
    trail = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return f"{type(error).__name__} in {trail}"
