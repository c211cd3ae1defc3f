"""Which assessments invented clients received over the years."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from sba.samples.assessments import KINDS, PARTNER, Assessment
from sba.samples.eras import taxonomy_of
from sba.samples.people import ClientRow

FIRST_YEAR: Final = 2012
LAST_YEAR: Final = 2024
PER_CLIENT: Final = 8  # assessments, about; real offices have some hundred clients and some thousand SBAs
EVERY_YEARS: Final = {"vermindering": 3, "navordering": 6, "teruggaaf": 6, "naheffing": 4, "onbekend": 6}
Case = tuple[str, int, str, int]  # tax, year, kind, volume


def assessments(clients: list[ClientRow], seed: int) -> Iterator[Assessment]:
    """The assessments of these people, one client after the other; none has the same key as another."""
    random = Random(seed)
    for client in clients:
        cases = COMPANY_CASES if client.kind == "company" else PERSON_CASES
        partner = clients[0].tax_id if client is not clients[0] else PARTNER
        for case in random.sample(cases, PER_CLIENT):
            yield _assessment(client, partner, case, random)


def _assessment(client: ClientRow, partner: str, case: Case, random: Random) -> Assessment:
    tax, year, kind, volume = case
    is_early = kind == "voorlopig"
    dated_on = date(year if is_early else year + 1, 1 if is_early else 5, 15) + timedelta(days=random.randrange(240))
    return Assessment(
        client.tax_id, client.name, tax, year, kind, dated_on,
        amount=random.randrange(-2_000, 30_000), balance=random.randrange(-5_000, 5_000),
        taxonomy=taxonomy_of(tax, year), volume=volume, partner=partner,
    )  # fmt: skip


def _cases(taxes: tuple[str, ...]) -> list[Case]:
    """What a client can have received: the rare kinds in some years only."""
    return [
        (tax, year, kind, volume)
        for tax in taxes
        for kind in KINDS[tax]
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        if year % EVERY_YEARS.get(kind, 1) == 0 and has_kind(tax, taxonomy_of(tax, year), kind)
        for volume in ((1, 2) if kind == "voorlopig" else (1,))
    ]


def has_kind(tax: str, taxonomy: int, kind: str) -> bool:
    """Whether a message of this tax and era can say it is of this kind: from NT12 on a teruggaaf of VPB has no code."""
    return (tax, kind) != ("VPB", "teruggaaf") or taxonomy < 12


PERSON_CASES: Final = _cases(("IB", "ZVW", "OB"))
COMPANY_CASES: Final = _cases(("VPB", "OB"))
