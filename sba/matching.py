"""Notices → clients of an office, or the problem why not. Queries only, a few per chunk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from migration import bulk
from migration.importers import Facts, Verdict
from migration.models import Outcome
from migration.problems import Rejected
from portal.models import Client, FormerNumber, Office
from sba.models import Sba
from sba.problems import CLIENT_AMBIGUOUS, CLIENT_FORMER, CLIENT_UNKNOWN


@dataclass(frozen=True, slots=True)
class Dossier:
    """A client, as far as matching needs to know one."""

    client_id: int | None
    former: bool


FORMER: Final = Dossier(None, former=True)


def match(facts: Sequence[tuple[Facts, str]], office: Office) -> list[Verdict]:
    """One verdict for each (facts, digest), in order: what the import will do with it, or why it cannot."""
    dossiers = dossiers_of(office.pk, {fact.tax_id for fact, _ in facts})
    present = digests_of(office.pk, [fact.key for fact, _ in facts])
    return [judge(fact, digest, dossiers.get(fact.tax_id, []), present) for fact, digest in facts]


def judge(facts: Facts, digest: str, dossiers: Sequence[Dossier], present: Mapping[UUID, str]) -> Verdict:
    try:
        client_id = the_one(dossiers)
    except Rejected as why:
        return Verdict(Outcome.FAILED, problem=why.problem, problem_facts=why.facts)
    return Verdict(outcome_of(digest, present.get(facts.key)), client_id)


def the_one(dossiers: Sequence[Dossier]) -> int:
    """The client an SBA belongs to, by its nine digits and whatever the tax. A former client gets none (SBA-201)."""
    active = [dossier for dossier in dossiers if not dossier.former]
    if len(active) > 1:
        raise Rejected(CLIENT_AMBIGUOUS, count=len(active))
    if active:
        return cast(int, active[0].client_id)
    raise Rejected(CLIENT_FORMER if dossiers else CLIENT_UNKNOWN)


def outcome_of(digest: str, present: str | None) -> Outcome:
    """Same key, same content: unchanged. Same key, other content: overwritten, never doubled."""
    if present is None:
        return Outcome.NEW
    return Outcome.UNCHANGED if digest == present else Outcome.OVERWRITTEN


def dossiers_of(office_id: int, tax_ids: Iterable[str]) -> dict[str, list[Dossier]]:
    """The dossiers with these numbers. A number that a colleague noted as a former client's counts as a former one."""
    found: dict[str, list[Dossier]] = {}
    clients = Client.objects.filter(bulk.among("tax_id", tax_ids), office=office_id).values_list(
        "tax_id", "pk", "former"
    )
    for tax_id, pk, former in clients.order_by("pk"):
        found.setdefault(tax_id, []).append(Dossier(pk, former))
    noted = FormerNumber.objects.filter(bulk.among("tax_id", tax_ids), office=office_id).values_list(
        "tax_id", flat=True
    )
    for tax_id in noted:
        found.setdefault(tax_id, []).append(FORMER)
    return found


def digests_of(office_id: int, keys: Iterable[UUID]) -> dict[UUID, str]:
    """The digest of what already stands in the dossiers, by key."""
    return dict(Sba.objects.filter(bulk.among("key", keys), office=office_id).values_list("key", "document_id"))
