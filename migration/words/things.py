"""What a run is about, in the words of its kind."""

from migration.kinds.protocol import Accepts
from migration.kinds.registry import kind_of
from migration.models import Run
from migration.words.numbers import number


def label(run: Run) -> str:
    """What the kind itself is called."""
    return kind_of(run).words.label


def accepts_of(run: Run) -> Accepts:
    return kind_of(run).accepts


def many(run: Run) -> str:
    return kind_of(run).words.many


def things(run: Run, count: int) -> str:
    """'1 record', or '38' with the name of the things."""
    return "1 record" if count == 1 else f"{number(count)} {many(run)}"
