"""How often the fuzz tests try: a little in every run, FUZZ_EXAMPLES times each where that is set (make test-long)."""

import os

from hypothesis import settings

fuzzed = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "150")), deadline=None)
