"""Every code that a log may hold, explained while nothing has happened: grouped, without the facts of a record."""

from collections.abc import Iterable
from dataclasses import dataclass
from string import Formatter
from typing import Final, TypeVar

from migration.problems import CATALOGUE, CAUTIONS, Caution, Problem

K = TypeVar("K", Problem, Caution)

GROUPS: Final = {
    "1": "Het bestand als geheel",
    "2": "De klant",
    "3": "De inhoud van een record",
    "4": "Botsende versies",
    "9": "Storingen en fouten van ons",
}
"""By the first digit of a code: the same for every kind of import."""
OTHERS: Final = "Overige foutcodes"
CAUTIONS_TITLE: Final = "Waarschuwingen"
BLANK: Final = "…"


@dataclass(frozen=True, slots=True)
class Code:
    """One code: what happened, and for what was not imported what one can do about it."""

    code: str
    title: str
    text: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    codes: list[Code]


def groups() -> list[Group]:
    """All of them, in order; what is imported all the same comes last."""
    titles = [*GROUPS.values(), OTHERS]
    problems = [of_problem(problem) for problem in in_order(CATALOGUE.values())]
    found = [Group(title, [one for one in problems if group_of(one.code) == title]) for title in titles]
    cautions = Group(CAUTIONS_TITLE, [of_caution(caution) for caution in in_order(CAUTIONS.values())])
    return [group for group in (*found, cautions) if group.codes]


def group_of(code: str) -> str:
    return GROUPS.get(code.rpartition("-")[2][:1], OTHERS)


def in_order(known: Iterable[K]) -> list[K]:
    return sorted(known, key=lambda one: one.code)


def of_problem(problem: Problem) -> Code:
    return Code(problem.code, problem.title, without_facts(problem.cause), problem)


def of_caution(caution: Caution) -> Code:
    return Code(caution.code, caution.title, without_facts(caution.meaning))


def without_facts(sentence: str) -> str:
    """'Gevonden: {found}.' → 'Gevonden: ….'; a full stop behind the gap would be a fourth dot."""
    parts = [text + (BLANK if name is not None else "") for text, name, _, _ in Formatter().parse(sentence)]
    return "".join(parts).replace(f"{BLANK}.", BLANK)
