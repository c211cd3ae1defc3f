"""Which clients are called something like this: by the words of a name that tell one client from another."""

import re
from typing import Final

from django.db.models import Case, F, IntegerField, Q, Value, When

from portal.models import ClientQuerySet
from portal.models.sort_name import folded, is_behind, is_initials, is_prefix, is_title

LEGAL_FORMS: Final = {"bv", "nv", "vof", "cv", "ua", "stichting", "vereniging", "maatschap", "cooperatie", "firma"}
"""What half of the companies are called."""
WORDS_AT_MOST: Final = 8


def telling_words(name: str) -> list[str]:
    """'Wolkenkamp Bouw B.V.' → 'wolkenkamp', 'bouw', as a `sort_name` has them: each word once, in order.

    A word with a digit may be a part of a BSN/FI, and is never looked for.
    """
    words = [word for word in re.split(r"[\s,-]+", name) if tells(word)]
    return list(dict.fromkeys(filter(None, map(folded, words))))[:WORDS_AT_MOST]


def tells(word: str) -> bool:
    common = is_initials(word) or is_prefix(word) or is_title(word) or is_behind(word)
    return not common and folded(word).replace(" ", "") not in LEGAL_FORMS and not any(map(str.isdigit, word))


def without_numbers(name: str) -> str:
    """The name, fit to stand in a search field and in an address."""
    return " ".join(word for word in name.split() if not any(map(str.isdigit, word)))


def called_like(name: str, clients: ClientQuerySet) -> ClientQuerySet:
    """Who has any of these words in their name, those with most of them first; by the whole of it where none tells."""
    words = telling_words(name) or list(filter(None, [folded(name)]))
    if not words:
        return clients.none()
    has = [Q(sort_name__contains=word) for word in words]
    is_any = has[0]
    for one in has[1:]:
        is_any |= one
    score = sum((Case(When(one, then=1), default=0, output_field=IntegerField()) for one in has), start=Value(0))
    as_written = Case(When(name__iexact=name, then=1), default=0, output_field=IntegerField())
    liked = clients.filter(is_any).annotate(likeness=score + as_written * len(words))
    return liked.order_by(F("likeness").desc(), "sort_name", "pk")
