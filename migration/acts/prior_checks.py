"""The four checks before one begins (ux.md §13.10): advice that stops nobody. An office ticks what it has seen to."""

from collections.abc import Set
from dataclasses import dataclass

from django.db import transaction

from migration.audit_actions import MigrationAction
from migration.kinds.abilities import Preparation
from migration.kinds.registry import abilities
from migration.models import PriorCheck
from portal.models import AuditEvent, User


def checks() -> dict[str, str]:
    """By slug, of every kind that has some (abilities.py: Preparation)."""
    return {slug: text for preparation in abilities(Preparation) for slug, text in preparation.checks.items()}


@dataclass(frozen=True, slots=True)
class Check:
    """One check on the page; `tick` says who saw to it, and when."""

    slug: str
    text: str
    tick: PriorCheck | None


def lines_for(user: User) -> list[Check]:
    ticks = {tick.slug: tick for tick in PriorCheck.objects.visible_to(user).select_related("ticked_by")}
    return [Check(slug, text, ticks.get(slug)) for slug, text in checks().items()]


def settle(user: User, ticked: set[str], seen: set[str]) -> None:
    """Tick these, and take back what was `seen` ticked and is no more: what a colleague ticked meanwhile stays."""
    before = {line.slug for line in lines_for(user) if line.tick}
    with transaction.atomic():
        tick(user, checks().keys() & ticked - before)
        untick(user, before & seen - ticked)


def tick(user: User, slugs: Set[str]) -> None:
    for slug in slugs:
        _, is_new = PriorCheck.objects.get_or_create(office_id=user.office_id, slug=slug, defaults={"ticked_by": user})
        if is_new:
            AuditEvent.objects.note(user, MigrationAction.CHECK_TICK, slug)


def untick(user: User, slugs: Set[str]) -> None:
    for slug in slugs:
        if PriorCheck.objects.visible_to(user).filter(slug=slug).delete()[0]:
            AuditEvent.objects.note(user, MigrationAction.CHECK_UNTICK, slug)
