"""The tabs above a list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its address, and how many rows it lets through; None where nobody counted them."""

    slug: str
    label: str
    count: int | None
    query: str
    is_current: bool = False
