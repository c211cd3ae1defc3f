"""How much of a person a text that leaves the portal tells: each download says so once, and every cell asks here."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from migration.models import Record
from portal.masking import mask, mask_within

HIDDEN: Final = "•••"
FREE: Final = ("actor", "reason")
"""Facts of the log that people wrote, or that name them."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Whether names are told, and whether a BSN/FI is told in full."""

    names: bool
    numbers: bool

    def tax_id(self, number: str) -> str:
        return number if self.numbers or not number else mask(number)

    def text(self, text: str) -> str:
        return text if self.numbers else mask_within(text)

    def name(self, text: str) -> str:
        return self.text(text) if self.names or not text else HIDDEN

    def file(self, record: Record) -> str:
        """The name of a file may hold that of a person."""
        return self.text(record.name) if self.names else f"{record.position:06}{PurePath(record.name).suffix.lower()}"

    def facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.name(str(value)) if name in FREE else self.fact(value) for name, value in facts.items()}

    def fact(self, value: Any) -> Any:
        return self.text(value) if isinstance(value, str) else value


USUAL: Final = Disclosure(names=True, numbers=False)
"""As on the screen."""
NOBODY: Final = Disclosure(names=False, numbers=False)
"""For people outside the office."""
EVERYTHING: Final = Disclosure(names=True, numbers=True)
"""On purpose only, by a manager, with an audit line."""
