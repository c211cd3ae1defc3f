"""A BSN or RSIN on a screen, in a log, in a file name: only its last four digits are shown."""

import re
from typing import Final

# Nine digits (a BSN may lose its leading zero: eight), also written 1234.56.789 or 123 456 789. Letters may be glued
# on, as in 123456789H0601 (aanslagnummer) and NL123456782B01 (omzetbelastingnummer), and digits: a betalingskenmerk
# holds one, and a file name may put a year in front. So every longer run counts too.
NUMBER: Final = re.compile(r"(?<!\d)(?:\d{4}[. -]\d{2}[. -]\d{3}|\d{3}[. -]\d{3}[. -]\d{3}|\d{8,})(?!\d)")


def mask(number: str) -> str:
    """`123456782` → `•••••6782`; shorter ones show less, so that nobody can fill in the rest."""
    digits = re.sub(r"\D", "", number)
    shown = digits[-4:] if len(digits) >= 8 else ""
    return "•" * (9 - len(shown)) + shown


def holds_number(text: str) -> bool:
    """Does this hold what may be a BSN or RSIN? Then it does not belong in an address, a title or a log."""
    return bool(NUMBER.search(text))


def mask_within(text: str) -> str:
    """The text with every BSN or RSIN in it masked."""
    return NUMBER.sub(lambda found: mask(found[0]), text)
