"""Faults of ours: logged under a reference that the user can quote, and never with a word of the data."""

import logging

from portal.running import faults
from portal.running.faults import where

logger = logging.getLogger(__name__)


def noted(error: Exception) -> dict[str, str]:
    """Log a fault of ours under a reference that the user can quote; the facts of the problem."""
    reference = faults.reference()
    logger.error("Reference %s: %s", reference, where(error))
    return {"reference": reference}
