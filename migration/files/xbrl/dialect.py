"""What a kind of import says of its XBRL messages: which names it reads, and how it calls what is wrong. No Django."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from migration.files.xbrl.values import Names, T, shown
from migration.problems import Problem, Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class XbrlProblems:
    """How a kind of import calls what is wrong with a message, each with the facts that its `cause` may name."""

    unreadable: Problem  # detail
    other_message: Problem  # found: what it is instead
    other_form: Problem  # found: the form in which it may be one all the same
    missing: Problem  # field
    illegible: Problem  # field, value
    conflict: Problem  # field


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """All that the general reader must be told of one kind of message.

    names: local names of the facts that are looked at in each message.
    labels: local name → how the field is called in a message to the user.
    own_members: (dimension, member) that only say "what this message is about"; leaving them out says the same.
    fact_name: tag → local name of a fact, "" for any other element; asked of short tags only, so may remember them.
    tax_id: scheme and identifier of a context → the number that they write, None where it is no taxpayer's.
    sign: a name that no other message has; XML that is no instance, but has it, may be a message all the same.
    """

    names: Names
    labels: Mapping[str, str]
    own_members: frozenset[tuple[str, str]]
    fact_name: Callable[[str], str]
    tax_id: Callable[[str, str], str | None]
    sign: str
    problems: XbrlProblems

    def unreadable(self, detail: str) -> Rejected:
        return Rejected(self.problems.unreadable, detail=detail)

    def other_message(self, found: str) -> Rejected:
        return Rejected(self.problems.other_message, found=found)

    def other_form(self, found: str) -> Rejected:
        return Rejected(self.problems.other_form, found=found)

    def missing(self, field: Names) -> Rejected:
        return Rejected(self.problems.missing, field=self.labels[field[0]])

    def without_context(self, name: str) -> Rejected:
        return Rejected(self.problems.missing, field=f"de context van '{self.labels[name]}'")

    def illegible(self, field: Names, value: str) -> Rejected:
        return Rejected(self.problems.illegible, field=self.labels[field[0]], value=shown(value) or "(leeg)")

    def conflict(self, field: Names) -> Rejected:
        return Rejected(self.problems.conflict, field=self.labels[field[0]])

    def parsed(self, field: Names, value: str, parse: Callable[[str], T | None]) -> T:
        """What `parse` makes of the value; Rejected, naming field and value, where it makes nothing of it."""
        result = parse(value)
        if result is None:
            raise self.illegible(field, value)
        return result
