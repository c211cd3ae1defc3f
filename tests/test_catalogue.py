"""A code never changes meaning: people quote it, years later (catalogue.json holds every one, with its words)."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from migration.problems import CATALOGUE, CAUTIONS

WRITTEN_DOWN = json.loads((Path(__file__).parent / "catalogue.json").read_text(encoding="utf-8"))


def as_written(known: dict[str, Any]) -> dict[str, Any]:
    """As JSON has them: without their own code, tuples as lists."""
    told = {code: asdict(one) for code, one in known.items()}
    return json.loads(json.dumps({code: {k: v for k, v in one.items() if k != "code"} for code, one in told.items()}))


def test_every_problem_says_what_it_always_said() -> None:
    assert as_written(CATALOGUE) == WRITTEN_DOWN["problems"]


def test_every_caution_says_what_it_always_said() -> None:
    assert as_written(CAUTIONS) == WRITTEN_DOWN["cautions"]
