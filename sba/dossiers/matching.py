"""Notices → clients of an office, or the problem why not. Queries only, a few per chunk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from migration import bulk
from migration.kinds.protocol import Facts, Verdict
from migration.models import Outcome, Run
from migration.problems import Rejected
from portal.models import Client, FormerNumber
from sba.cautions import DOUBLE_DOSSIER
from sba.models import Sba
from sba.problems import CLIENT_AMBIGUOUS, CLIENT_FORMER, CLIENT_UNKNOWN


@dataclass(frozen=True, slots=True)
class Dossier:
    """A client, as far as matching needs to know one."""

    client_id: int | None
    former: bool


FORMER: Final = Dossier(None, former=True)


class Dossiers:
    """The dossiers that the SBA's of one chunk may be for, and what settles which of several is meant.

    `things` are (tax_id, key) of each.
    """

    def __init__(self, run: Run, things: Sequence[tuple[str, UUID]]) -> None:
        self.by_number = dossiers_of(run.office_id, {tax_id for tax_id, _ in things})
        self.settled = settled(run, [key for tax_id, key in things if len(active(self.of(tax_id))) > 1])

    def of(self, tax_id: str) -> Sequence[Dossier]:
        return self.by_number.get(tax_id, [])

    def the_one(self, tax_id: str, key: UUID) -> int:
        return the_one(self.of(tax_id), self.settled.get(key))


def match(facts: Sequence[tuple[Facts, str]], run: Run) -> list[Verdict]:
    """One verdict for each (facts, digest), in order: what the import will do with it, or why it cannot."""
    dossiers = Dossiers(run, [(fact.tax_id, fact.key) for fact, _ in facts])
    present = digests_of(run.office_id, [fact.key for fact, _ in facts])
    return [judge(fact, digest, dossiers, present) for fact, digest in facts]


def judge(facts: Facts, digest: str, dossiers: Dossiers, present: Mapping[UUID, str]) -> Verdict:
    try:
        client_id = dossiers.the_one(facts.tax_id, facts.key)
    except Rejected as why:
        return Verdict(Outcome.FAILED, problem=why.problem, problem_facts=why.facts)
    warnings, stands = warnings_about(dossiers.of(facts.tax_id)), present.get(facts.key)
    outcome = outcome_of(digest, stands)
    standing = stands if stands and outcome == Outcome.OVERWRITTEN else ""
    return Verdict(outcome, client_id, warnings=warnings, standing=standing)


def warnings_about(dossiers: Sequence[Dossier]) -> tuple[str, ...]:
    """Two dossiers of one number: it is known which is meant, but they may want to be one."""
    return (DOUBLE_DOSSIER.code,) if sum(dossier.client_id is not None for dossier in dossiers) > 1 else ()


def the_one(dossiers: Sequence[Dossier], settled: int | None = None) -> int:
    """The client an SBA belongs to, by its nine digits and whatever the tax. A former client gets none (SBA-201).

    `settled` tells which of several is meant; nothing where that one is no longer active.
    """
    meant = active(dossiers)
    if len(meant) > 1 and settled not in meant:
        raise Rejected(CLIENT_AMBIGUOUS, count=len(meant))
    if meant:
        return settled if len(meant) > 1 and settled else meant[0]
    raise Rejected(CLIENT_FORMER if dossiers else CLIENT_UNKNOWN)


def active(dossiers: Sequence[Dossier]) -> list[int]:
    return [cast(int, dossier.client_id) for dossier in dossiers if not dossier.former]


def settled(run: Run, keys: Collection[UUID]) -> dict[UUID, int]:
    """Of numbers with several dossiers: where the SBA stands already, else the one that a person chose for it.

    An SBA stays where it stands, so the same file again asks nothing; and it never moves to the other dossier.
    """
    if not keys:
        return {}
    standing = Sba.objects.filter(bulk.among("key", keys), office=run.office_id).values_list("key", "client_id")
    return run.choices.dossiers(keys) | dict(standing)


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
