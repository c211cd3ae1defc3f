"""A good message with one thing changed, and how a message fails."""

import re

import pytest

from migration.problems import Problem, Rejected
from sba.reading.notice import read
from sba.samples import document


def changed(old: str, new: str, content: bytes | None = None) -> bytes:
    """A good document with one thing changed; the thing must be there."""
    text = (content or document()).decode()
    assert old in text
    return text.replace(old, new).encode()


def fact(name: str, value: str, content: bytes | None = None) -> bytes:
    """A good document in which a fact has another value."""
    text, times = re.subn(rf"(<[\w-]+:{name} [^>]*>)[^<]*<", rf"\g<1>{value}<", (content or document()).decode())
    assert times
    return text.encode()


def without(name: str, content: bytes | None = None) -> bytes:
    text, times = re.subn(rf"<([\w-]+:{name}) [^>]*>[^<]*</\1>", "", (content or document()).decode())
    assert times
    return text.encode()


def added(facts: str, content: bytes | None = None) -> bytes:
    """A good document with more facts at its end."""
    return changed("</xbrli:xbrl>", f"{facts}</xbrli:xbrl>", content)


def failure(content: bytes) -> tuple[Problem, dict[str, str]]:
    with pytest.raises(Rejected) as caught:
        read(content)
    problem, facts = caught.value.problem, caught.value.facts
    assert "onbekend" not in problem.explain(facts).removeprefix("Het bericht")
    return problem, facts
