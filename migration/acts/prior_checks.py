"""The four checks before one begins (ux.md §13.10): advice that stops nobody. An office ticks what it has seen to."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction

from migration.audit_actions import MigrationAction
from migration.models import PriorCheck
from portal.models import AuditEvent, User

CHECKS: Final = {
    "certificaat": f"Het PKI-certificaat van uw kantoor is geldig en staat in {settings.PRODUCT}.",
    "machtigingen": "De machtigingen voor SBA's staan op dat certificaat.",
    "actief": "De machtiging van elke klant heeft voor elk jaar de status 'Actief'.",
    "ophalen": f"'Ophalen in {settings.PRODUCT}' staat per klant en jaar aangevinkt.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One check on the page; `tick` says who saw to it, and when."""

    slug: str
    text: str
    tick: PriorCheck | None


def lines_for(user: User) -> list[Line]:
    ticks = {tick.slug: tick for tick in PriorCheck.objects.visible_to(user).select_related("ticked_by")}
    return [Line(slug, text, ticks.get(slug)) for slug, text in CHECKS.items()]


def settle(user: User, ticked: set[str], seen: set[str]) -> None:
    """Tick these, and take back what was `seen` ticked and is no more: what a colleague ticked meanwhile stays."""
    before = {line.slug for line in lines_for(user) if line.tick}
    with transaction.atomic():
        tick(user, CHECKS.keys() & ticked - before)
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
