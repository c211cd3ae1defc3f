"""Invented clients: people and companies whose numbers nobody has."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

EVERY_COMPANY: Final = 4  # one client in so many is a company
INITIALS: Final = (
    "A.B.", "C.", "D.E.", "F.", "G.H.J.", "K.", "L.M.", "N.O.", "P.", "R.S.T.", "B.", "E.F.", "H.", "J.W.", "M.", "S.",
    "W.",
)  # fmt: skip
SURNAMES: Final = (
    "Voorbeeldstra", "van den Verzonnen", "Proefmans", "de Bedachte", "Testema", "van Fictie", "Nepperink",
    "Schijnbaar", "ten Proeve", "Modelman", "Uitgedacht", "Wolkenkamp",
)  # fmt: skip
TRADES: Final = ("Bouw", "Advies", "Transport", "Bakkerij", "Installatie", "Horeca", "Beheer", "Webwinkel")

PERSONS_FROM: Final = 90_000_000
COMPANIES_FROM: Final = 89_000_000
PERSONS_SPAN: Final = 9_999_991  # primes, so that a fixed stride visits every number once
COMPANIES_SPAN: Final = 999_983
STRIDE: Final = 618_033


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One line of the clients CSV (requirements.md §1). `kind` is person or company, `former` yes or no."""

    tax_id: str
    name: str
    kind: str
    former: str
    client_number: str


def write_clients(path: Path, clients: list[ClientRow]) -> None:
    """Write the CSV that `manage.py import_clients` reads (requirements.md §1)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(ClientRow.__slots__)
        rows.writerows([getattr(client, column) for column in ClientRow.__slots__] for client in clients)


def people(seed: int) -> Iterator[ClientRow]:
    """Endless invented clients, no number twice; one in four is a company."""
    persons = _tax_ids(PERSONS_FROM, PERSONS_SPAN, seed)
    companies = _tax_ids(COMPANIES_FROM, COMPANIES_SPAN, seed)
    for number in count(1):
        surname = SURNAMES[(number * 7 + seed) % len(SURNAMES)]
        if number % EVERY_COMPANY:
            name = f"{INITIALS[(number * 3 + seed) % len(INITIALS)]} {surname}"
            yield ClientRow(next(persons), name, "person", "no", str(1000 + number))
        else:
            name = f"{surname.title()} {TRADES[(number // EVERY_COMPANY + seed // 1000) % len(TRADES)]} B.V."
            yield ClientRow(next(companies), name, "company", "no", str(1000 + number))


def _tax_ids(start: int, span: int, seed: int) -> Iterator[str]:
    """Numbers that pass the 11-test, from `start` on, scattered; each comes once."""
    for step in count(seed):
        digits = str(start + step * STRIDE % span)
        check = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), digits, strict=True)) % 11
        if check < 10:
            yield f"{digits}{check}"
