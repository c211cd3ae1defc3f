"""What a run is about, in the words of its kind."""

from typing import Final

from migration.kinds.protocol import Accepts
from migration.kinds.registry import kind_of, words_of
from migration.models import Run
from migration.words.numbers import number
from portal.running.faults import noted


def label(run: Run) -> str:
    """What the kind itself is called."""
    return words_of(run).label


def accepts_of(run: Run) -> Accepts:
    """What its file and the parts of that are called; where a fault of ours keeps that back, by words of any kind."""
    try:
        return kind_of(run).accepts
    except Exception as error:
        noted(error)
        return OF_ANY_KIND


OF_ANY_KIND: Final = Accepts(
    extensions=("",),
    media_types=(),
    signatures=(),
    file="Bestand",
    the_file="het bestand",
    member="Onderdeel",
    members="onderdelen van het bestand",
    label="Bestand",
    hint="",
    drop="",
    wrong="",
    empty="",
    too_large="",
)


def many(run: Run) -> str:
    return words_of(run).many


def things(run: Run, count: int) -> str:
    """Their number, and what they are called."""
    return f"{number(count)} {words_of(run).one if count == 1 else many(run)}"


def these(run: Run, count: int) -> str:
    """'deze 38 …', or of a single one 'deze …', 'dit …'."""
    words = words_of(run)
    return f"{THIS[words.article]} {words.one}" if count == 1 else f"deze {things(run, count)}"


def this(run: Run) -> str:
    return these(run, 1)


def all_of(run: Run, count: int) -> str:
    """'alle 38 …', 'de ene …'."""
    words = words_of(run)
    return f"{words.article} ene {words.one}" if count == 1 else f"alle {things(run, count)}"


def new_ones(run: Run, count: int) -> str:
    """'de 30 nieuwe …', 'de nieuwe …'."""
    words = words_of(run)
    return f"{words.article} nieuwe {words.one}" if count == 1 else f"de {number(count)} nieuwe {words.many}"


def which(run: Run, count: int) -> str:
    """The word that begins what is said of them: 'die', 'dat'."""
    return "dat" if count == 1 and words_of(run).article == "het" else "die"


THIS: Final = {"de": "deze", "het": "dit"}
