"""What a run is about, in the words of its kind."""

from migration.kinds.protocol import Accepts, Words
from migration.kinds.registry import kind_of
from migration.models import Run
from migration.words.numbers import number


def words_of(run: Run) -> Words:
    return kind_of(run).words


def accepts_of(run: Run) -> Accepts:
    return kind_of(run).accepts


def many(run: Run) -> str:
    return words_of(run).many


def things(run: Run, count: int) -> str:
    """'1 record', or '38' with the name of the things."""
    return "1 record" if count == 1 else f"{number(count)} {many(run)}"
