"""Files as an attacker, a careless archiver or a broken disk would make them, and how each must end.

`CASES` holds all of them by name. tests/sba/test_hostile.py sends each one down the whole road, and
tests/bench/hostile.py tells what each one costs.
"""

from tests.sba.hostile import (
    archivers,
    documents,
    envelopes,
    facts,
    layouts,
    members,
    names,
    no_zips,
    numbers,
    proportions,
)
from tests.sba.hostile.cases import CASES, Case

__all__ = ("CASES", "Case")

FAMILIES = (no_zips, layouts, members, names, archivers, documents, envelopes, numbers, facts, proportions)
