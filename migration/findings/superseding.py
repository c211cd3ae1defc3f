"""Where the way leads from a failure that another run came to since (road/superseding.py)."""

from django.db.models import Q

from migration.models import WRITABLE, Outcome, Record, RecordQuerySet
from portal.models import User


def record_of(record: Record, user: User) -> Record | None:
    """What that run has of the same thing; None where nothing supersedes it, or that is not kept."""
    if not record.failed or not record.superseded_by_id:
        return None
    there = Record.objects.visible_to(user).filter(run=record.superseded_by_id)
    return about_the_same(there.filter(failed=True), record) or about_the_same(there, record)


def about_the_same(records: RecordQuerySet, record: Record) -> Record | None:
    """Found by its number, which has an index, or among what failed: only what has neither is looked for in all."""
    came_to = records.filter(outcome__in=(*WRITABLE, Outcome.FAILED)).select_related("run").order_by("position")
    if record.key:
        return came_to.filter(tax_id=record.tax_id, key=record.key).first() or same_content(came_to, record)
    return same_content(came_to, record)


def same_content(records: RecordQuerySet, record: Record) -> Record | None:
    """As road/superseding.py: where there are more, the one with this name."""
    same = records.filter(~Q(digest=""), digest=record.digest)
    return same.filter(name=record.name).first() or same.first()
