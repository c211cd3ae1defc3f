"""Why a record or a whole file was not imported: problems with a code, and the one exception that carries them.

A caution has a code too: what is worth knowing of a record that was imported all the same.

Plain Python on purpose: the readers of files raise `Rejected` without knowing Django.
"""

from dataclasses import dataclass
from string import Formatter
from typing import Final

CATALOGUE: Final[dict[str, "Problem"]] = {}
CAUTIONS: Final[dict[str, "Caution"]] = {}


class DuplicateCode(Exception):
    """Two problems claim one code. A code never changes meaning, so the second one does not load."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why something was not imported, in the words of the person who reads it.

    `cause` may name facts between braces ("{field}"); a record keeps the facts, never the finished sentence.
    `can_ignore` and `retry_helps` answer yes or no, each with its reason. An `expected` problem asks for no action.
    """

    code: str
    title: str
    cause: str
    remedy: tuple[str, ...]
    can_ignore: bool
    ignore_why: str
    retry_helps: bool
    retry_why: str
    expected: bool = False

    def __post_init__(self) -> None:
        if self.code in CATALOGUE:
            raise DuplicateCode(self.code)
        CATALOGUE[self.code] = self

    def explain(self, facts: dict[str, str]) -> str:
        """The cause with its facts filled in; a fact that is missing reads as 'onbekend'."""
        names = [name for _, name, _, _ in Formatter().parse(self.cause) if name]
        return self.cause.format(**{name: facts.get(name) or "onbekend" for name in names})


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning ('Waarschuwing') about a record that is imported: nothing failed, but somebody may want to know.

    `meaning` may name the last day to object ("{until}"). An `everyday` caution asks for no look, so it is
    told in the log and in the downloads, but marks no row of a list.
    """

    code: str
    title: str
    meaning: str
    everyday: bool = False

    def __post_init__(self) -> None:
        if self.code in CAUTIONS:
            raise DuplicateCode(self.code)
        CAUTIONS[self.code] = self

    def __str__(self) -> str:
        return f"{self.code} – {self.title}"


@dataclass(frozen=True, slots=True)
class Problems:
    """What the road itself finds wrong with a document, each under the code that a kind of import has for it."""

    unexpected: Problem  # a fault of ours in one document
    fatal: Problem  # a document that stops its process
    twice: Problem  # one thing, twice in the upload, with different contents
    not_kept: Problem  # a retry of what could not be unpacked at the time


class Rejected(Exception):
    """A fault of the data. Any other exception is a fault of ours.

    The facts may hold personal data, so the exception's own text is the code alone: it can be logged.
    """

    def __init__(self, problem: Problem, **facts: object) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.facts = {name: str(value) for name, value in facts.items()}


def find(code: str) -> Problem | None:
    """The problem with this code, or None where there is none (an empty code, or one from a later version)."""
    return CATALOGUE.get(code)


def find_caution(code: str) -> Caution | None:
    """The caution with this code, or None where there is none."""
    return CAUTIONS.get(code)


def helped_by_retry() -> list[str]:
    """The codes of problems that a second attempt can solve."""
    return [code for code, problem in CATALOGUE.items() if problem.retry_helps]


SUMS_DIFFER: Final = Problem(
    "MIG-901",
    title="De telling klopt niet",
    cause="Het aantal bestanden en het aantal uitkomsten verschillen. Neem contact op met support.",
    remedy=("Neem contact op met support en noem de referentie van deze migratie.",),
    can_ignore=False,
    ignore_why="Er kan een record ontbreken.",
    retry_helps=False,
    retry_why="Dit moet eerst worden onderzocht.",
)
FILE_LOST: Final = Problem(
    "MIG-902",
    title="Het migratiebestand is er niet meer",
    cause="Het bestand dat u hebt geüpload, is niet meer te vinden. Wat al was geïmporteerd, blijft staan.",
    remedy=("Upload het bestand opnieuw: wat er al staat, komt er niet dubbel in.",),
    can_ignore=False,
    ignore_why="De rest van het bestand is niet geïmporteerd.",
    retry_helps=False,
    retry_why="Zonder het bestand kan niets worden gelezen.",
)
NO_ROOM: Final = Problem(
    "MIG-903",
    title="Wacht op schijfruimte",
    cause="De schijf waarop de import wordt bewaard, is vol. Zodra er ruimte is, gaat de import vanzelf verder.",
    remedy=("U hoeft niets te doen. Duurt het lang, meld dan deze foutcode bij uw systeembeheerder of bij support.",),
    can_ignore=False,
    ignore_why="Zolang er geen ruimte is, staat de import stil.",
    retry_helps=False,
    retry_why="De import gaat vanzelf verder zodra er ruimte is.",
)
GAVE_UP: Final = Problem(
    "MIG-904",
    title="De verwerking is gestopt door een fout van ons",
    cause=(
        "De verwerking liep een paar keer achter elkaar vast op een fout van ons. Wat al was gedaan, blijft bewaard."
        " Kenmerk: {reference}."
    ),
    remedy=(
        "Probeer het opnieuw vanaf de pagina van deze migratie: wat al is gedaan, gebeurt niet dubbel.",
        "Gebeurt het weer? Neem contact op met support en noem het kenmerk.",
    ),
    can_ignore=False,
    ignore_why="De rest is niet verwerkt.",
    retry_helps=True,
    retry_why="De verwerking gaat verder waar zij was gebleven. Blijft de fout terugkomen, dan is support nodig.",
)
