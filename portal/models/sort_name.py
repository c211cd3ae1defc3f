"""By what clients are put in order: people by their surname, as a Dutch index has them, and companies by their name.

'A.B. van der Berg' stands under Berg, and behind 'A. van den Berg'; 'Jansen-de Vries' under Jansen. What is shown stays
as it was written: this is only ever compared.
"""

import re
import unicodedata
from typing import Final

from portal.masking import mask_within

PREFIXES: Final = {
    "'s", "'t", "aan", "al", "auf", "bij", "d'", "da", "dal", "de", "del", "della", "den", "der", "des", "di", "do",
    "dos", "du", "een", "el", "het", "in", "l'", "la", "las", "le", "les", "lo", "los", "na", "of", "onder", "op",
    "over", "te", "ten", "ter", "tho", "toe", "tot", "uijt", "uit", "v", "van", "ver", "vom", "von", "voor", "vor",
    "zu", "zum", "zur",
}  # fmt: skip
"""What may stand in front of a Dutch surname without being a part of it: tabel 36 of the BRP, and what people write."""
TITLES: Final = {
    "baron", "barones", "dhr", "dr", "drs", "erven", "fam", "familie", "heer", "ing", "ir", "jhr", "jkvr", "jonkheer",
    "jonkvrouw", "mevr", "mevrouw", "mr", "mw", "prof", "wed", "weduwe",
}  # fmt: skip
BEHIND: Final = {"jr", "junior", "sr", "senior", "msc", "bsc", "llm", "mba"}
INITIALS: Final = re.compile(r"(?:[^\W\d_]{1,3}\.)+-?(?:[^\W\d_]{1,3}\.)*|[A-Z]{1,2}")
IN_BRACKETS: Final = re.compile(r"\([^)]*\)")
MARRIED: Final = re.compile(r"\s(?:e/v|ev\.?|e\.v\.)\s", re.IGNORECASE)
HYPHEN: Final = re.compile(r"\s*[-\N{HYPHEN}\N{EN DASH}]\s*")
ELISION: Final = re.compile(r"^([dl]')(?=\w)", re.IGNORECASE)
UNDECOMPOSED: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})
LENGTH: Final = 250


def sort_name(name: str, is_company: bool) -> str:
    """'A.B. van der Berg' → 'berg , a b , van der': lower case, without accents or marks, so that bytes compare right.

    A number in it is masked first, as it is wherever the name is shown: neither a search nor the order tells it.

    The comma keeps 'Berg, Z.' in front of 'Berg-Jansen' and 'Bergen': nothing that is left sorts before it but a space.
    """
    name = mask_within(name)
    parts = [name] if is_company else parted(tidied(name))
    told = " , ".join(part for part in map(folded, parts) if part)
    return (told or folded(name))[:LENGTH]


def tidied(name: str) -> str:
    """One kind of apostrophe, no spaces around a hyphen, and nothing in brackets."""
    plain = HYPHEN.sub("-", IN_BRACKETS.sub(" ", name)).translate({0x2018: "'", 0x2019: "'", 0x60: "'", 0xB4: "'"})
    return " ".join(plain.split())


def parted(name: str) -> list[str]:
    """The surname without what stands in front of it, the rest, and what stood in front of it."""
    before, comma, after = name.partition(",")
    if comma and not is_behind(after.strip()):
        given = after.split()
        end = next((at for at in range(len(given), 0, -1) if not is_prefix(given[at - 1])), 0)
        main, prefixes = without_prefixes([*given[end:], *before.split()])
        return [main, " ".join(given[:end]), prefixes]
    own, *married = MARRIED.split(name, maxsplit=1)
    words = in_one_piece([word for word in own.replace(",", " ").split() if not is_behind(word)])
    start = first_of_surname(words)
    main, prefixes = without_prefixes(words[start:])
    given = [word for word in words[:start] if not is_title(word) and word.casefold() != "de"]
    return [" ".join([main, *married]), " ".join(given), prefixes]


def in_one_piece(words: list[str]) -> list[str]:
    """'Jansen-de', 'Vries' are one word: behind a hyphen nothing new begins."""
    joined: list[str] = []
    for word in words:
        last = joined[-1].rpartition("-")[2] if joined else ""
        hangs_on = joined and "-" in joined[-1] and all(is_prefix(part) for part in last.split())
        if hangs_on:
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined


def first_of_surname(words: list[str]) -> int:
    """Behind titles and initials; else at the first 'van' or 'de', or it is the last word."""
    start = 0
    while start < len(words) - 1 and comes_before(words[start], words[start + 1]):
        start += 1
    if any(map(is_initials, words[:start])):
        return start
    at_prefix = next((at for at in range(start, len(words) - 1) if is_prefix(words[at])), None)
    is_numbered = bool(words) and not any(map(str.isalpha, words[-1]))
    return start if is_numbered else len(words) - 1 if at_prefix is None else at_prefix


def comes_before(word: str, following: str) -> bool:
    """A title, initials, or the 'de' of 'de heer' and the 'van' of 'erven van J.'."""
    opens = is_title(following) or is_initials(following)
    return is_title(word) or is_initials(word) or (is_prefix(word) and opens)


def without_prefixes(surname: list[str]) -> tuple[str, str]:
    """What it is sorted by, and what stands in front of that; a name of nothing else stays what it is."""
    start = 0
    while start < len(surname) - 1 and is_prefix(surname[start]):
        start += 1
    main = " ".join(surname[start:])
    return ELISION.sub("", main), " ".join([*surname[:start], *ELISION.findall(main)])


def is_prefix(word: str) -> bool:
    return word.casefold().rstrip(".") in PREFIXES


def is_initials(word: str) -> bool:
    return INITIALS.fullmatch(word) is not None


def is_title(word: str) -> bool:
    return word.casefold().rstrip(".") in TITLES


def is_behind(word: str) -> bool:
    return word.casefold().replace(".", "") in BEHIND


def folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(UNDECOMPOSED))
    letters = (one if one.isalnum() else " " for one in decomposed if not unicodedata.combining(one) and one != "'")
    return " ".join("".join(letters).split())
