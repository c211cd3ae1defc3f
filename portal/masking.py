"""A BSN or RSIN on a screen, in a log, in a file name: only its last four digits are shown.

What may be one in free text is settled here, for all who mask, who refuse an address and who store what people typed;
it builds on `digits_of`, by which numbers are searched for. The trade-off: too little leaks a number that the law
protects, too much makes dates, references and file names unreadable. So a number is

* every run of eight digits or more, whatever they mean: people write a BSN plainly, a betalingskenmerk holds one, and a
  file name may put a year in front ('2021123456782');
* eight or nine digits in groups as they are printed (1234.56.789, 123 456 789), and sixteen in fours (a
  betalingskenmerk), also when they fail their test: that is somebody's number, mistyped;
* eight, nine or sixteen digits in any other groups ('1234 56782', '123_456_782') when they pass their test. Without it
  every '2021-00041' in a file name would go; with it one in eleven does. What fails it is nobody's number.

It is none when written as a date, a time, or years side by side, behind a €, or as what the product itself makes up: a
reference (MIG-2026-0042/0137), a SHA-256, the id of a task. Counts never have eight digits here ('1.234.567').
"""

import re
from collections.abc import Iterator, Set
from functools import lru_cache
from itertools import accumulate
from typing import Final

from stdnum.nl import bsn

from portal.tax_id import GAP, MOMENT, NO_NUMBER, digits_of, is_payment_reference

SERIES: Final = re.compile(rf"\d(?:{GAP}?\d){{7,}}")
"""Eight digits or more with nothing but marks between them. Most texts have none, and that costs next to nothing."""

HEX: Final = r"[0-9a-f]"
DIGEST: Final = re.compile(rf"(?<![0-9A-Za-z])({HEX}{{64}}|{HEX}{{8}}(?:-{HEX}{{4}}){{3}}-{HEX}{{12}})(?![0-9A-Za-z])")
SHORTEST_DIGEST: Final = 36

KEPT: Final = (
    r"(?<=MIG-)\d{4}-\d{4,7}(?:/\d{1,7})?(?!\d)",
    r"(?:(?<=€)|(?<=€\s)|(?<=€-)|(?<=€\s-))\d{1,3}(?:\.\d{3})+(?!\d)",
    r"(?<=•{5})\d{4}(?!\d)",  # masked before: a remark is masked when it is stored, and again where it is shown
)
GROUP: Final = re.compile(rf"(?P<kept>{'|'.join(KEPT)})|{MOMENT}|\d+")

PRINTED: Final[Set[tuple[int, ...]]] = {(4, 2, 3), (3, 2, 3), (3, 3, 3), (2, 3, 3), (4, 4, 4, 4)}
"""The lengths of the groups; a BSN may have lost its leading zero."""
LENGTHS: Final = (8, 9, 16)
DIGITS: Final = re.compile(r"\d+")


def mask(number: str) -> str:
    """`123456782` → `•••••6782`; shorter ones show less, so that nobody can fill in the rest."""
    digits = re.sub(r"\D", "", number)
    shown = digits[-4:] if len(digits) >= 8 else ""
    return "•" * (9 - len(shown)) + shown


def holds_number(text: str) -> bool:
    """Does this hold what may be a BSN or RSIN? Then it does not belong in an address, a title or a log.

    A text that is one and nothing else may be mistyped, however it is grouped.
    """
    return bool(digits_of(text)) or mask_within(text) != text


def mask_within(text: str) -> str:
    """The text with every BSN or RSIN in it masked."""
    if len(text) < SHORTEST_DIGEST:
        return SERIES.sub(masked, text)
    if not SERIES.search(text):
        return text
    parts = DIGEST.split(text)  # every second part is a digest
    parts[::2] = [SERIES.sub(masked, part) for part in parts[::2]]
    return "".join(parts)


def masked(series: re.Match[str]) -> str:
    """A series of digits with the numbers in it masked."""
    if series[0].isdigit():
        return mask(series[0])
    if not may_hold(tuple(map(len, DIGITS.findall(series[0])))):
        return series[0]
    text, done = "", series.start()
    for start, end in numbers_in(series):
        text, done = text + series.string[done:start] + mask(series.string[start:end]), end
    return text + series.string[done : series.end()]


@lru_cache(maxsize=1024)
def may_hold(lengths: tuple[int, ...]) -> bool:
    """Groups of these lengths may be a number. Most file names tell by this alone that they hold none (2020_000017)."""
    sums = (accumulate(lengths[at : at + 17]) for at in range(len(lengths)))
    return max(lengths) > 8 or any(digits in LENGTHS for one in sums for digits in one)


def numbers_in(series: re.Match[str]) -> list[tuple[int, int]]:
    """From where to where they stand, from left to right; those that overlap are one, so that neither is shown."""
    found: list[tuple[int, int]] = []
    for start, end in candidates(series):
        if not is_number(series.string[start:end]):
            continue
        if found and start < found[-1][1]:
            start, end = found[-1][0], max(found.pop()[1], end)
        found.append((start, end))
    return found


def tax_ids_within(text: str) -> list[str]:
    """The BSN's and RSIN's that a text holds for certain, nine digits each: for who may see what the mask hides.

    Those written with eight digits count only where none has nine: eight may be a date ('20190512').
    """
    written = [series.string[start:end] for series in SERIES.finditer(text) for start, end in spans_of(series)]
    found = {digits: sum(map(str.isdigit, one)) for one in written if bsn.is_valid(digits := digits_of(one))}
    return [digits for digits, length in found.items() if length == max(found.values())]


def spans_of(series: re.Match[str]) -> list[tuple[int, int]]:
    return [series.span()] if series[0].isdigit() else numbers_in(series)


def candidates(series: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Long runs, and whatever groups side by side have as many digits as a number has."""
    groups = [*GROUP.finditer(series.string, *series.span())]
    for at, first in enumerate(groups):
        digits = 0
        for group in groups[at : at + 17]:  # each has a digit at least
            digits += sum(map(str.isdigit, group[0]))
            if group["kept"] or (digits > 16 and group is not first):
                break
            if digits in LENGTHS or (digits > 8 and group is first):
                yield first.start(), group.end()


def is_number(written: str) -> bool:
    """Are these digits, of which there are enough, a number?"""
    if written.isdigit():
        return True
    if NO_NUMBER.fullmatch(written):
        return False
    lengths = tuple(map(len, re.findall(r"\d+", written)))
    return lengths in PRINTED or bsn.is_valid(digits_of(written)) or is_payment_reference(re.sub(r"\D", "", written))
