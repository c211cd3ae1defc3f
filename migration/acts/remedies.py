"""What helps where a record found no client: make one, note that the number is of a former one, or take either back.

Each holds for all failed records of that number in the run: they are judged anew at once.
"""

from collections.abc import Callable, Sequence
from typing import Final

from django.db import transaction

from migration.acts.failures import try_again
from migration.audit_actions import MigrationAction
from migration.findings.likeness import called_like
from migration.kinds.abilities import Dossiers, Doubts
from migration.kinds.registry import abilities, ability_of
from migration.models import Record, RecordQuerySet
from migration.road.ledger import lock_office
from portal.masking import mask
from portal.models import AuditEvent, Client, ClientQuerySet, FormerNumber, FormerNumberQuerySet, User


def others_of_client(record: Record) -> RecordQuerySet:
    """The other failed records of this number in the run; what another run came to since is left out."""
    return record.run.records.beside(record.position).filter(tax_id=record.tax_id).exclude(pk=record.pk)


def note_former(record: Record, by: User) -> bool:
    """'Dit is een voormalige klant': remembered for later imports."""

    def note() -> None:
        FormerNumber.objects.get_or_create(office=record.run.office, tax_id=record.tax_id, defaults={"noted_by": by})

    return judge_anew(record, by, MigrationAction.CLIENT_FORMER, note)


def forget_former(record: Record, by: User) -> bool:
    """'Toch geen voormalige klant': the note is taken back."""
    return judge_anew(record, by, MigrationAction.CLIENT_NOT_FORMER, noted_number(record).delete)


def noted_number(record: Record) -> FormerNumberQuerySet:
    """The note that this record's number is of a former client, if there is one."""
    return FormerNumber.objects.filter(office=record.run.office_id, tax_id=record.tax_id)


def create_client(record: Record, by: User, name: str, kind: str) -> bool:
    """'Maak klant aan': a dossier for this number. False where one was made in the meantime."""

    def create() -> None:
        take_number(record)
        Client.objects.create(office=record.run.office, tax_id=record.tax_id, name=name, kind=kind)

    try:
        return judge_anew(record, by, MigrationAction.CLIENT_CREATE, create)
    except Overtaken:
        return False


def take_number(record: Record) -> None:
    """Hold the office: nobody else gives this number to a client meanwhile. Overtaken where somebody did."""
    lock_office(record.run)
    if Client.objects.filter(office=record.run.office_id, tax_id=record.tax_id).exists():
        raise Overtaken


CANDIDATES_AT_MOST: Final = 20
LOOKED_AT_AT_MOST: Final = 500


def candidates(record: Record, name: str) -> list[Client]:
    """Clients by name who may be meant, the likeliest first: active, and with nothing in their dossiers yet.

    Nothing ever comes into a dossier with another number: what can be mended is a number that was noted wrongly, and
    that only where nothing hangs on it. Whoever has anything under another number is somebody else.
    """
    clients = Client.objects.filter(office=record.run.office_id, former=False).exclude(tax_id=record.tax_id)
    found = list(called_like(name, clients)[:LOOKED_AT_AT_MOST])
    filled = filled_of(found)
    return [client for client in found if client.pk not in filled][:CANDIDATES_AT_MOST]


def filled_of(clients: Sequence[Client]) -> set[int]:
    pks = [client.pk for client in clients]
    return {pk for dossiers in abilities(Dossiers) for pk in dossiers.filled(pks)}


def link(record: Record, by: User, client: Client) -> bool:
    """'Koppel aan bestaande klant': this client's number was noted wrongly, and is that of the record."""

    def renumber() -> None:
        take_number(record)
        if filled_of([client]):  # nothing comes into the dossier meanwhile: the office is held
            raise Overtaken
        Client.objects.filter(pk=client.pk, office=record.run.office_id).update(tax_id=record.tax_id)

    try:
        before = f"klant {client.pk}, was {mask(client.tax_id)}"
        return judge_anew(record, by, MigrationAction.CLIENT_LINK, renumber, about=before)
    except Overtaken:
        return False


class Overtaken(Exception):
    """Since the page was shown, something came into the dossier, or somebody gave the number to a client."""


def reactivate(record: Record, by: User) -> bool:
    """'Klant weer actief maken': the one former dossier of this number is in use again."""
    return judge_anew(
        record, by, MigrationAction.CLIENT_REACTIVATE, lambda: former_dossiers(record).update(former=False)
    )


def can_be_reactivated(record: Record) -> bool:
    doubts = ability_of(record.run, Doubts)
    was_outvoted = doubts is not None and record.problem is doubts.outvoted
    return not was_outvoted and former_dossiers(record).count() == 1


def former_dossiers(record: Record) -> ClientQuerySet:
    return Client.objects.filter(office=record.run.office_id, tax_id=record.tax_id, former=True)


def judge_anew(
    record: Record,
    by: User,
    action: MigrationAction,
    change: Callable[[], object],
    records: RecordQuerySet | None = None,
    about: str = "",
) -> bool:
    """Change what is known, and try all records of the client again, or these; if that cannot start, nothing happened.

    `about` stands in the audit trail behind the record's reference.

    The change and the marks on the records are one transaction: whatever is killed, both are there or neither is.
    """
    tried = record.run.records.beside(record.position).filter(tax_id=record.tax_id) if records is None else records
    with transaction.atomic():
        record.run.hold()  # before the office, as whoever moves it does
        change()
        AuditEvent.objects.note(by, action, f"{record.reference}: {about}" if about else record.reference)
        started = try_again(record.run, tried, by)
        if not started:
            transaction.set_rollback(True)
    return started
