"""What no text that comes in may hold, whatever door it comes through: it is not seen, or shows something else.

Controls; marks that turn the direction of reading, by which 'Jansen' shows as another name; halves of a letter, which
no database stores; and what stands for a letter that was lost on the way.
"""

import re
from typing import Final

HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffd-\uffff]"
)
IN_LINES: Final = re.compile(r"[\t\r\n]")
"""What else a text of several lines has."""


def hidden_in(text: str) -> str:
    """The first of them by its number in Unicode ('U+202E'), or nothing."""
    found = HIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def without_hidden(text: str) -> str:
    """The text as people see it: for what is looked up, and for names that a machine gave."""
    return HIDDEN.sub("", text)


def on_one_line(text: str) -> str:
    """White space of any kind, and what has no width, is one space; what may not be there at all stays, to be told."""
    kept = (one if one.isprintable() or (HIDDEN.match(one) and not one.isspace()) else " " for one in text)
    return " ".join("".join(kept).split())
