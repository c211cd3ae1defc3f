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
from tests.crash.conftest import DOCUMENTS
from tests.crash.harness import Killer, Site, Window, Worker, site

pytestmark = pytest.mark.crash

KILLS = int(os.environ.get("CRASH_KILLS", "20"))
KILLS_PER_SITE = 10
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
SITES = [
    pytest.param("sqlite", [services.EMBEDDED], id="sqlite"),
    pytest.param(services.POSTGRESQL, [services.REDIS, services.RABBITMQ], id="postgresql"),
]


@pytest.mark.parametrize(("database", "brokers"), SITES)
def test_a_worker_that_is_killed_again_and_again_loses_and_doubles_nothing(
    database: str, brokers: list[str], exports: list[Path], undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    services.need(database, *brokers)
    killer = Killer(SEED)
    rounds = 0
    while len(killer.kills) < KILLS:
        rounds += 1
        with site(tmp_path / str(rounds), database, brokers[rounds % len(brokers)]) as made:
            import_all(made, exports, killer)
            assert made.content() == undisturbed, f"seed {SEED}: {killer.kills}"
    moments = Counter(kill.rpartition(" ")[0] for kill in killer.kills)
    assert {word for moment in moments for word in moment.split(" at ")} == {"main", "child", "checking", "writing"}
    print(f"\n{KILLS} kills, {rounds} sites of {len(exports)} runs, exact; seed {SEED}; {dict(moments)}")


def import_all(made: Site, exports: list[Path], killer: Killer) -> None:
    """A fair share of the kills for each edition: what is new, what is overwritten, and what stays as it was."""
    before = len(killer.kills)
    with Worker(made) as worker, Window(made) as window:
        for number, path in enumerate(exports, start=1):
            run = made.upload(path)
            share = KILLS_PER_SITE * number // len(exports)
            killer.disturb(worker, window, run, until=min(KILLS, before + share), steps=2 * DOCUMENTS)
            assert window.wait_for_end(run).state == "finished", made.log


# --- After the end ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("database", "brokers"), SITES)
def test_what_a_user_asks_of_a_run_that_ended_survives_kills_too(
    database: str, brokers: list[str], exports: list[Path], taken_back: dict[str, Any], tmp_path: Path
) -> None:
    """A retry of what failed, and then an undo of the whole run."""
    services.need(database, *brokers)
    killer = Killer(SEED)
    with site(tmp_path / "site", database, brokers[0]) as made:
        last = import_calmly(made, exports[:2])
        with Worker(made) as worker, Window(made) as window:
            for verb in VERBS:
                assert made.ask("act", verb, last, "ring")
                killer.disturb(worker, window, last, until=len(killer.kills) + 4, steps=DOCUMENTS)
                window.wait_for_end(last)
        assert made.content() == taken_back, f"seed {SEED}: {killer.kills}"
    assert {kill.split()[2] for kill in killer.kills} == {"retrying", "undoing"}


VERBS = ("retry", "undo")


@pytest.fixture(scope="module")
def taken_back(exports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is left where nothing is killed."""
    with site(tmp_path_factory.mktemp("calm"), "sqlite", services.EMBEDDED) as calm:
        last = import_calmly(calm, exports[:2])
        assert all(calm.ask("act", verb, last, "go") for verb in VERBS)
        return calm.content()


def import_calmly(made: Site, exports: list[Path]) -> int:
    """The run of the last export, after all of them."""
    return [int(made.ask("go", path)) for path in exports][-1]
