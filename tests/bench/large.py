"""A large office in a few statements of SQL (PostgreSQL): runs, records, clients, a full dossier; and an empty one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection, models
from django.utils import timezone

from migration.models import Alias, Document, Outcome, Record, Run
from portal.models import Client, Office, User
from sba.models import Sba

RUNS: Final = 1_000
CLIENTS: Final = 100_000
DOSSIER: Final = 500
"""SBA's of the first client."""


@dataclass(frozen=True, slots=True)
class Large:
    """What the bench asks pages of."""

    user: User
    stranger: User  # of an office in which nothing is
    run: Run  # the largest one
    client: Client  # with a full dossier


def fill(records: int, largest: int) -> Large:
    """So many records in 1,000 runs, one of them this large; of every fourteen records one failed."""
    user, stranger = somebody("bench"), somebody("leeg")
    numbers = {"office": user.office_id, "user": user.pk, "dossier": DOSSIER, "clients": CLIENTS}
    insert(Client, a_client(user.office), CLIENT, "generate_series(1, %(clients)s) n", numbers)
    runs = [a_run(user, (records - largest) // (RUNS - 1)) for _ in range(RUNS)]
    runs[RUNS // 2].members = largest
    Run.objects.bulk_create(runs)
    age_runs()
    insert(Record, a_record(user), RECORD, RECORDS, numbers)
    count_records()
    note_names()
    insert(Sba, an_sba(user), SBA, SBAS, numbers)
    vacuum()
    run = Run.objects.get(pk=runs[RUNS // 2].pk)
    return Large(user, stranger, run, Client.objects.filter(office=user.office).earliest("pk"))


def somebody(slug: str) -> User:
    office = Office.objects.create(slug=slug, name=slug.title())
    return User.objects.create_user(f"{slug}@kantoor.example", name="Bench", office=office, role=User.Role.MANAGER)


def insert(
    model: type[models.Model], sample: models.Model, columns: Mapping[str, str], origin: str, numbers: Mapping[str, int]
) -> None:
    """Rows of what `origin` yields; a column without an expression has the sample's value."""
    names = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    wanted = ", ".join(columns.get(name, f'sample."{name}"') for name in names)
    table, quoted = model._meta.db_table, ", ".join(f'"{name}"' for name in names)
    one = f"(SELECT * FROM {table} WHERE {model._meta.pk.column} = %(sample)s) sample"  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        statement = f"INSERT INTO {table} ({quoted}) SELECT {wanted} FROM {origin} CROSS JOIN {one}"
        cursor.execute(statement, {**numbers, "sample": sample.pk})


def vacuum() -> None:
    """As autovacuum does in its own time: statistics, and the map of what every transaction can see."""
    with connection.cursor() as cursor:
        for model in (Record, Run, Client, Sba, Alias):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")


# --- Clients and runs ------------------------------------------------------------------------------------------------


def a_client(office: Office) -> Client:
    return Client.objects.create(office=office, tax_id="100000009", name="Jansen 0")


CLIENT: Final = {
    "tax_id": "lpad((100000000 + n * 7919)::text, 9, '0')",
    "name": "(ARRAY['Jansen', 'De Vries', 'Bakker', 'Visser', 'Smit', 'Mulder'])[1 + n %% 6] || ' ' || n",
    "sort_name": "(ARRAY['jansen', 'vries', 'bakker', 'visser', 'smit', 'mulder'])[1 + n %% 6] || lpad(n::text, 7)",
    "client_number": "'K' || n",
}


def a_run(user: User, members: int) -> Run:
    now = timezone.now()
    return Run(
        office=user.office, started_by=user, importer_slug="sba", target="te-beoordelen", file_name="export.zip",
        file_size=10**6, file_digest="x", stored_as="", state=Run.State.FINISHED, confirmed_by=user, confirmed_at=now,
        checked_at=now, ended_at=now, mails=False, members=members,
    )  # fmt: skip


def age_runs() -> None:
    """A run every hour, each with a file of its own."""
    for hours, run in enumerate(Run.objects.order_by("-pk")):
        Run.objects.filter(pk=run.pk).update(
            created_at=timezone.now() - timedelta(hours=hours), file_name=f"export-{run.pk}.zip"
        )


COUNTS: Final = """
UPDATE migration_run SET failed = counted.failed, expected = counted.expected, new = counted.new,
    overwritten = counted.overwritten, unchanged = counted.unchanged, open_terms = counted.open_terms
FROM (
    SELECT run_id, count(*) FILTER (WHERE failed) AS failed, count(*) FILTER (WHERE expected) AS expected,
        count(*) FILTER (WHERE outcome = 'new') AS new, count(*) FILTER (WHERE outcome = 'overwritten') AS overwritten,
        count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
        count(*) FILTER (WHERE until >= current_date AND NOT failed) AS open_terms
    FROM migration_record GROUP BY run_id
) counted WHERE counted.run_id = migration_run.id
"""


def count_records() -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)


NAMES: Final = """
INSERT INTO migration_alias (office_id, tax_id, name)
SELECT DISTINCT run.office_id, record.tax_id, lower(record.facts->>'name')
FROM migration_record record JOIN migration_run run ON run.id = record.run_id WHERE record.tax_id > ''
"""


def note_names() -> None:
    """As the check does."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES)


# --- Records: what is rare stands at the very end of each run, where it is furthest from a first page -----------------


def a_record(user: User) -> Record:
    run = a_run(user, 1)
    run.save()
    return Record.objects.create(
        run=run, position=1, name="x", size=9000, digest="x", verdict=Outcome.NEW, outcome=Outcome.NEW
    )


RECORDS: Final = """(
    SELECT run.id AS run, n, n %% 14 = 0 AS bad, n > members - 3 AS rare, n > members - 20 AS late,
        lpad((100000000 + (1 + n %% 100000) * 7919)::text, 9, '0') AS digits, base.id + n %% 100000 AS client
    FROM migration_run run
    CROSS JOIN LATERAL generate_series(1, run.members) n
    CROSS JOIN (SELECT min(id) AS id FROM portal_client WHERE office_id = %(office)s) base
    WHERE run.members > 1
) invented"""

ENDING: Final = "WHEN bad THEN 'failed' WHEN rare THEN 'overwritten' WHEN n %% 50 = 1 THEN 'unchanged' ELSE 'new'"
RECORD: Final[Mapping[str, Any]] = {
    "run_id": "run",
    "position": "n",
    "name": "digits || '-ih.xbrl'",
    "shown_name": "'•••••' || right(digits, 4) || '-ih.xbrl'",
    "key": "gen_random_uuid()",
    "tax_id": "digits",
    "tax": "CASE WHEN rare THEN 'VPB' ELSE (ARRAY['IB', 'IB', 'IB', 'ZVW', 'OB'])[1 + n %% 5] END",
    "year": "CASE WHEN rare THEN 2009 ELSE 2014 + n %% 11 END",
    "kind": "CASE WHEN n %% 3 = 0 THEN 'voorlopig' ELSE 'definitief' END",
    "number": "digits || 'H' || n %% 10",
    "dated_on": "make_date(2014 + n %% 11, 1 + n %% 12, 15)",
    "until": "CASE WHEN n %% 3 = 0 THEN NULL WHEN rare THEN current_date + 7 ELSE make_date(2014 + n %% 11, 3, 1) END",
    "term_ran": "n %% 3 > 0 AND rare",
    "who": "'voorbeeld ' || lpad((n %% 100000)::text, 6, '0') || ' , a'",
    "facts": """jsonb_build_object('name', 'A. Voorbeeld ' || n %% 100000, 'amount', n, 'balance', n / 2, 'due', n,
        'office', 'Belastingdienst Utrecht', 'message', 'definitieve aanslag inkomstenbelasting')""",
    "client_id": "CASE WHEN bad THEN NULL ELSE client END",
    "verdict": f"CASE {ENDING} END",
    "outcome": f"CASE {ENDING} END",
    "failed": "bad",
    "expected": "bad AND NOT late AND n %% 3 = 0",
    "problem_code": """CASE WHEN NOT bad THEN '' WHEN late THEN 'SBA-304' WHEN n %% 3 = 0 THEN 'SBA-201'
        ELSE 'SBA-202' END""",
    "status": "CASE WHEN bad THEN '' ELSE 'te-beoordelen' END",
}

# --- Dossiers: what the largest run imported --------------------------------------------------------------------------


def an_sba(user: User) -> Sba:
    document = Document.objects.create(digest="x", body=b"", size=0)
    return Sba.objects.create(
        office=user.office, client=Client.objects.latest("pk"), document=document, key="0" * 32, tax_id="1", tax="IB",
        year=2020, kind="definitief", number="1", dated_on="2020-01-01", amount=1, balance=1,
        status=Sba.Status.TO_ASSESS, imported_at=timezone.now(),
    )  # fmt: skip


SBAS: Final = """(
    SELECT row_number() OVER (ORDER BY id) AS n, * FROM migration_record
    WHERE run_id = (SELECT id FROM migration_run WHERE office_id = %(office)s ORDER BY members DESC LIMIT 1)
        AND NOT failed
) imported CROSS JOIN (SELECT min(id) AS id FROM portal_client WHERE office_id = %(office)s) base"""

SBA: Final[Mapping[str, str]] = {
    **{name: f"imported.{name}" for name in ("key", "tax_id", "tax", "year", "kind", "number", "dated_on", "until")},
    "client_id": "CASE WHEN imported.n <= %(dossier)s THEN base.id ELSE imported.client_id END",
    "record_id": "imported.id",
}
