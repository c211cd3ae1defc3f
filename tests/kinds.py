"""Kinds of import that only a test knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from migration.kinds.abilities import Ability
from migration.kinds.protocol import Kind
from migration.kinds.registry import ABILITIES, KINDS, WORDS, register


@contextmanager
def registered(kind: Kind, *abilities: Ability) -> Iterator[Kind]:
    """There for as long as the test needs it."""
    register(kind, *abilities)
    try:
        yield kind
    finally:
        del KINDS[kind.slug], ABILITIES[kind.slug], WORDS[kind.slug]
