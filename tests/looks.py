"""Lines that a diff can show: templates and stylesheets hold no line that is too wide. `make check` runs this."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
WIDEST: Final = 120
WIDEST_RULE: Final = 100
"""A rule of CSS may stand on one line as long as one sees it at a glance; else each declaration has its own."""


def main() -> int:
    files = [*sorted(ROOT.glob("templates/**/*.html")), *sorted(ROOT.glob("static/css/*.css"))]
    told = [f"{path.relative_to(ROOT)}:{line}" for path in files for line in faults(path)]
    print("\n".join([*told, f"{len(files)} templates and stylesheets, {len(told)} lines too wide"]))
    return bool(told) or not files


def faults(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if len(line) > WIDEST:
            yield f"{number}: {len(line)} columns, at most {WIDEST}"
        elif path.suffix == ".css" and len(line) > WIDEST_RULE and declarations(line) > 1:
            yield f"{number}: a long rule, one declaration a line"


def declarations(line: str) -> int:
    return re.sub(r'"[^"]*"|/\*.*?\*/', "", line).count(";")


if __name__ == "__main__":
    sys.exit(main())
