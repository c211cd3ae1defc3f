"""One XBRL instance: its contexts, units and facts, and which of the facts are about whom the message is about.

Every fact is judged by the context it stands in; a value is read with certainty or not at all. No Django.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from lxml import etree

from migration.files.xbrl.contexts import Context, context_of, is_euro
from migration.files.xbrl.dialect import Dialect
from migration.files.xbrl.elements import ADDRESS_LENGTH, BLANKS, CONTEXT, HREF, NIL, OF_XBRL, SCHEMA_REF, TRUE, UNIT
from migration.files.xbrl.values import Names, T, whole

STRUCTURE: Final = (SCHEMA_REF, CONTEXT, UNIT)


class Instance:
    """The contexts and facts of one message, and which of the facts are about one party: its own.

    Whose they are is settled by `be_about` or `choose_own`; before that no value can be asked for.
    """

    own: Context

    def __init__(self, root: etree._Element, dialect: Dialect) -> None:
        self.dialect = dialect
        self.hrefs: list[str] = []  # where schemaRef points to: the entrypoints, which are never fetched
        self.foreign: dict[str, str] = {}  # a name that is looked at → the last namespace of somebody else's for it
        self._root = root
        self._holders = {root: True}  # what stands around a fact → whether it can hold one
        self._contexts: dict[str, etree._Element] = {}
        self._units: dict[str, etree._Element] = {}
        self._facts: dict[str, list[etree._Element]] = defaultdict(list)
        self._are_own: dict[str, bool] = {}  # id of a context → whether it is about our party
        self._euros_known: set[str] | None = None
        self._take_in(*STRUCTURE, *_tags(dialect.names))

    def take_in(self, names: Names) -> None:
        """Look through the document once more, for facts that are not looked at in each message."""
        self._take_in(*_tags(names))

    def _take_in(self, *tags: str) -> None:
        fact_name, facts = self.dialect.fact_name, self._facts
        around: etree._Element | None = self._root
        is_held = True  # neighbours stand in the same tuple: it is judged once
        for element in self._root.iter(*tags):
            tag = element.tag
            name = fact_name(tag) if len(tag) < ADDRESS_LENGTH else ""
            if not name:
                self._sort(element)
                continue
            parent = element.getparent()
            if parent is not around:
                around, is_held = parent, self._holds_facts(parent)
            if is_held:
                facts[name].append(element)

    def _sort(self, element: etree._Element) -> None:
        """Keep what is no fact of ours."""
        tag = element.tag
        if tag == CONTEXT:
            self._keep_once(self._contexts, element)
        elif tag == UNIT:
            self._keep_once(self._units, element)
        elif tag == SCHEMA_REF:
            if element.getparent() is self._root:
                self.hrefs.append(element.get(HREF, "")[:ADDRESS_LENGTH])
        elif "}" in tag and self._holds_facts(element.getparent()):
            self.foreign[tag.rpartition("}")[2]] = tag[1:].partition("}")[0]

    def _holds_facts(self, element: etree._Element | None) -> bool:
        """Whether facts stand in it: the instance and tuples hold them, at any depth; contexts and items do not.

        What is named like a fact in the value of a typed dimension is no fact (XBRL 2.1 §4.6, §4.9).
        """
        if element is None:
            return False
        holds = self._holders.get(element)
        if holds is None:
            holds = self._holders[element] = _may_be_tuple(element) and self._holds_facts(element.getparent())
        return holds

    def _keep_once(self, kept: dict[str, etree._Element], element: etree._Element) -> None:
        name = element.get("id", "")
        if name in kept:
            raise self.dialect.unreadable("een context of eenheid staat er twee keer in")
        if element.getparent() is not self._root:  # of a message inside the message: whose facts are whose?
            raise self.dialect.unreadable("een context of eenheid staat niet op zijn plaats")
        kept[name] = element

    def contexts(self) -> list[Context]:
        """Every context of the message, in its order."""
        return [context_of(element, self.dialect) for element in self._contexts.values()]

    def facts(self, name: str) -> list[etree._Element]:
        """The facts with this name that have a value, whomever they are about."""
        return [fact for fact in self._facts.get(name, ()) if fact.get(NIL) not in TRUE]

    def be_about(self, own: Context) -> None:
        """From now on the facts of this party, and of these dimensions, are the ones that are read."""
        self.own = own
        self._are_own = {}

    def choose_own(self, facts: Sequence[etree._Element], name: str) -> None:
        """Find whom the message is about, by the contexts of these facts, one or more; Rejected where they differ."""
        by_reference = {fact.get("contextRef", ""): fact for fact in facts}  # a context is read once, whatever refers
        contexts = {reference: self._context_of(fact, name) for reference, fact in by_reference.items()}
        self.own, *others = [one for one in contexts.values() if not one.dimensions] or contexts.values()
        if not all(self.own.is_about_same(other) for other in others):
            raise self.dialect.conflict((name,))
        self._are_own = {reference: self.own.is_about_same(context) for reference, context in contexts.items()}

    def _context_of(self, fact: etree._Element, name: str) -> Context:
        element = self._contexts.get(fact.get("contextRef", ""))
        if element is None:
            raise self.dialect.without_context(name)
        return context_of(element, self.dialect)

    def _is_own(self, fact: etree._Element, name: str) -> bool:
        """Whether a fact has a value, and is not a partner's, nor another year's or row's."""
        reference = fact.get("contextRef", "")
        is_own = self._are_own.get(reference)
        if is_own is None:
            is_own = self._are_own[reference] = self._context_of(fact, name).is_about_same(self.own)
        return is_own and fact.get(NIL) not in TRUE

    def _own_facts(self, name: str) -> list[etree._Element]:
        return [fact for fact in self._facts[name] if self._is_own(fact, name)]

    def texts(self, name: str) -> list[str]:
        """The different values of a fact, trimmed."""
        if name not in self._facts:
            return []
        found = [self._text(fact, name) for fact in self._own_facts(name)]
        return found if len(found) < 2 else list(dict.fromkeys(found))

    def text(self, field: Names) -> str | None:
        """The value of a field by the first of its names that has one; Rejected where that one has two values."""
        for name in field:
            found = self.texts(name)
            if len(found) > 1:
                raise self.dialect.conflict(field)
            if found:
                return found[0]
        return None

    def required(self, field: Names, parse: Callable[[str], T | None]) -> T:
        """The parsed value of a field that every message of this kind has."""
        value = self.optional(field, parse)
        if value is None:
            raise self.dialect.missing(field)
        return value

    def optional(self, field: Names, parse: Callable[[str], T | None]) -> T | None:
        """The parsed value of a field, None where there is none; Rejected where there is one that is illegible."""
        value = self.text(field)
        return None if value is None else self.dialect.parsed(field, value, parse)

    def whole_euros(self, field: Names) -> int | None:
        """The amount of a field; Rejected where it is not in euros or not a whole number."""
        for name in field:
            if name not in self._facts:
                continue
            found = {self._euros(fact, name, field) for fact in self._own_facts(name)}
            if len(found) > 1:
                raise self.dialect.conflict(field)
            if found:
                return found.pop()
        return None

    def _euros(self, fact: etree._Element, name: str, field: Names) -> int:
        value = self._text(fact, name)
        if not self._is_in_euros(fact):
            raise self.dialect.illegible(field, f"{value} (niet in euro's)")
        return self.dialect.parsed(field, value, whole)

    def _is_in_euros(self, fact: etree._Element) -> bool:
        """By its unit; without one by its type, monetaryNoDecimals. A unit that the document lacks is no euro."""
        reference = fact.get("unitRef")
        return reference is None or reference in self._euro_units()

    def _euro_units(self) -> set[str]:
        if self._euros_known is None:
            self._euros_known = {name for name, unit in self._units.items() if is_euro(unit, self.dialect)}
        return self._euros_known

    def _text(self, fact: etree._Element, name: str) -> str:
        if len(fact):
            raise self.dialect.illegible((name,), "er staan elementen in de waarde")
        return (fact.text or "").strip(BLANKS)


def _may_be_tuple(element: etree._Element) -> bool:
    return element.get("contextRef") is None and not element.tag.startswith(OF_XBRL)


@lru_cache(maxsize=16)
def _tags(names: Names) -> tuple[str, ...]:
    """These names in any namespace: whose they are is judged by `fact_name`."""
    return tuple("{*}" + name for name in names)
