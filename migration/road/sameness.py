"""Files that say the same in other bytes (kinds/abilities.py: Sameness): nothing changed, and nobody has to choose.

Equal bytes are known by their digest and cost nothing. Only where bytes differ about one thing is what they say
compared: with what stands in a dossier, when it is checked, and with each other, when all of an upload is read.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet

from migration import bulk
from migration.kinds.abilities import Sameness
from migration.kinds.protocol import Verdict
from migration.kinds.registry import ability_of
from migration.models import CONTENT, Document, Outcome, Record, RecordQuerySet, Run
from migration.problems import Rejected

Content = Callable[[], bytes]


def with_what_stands(run: Run, verdicts: Sequence[Verdict], contents: Sequence[Content]) -> list[Verdict]:
    """The same verdicts, but what would be overwritten by a document that says the same stays as it is."""
    sameness = ability_of(run, Sameness)
    standing = {verdict.standing for verdict in verdicts if verdict.standing}
    if not sameness or not standing:
        return list(verdicts)
    kept = {one.pk: one for one in Document.objects.filter(bulk.among("digest", standing))}
    return [
        stays(verdict, sameness)
        if verdict.standing in kept and say_the_same(sameness, content, kept[verdict.standing].content)
        else verdict
        for verdict, content in zip(verdicts, contents, strict=True)
    ]


def stays(verdict: Verdict, sameness: Sameness) -> Verdict:
    return replace(verdict, outcome=Outcome.UNCHANGED, warnings=(*verdict.warnings, sameness.same.code))


def say_the_same(sameness: Sameness, one: Content, other: Content) -> bool:
    with suppress(Rejected):
        return sameness.sayings(one()) == sameness.sayings(other())
    return False


def same_as(verdict: Verdict) -> str:
    """What the record of a verdict notes: the document that says the same, where one does."""
    return verdict.standing if verdict.outcome == Outcome.UNCHANGED else ""


def stood(verdict: Verdict) -> str:
    """The document that would be overwritten: it was compared, and says something else."""
    return verdict.standing if verdict.outcome == Outcome.OVERWRITTEN else ""


AT_MOST: Final = 10
"""Contents of one thing that are compared: an upload that has more of them was not made by anybody's archive."""


# --- In one upload ---------------------------------------------------------------------------------------------------


def in_upload(run: Run, keys: Iterable[UUID], content_at: Callable[[int], bytes]) -> list[Record]:
    """The records, of those about these things, that say what an earlier one says; each notes which."""
    sameness = ability_of(run, Sameness)
    if not sameness:
        return []
    found: list[Record] = []
    for key in keys:
        records = list(run.records.filter(key=key, outcome=Outcome.UNPROCESSED).order_by("position")[: AT_MOST + 1])
        if len(records) <= AT_MOST:
            found += like_an_earlier_one(sameness, records, content_at)
    return found


def like_an_earlier_one(
    sameness: Sameness, records: Sequence[Record], content_at: Callable[[int], bytes]
) -> list[Record]:
    first: dict[str, str] = {}
    found = []
    for record in records:
        said = first.setdefault(sayings_at(sameness, record, content_at), record.content_digest)
        if said != record.content_digest:
            record.same_as, record.warnings = said, sorted({*record.warnings, sameness.same.code})
            found.append(record)
    return found


def sayings_at(sameness: Sameness, record: Record, content_at: Callable[[int], bytes]) -> str:
    """What cannot be read again says nothing but its own bytes."""
    with suppress(Rejected):
        return sameness.sayings(content_at(record.position))
    return record.digest


def said_twice(records: RecordQuerySet) -> QuerySet[Any, Any]:
    """Of these records: the keys of things about which they say more than one, and how many different ones."""
    contents = records.values("key").annotate(contents=Count(CONTENT, distinct=True))
    return contents.filter(contents__gt=1).order_by("key").values_list("key", "contents")
