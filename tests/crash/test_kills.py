"""R1: kill -9 of the worker, or of its child, at any moment, loses nothing and doubles nothing.

CRASH_KILLS says how often (20), CRASH_SEED at which moments (drawn anew each time; a failure names it).
"""

import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests import services
from tests.crash.conftest import DOCUMENTS, VERBS
from tests.crash.harness import Killer, Site, Window, Worker, asleep, differences, site

pytestmark = pytest.mark.crash

KILLS = int(os.environ.get("CRASH_KILLS", "20"))
KILLS_PER_PART = (2, 3, 2, 3)
"""Of the import of what is new, of what is overwritten, of the retry and of the undo."""
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
PHASES = {"checking", "writing", "retrying", "undoing"}
SITES = [
    pytest.param("sqlite", [services.EMBEDDED], id="sqlite"),
    pytest.param(services.POSTGRESQL, [services.REDIS, services.RABBITMQ], id="postgresql"),
]


@pytest.mark.parametrize(("database", "brokers"), SITES)
def test_a_worker_that_is_killed_again_and_again_loses_and_doubles_nothing(
    database: str, brokers: list[str], exports: list[Path], taken_back: dict[str, Any], tmp_path: Path
) -> None:
    services.need(database, *brokers)
    killer = Killer(SEED)
    rounds = 0
    while len(killer.kills) < KILLS:
        rounds += 1
        with site(tmp_path / str(rounds), database, brokers[rounds % len(brokers)]) as made:
            go_the_whole_road(made, exports, killer)
            assert not differences(made.content(), taken_back)[:5], f"seed {SEED}: {killer.kills}"
    moments = Counter(kill.rpartition(" ")[0] for kill in killer.kills)
    assert {word for moment in moments for word in moment.split(" at ")} == {"main", "child", *PHASES}
    print(f"\n{len(killer.kills)} kills, {rounds} sites, exact; seed {SEED}; {dict(sorted(moments.items()))}")


def go_the_whole_road(made: Site, exports: list[Path], killer: Killer) -> None:
    """A check and a write of what is new, and of what changed since; a retry of what failed; an undo."""
    with Worker(made) as worker, Window(made) as window:
        for path, kills in zip(exports[:2], KILLS_PER_PART[:2], strict=True):
            run = made.upload(path)
            killer.disturb(worker, window, run, kills=kills, steps=2 * DOCUMENTS)
            assert window.wait_for_end(run).state == "finished", made.log
        for verb, kills in zip(VERBS, KILLS_PER_PART[2:], strict=True):
            with asleep(worker):
                assert made.ask("act", verb, run, "ring")
            killer.disturb(worker, window, run, kills=kills, steps=DOCUMENTS)
            window.wait_for_end(run)


@pytest.mark.parametrize(("database", "brokers"), SITES)
def test_what_comes_in_for_the_third_time_is_as_exact_under_kills(
    database: str, brokers: list[str], exports: list[Path], undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """Much of it stays as it was, and two versions stand behind the rest."""
    services.need(database, *brokers)
    killer = Killer(SEED)
    with site(tmp_path / "site", database, brokers[0]) as made:
        for path in exports[:2]:
            made.ask("go", path)
        with Worker(made) as worker, Window(made) as window:
            run = made.upload(exports[2])
            killer.disturb(worker, window, run, kills=4, steps=2 * DOCUMENTS)
            assert window.wait_for_end(run).state == "finished", made.log
        assert not differences(made.content(), undisturbed)[:5], f"seed {SEED}: {killer.kills}"
    assert len(killer.kills) == 4
