"""Lines that a diff can show, and letters of five sizes: templates and stylesheets. `make check` runs this."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
WIDEST: Final = 120
WIDEST_RULE: Final = 100
"""A rule of CSS may stand on one line as long as one sees it at a glance; else each declaration has its own."""
SIZES: Final = {"--text-small", "--text-table", "--text", "--text-large", "--text-title"}
"""Tokens of base.css; on paper the text is of 10 points, and the others follow."""
OTHER_SIZE: Final = re.compile(r"\bfont(-size)?:(?! *inherit| *var\(--text[-)a-z]| *10pt)")


def main() -> int:
    files = [*sorted(ROOT.glob("templates/**/*.html")), *sorted(ROOT.glob("static/css/*.css"))]
    told = [f"{path.relative_to(ROOT)}:{line}" for path in files for line in faults(path)]
    print("\n".join([*told, f"{len(files)} templates and stylesheets, {len(told)} faults"]))
    return bool(told) or not files


def faults(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if len(line) > WIDEST:
            yield f"{number}: {len(line)} columns, at most {WIDEST}"
        elif path.suffix == ".css" and len(line) > WIDEST_RULE and declarations(line) > 1:
            yield f"{number}: a long rule, one declaration a line"
        if path.suffix == ".css" and OTHER_SIZE.search(line):
            yield f"{number}: a size of letters that is no token"
    if path.name == "base.css" and set(re.findall(r"^ *(--text[-a-z]*):", path.read_text(), re.M)) != SIZES:
        yield "1: not the five sizes of letters"


def declarations(line: str) -> int:
    return re.sub(r'"[^"]*"|/\*.*?\*/', "", line).count(";")


if __name__ == "__main__":
    sys.exit(main())
