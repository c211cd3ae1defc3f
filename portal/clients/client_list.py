"""A list of clients → the clients of an office, all of them or nothing. Who reads the list: migration/kinds/clients."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from portal.clients.row import Row
from portal.models import Client, Office
from portal.models.shown import shown
from portal.models.sort_name import sort_name

TAKEN_OVER: Final = ("tax_id", "name", "kind", "former")


@dataclass(frozen=True, slots=True)
class Tally:
    """What an import of clients did."""

    rows: int
    new: int
    changed: int
    unchanged: int


@transaction.atomic
def import_clients(office: Office, rows: list[Row]) -> Tally:
    """Bring the list into the office, all of it or nothing; the same list twice changes nothing."""
    known = clients_by_identity(office)
    new = [Client(office=office, **fields(row)) for row in rows if row.identity not in known]
    changed = [known[row.identity] for row in rows if row.identity in known and takes_over(known[row.identity], row)]
    Client.objects.bulk_create(new, batch_size=1000)
    Client.objects.bulk_update(changed, [*TAKEN_OVER, "sort_name", "shown_name"], batch_size=500)
    return Tally(len(rows), len(new), len(changed), len(rows) - len(new) - len(changed))


def clients_by_identity(office: Office) -> dict[tuple[str, ...], Client]:
    """By client number, and by BSN/FI with name: there the one without a number comes first."""
    clients = list(office.clients.select_for_update().order_by("id"))
    by_name: dict[tuple[str, ...], Client] = {
        (client.tax_id, client.name): client for client in sorted(clients, key=lambda c: not c.client_number)
    }
    return {**by_name, **{(client.client_number,): client for client in clients if client.client_number}}


def fields(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in (*TAKEN_OVER, "client_number")}


def takes_over(client: Client, row: Row) -> bool:
    """Give the client what the row says; True when that is something else than it had. Its number stays its number."""
    news = {name: getattr(row, name) for name in TAKEN_OVER if getattr(client, name) != getattr(row, name)}
    for name, value in news.items():
        setattr(client, name, value)
    # Many at once are not saved one by one.
    client.sort_name = sort_name(client.name, client.kind == Client.Kind.COMPANY)
    client.shown_name = shown(client.name)
    return bool(news)
