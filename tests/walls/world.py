"""Two offices, each with everything the product can hold: what is theirs must never reach ours.

Their texts all hold the word MARK, their keys lie in a range of their own, and their numbers are nobody else's: so
whatever leaks is seen. A few numbers are known at both offices, as those of a client who changed offices are: what one
office does about such a person must not reach the other. Our texts are hostile: they try to become markup, a template,
a formula.
"""

import secrets
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from migration.acts import choices, failures
from migration.acts import runs as acts
from migration.acts.failures import Scope
from migration.findings import versions
from migration.models import Document, PriorCheck, Run
from migration.road.intake import Order, receive_path
from migration.tasks import move_run
from portal.models import Client, FormerNumber, Invitation, Office, User
from sba.samples import document
from tests.factories import ClientFactory, OfficeFactory, UserFactory, invented_tax_id

MARK: Final = "bmerk"
HOSTILE: Final = """ <b-kwaad kwaad="1">'"><i kwaad=1>{{ 7|add:7771 }}{% now "Y" %}&lt;"""
OF_NOBODY: Final = {Session, Document}
"""Models whose rows belong to no office: sessions, and documents, which are found by their content."""
FIRST_KEYS: Final = {"ours": 1_000_000, "theirs": 6_000_000}
SHARED_CLIENT, SHARED_FORMER, SHARED_NOTED, OF_THEIRS_ALONE = 13, 14, 15, 16
"""Positions in 'partly': of a client of both offices, of one who is former at both, or noted as such by both; and of a
client of the other office, of whom this one knows nothing."""


@dataclass(frozen=True)
class Side:
    """One office: its people, and a run in every state, by the name of that state ('partly': with failures)."""

    office: Office
    manager: User
    operator: User
    reader: User
    client: Client
    invitation: Invitation
    runs: dict[str, Run]
    numbers: dict[str, str]
    """Every BSN/FI of this office, by what it is of."""


@dataclass(frozen=True)
class World:
    """Ours looks; theirs must not be seen."""

    ours: Side
    theirs: Side


def build(folder: Path) -> World:
    sides = {}
    for slug, dressing, seed in (("ours", HOSTILE, 81_000), ("theirs", f" {MARK}", 82_000)):
        start_keys_at(FIRST_KEYS[slug])
        (folder / slug).mkdir()
        sides[slug] = furnish(slug, dressing, seed, folder / slug)
    return World(**sides)


def start_keys_at(first: int) -> None:
    """From now on every model counts in a range of its own: a key tells what it is of, and whose."""
    with connection.cursor() as cursor:
        for at, model in enumerate(keyed_models()):
            table, key = model._meta.db_table, first + 10_000 * at
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, key])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, key])


def keyed_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if isinstance(model._meta.pk, models.AutoField)]


# --- An office --------------------------------------------------------------------------------------------------------


def furnish(slug: str, dressing: str, seed: int, folder: Path) -> Side:
    office = OfficeFactory(slug=slug, name=f"Kantoor{dressing}")
    people = {
        role: UserFactory(email=f"{role}@{slug}.example", name=f"De {role}{dressing}", office=office, role=role)
        for role in User.Role.values
    }
    manager = people[User.Role.MANAGER]
    names = ("client", "former", "unknown", "twin", "partner", "noted", "zero")
    numbers = {name: invented_tax_id(seed + at) for at, name in enumerate(names)}
    numbers["zero"] = with_leading_zero(seed)
    numbers |= {f"shared {name}": invented_tax_id(83_000 + at) for at, name in enumerate(("client", "former", "noted"))}
    at_home, elsewhere = invented_tax_id(84_000), invented_tax_id(84_001)
    numbers["guest"], numbers["elsewhere"] = (at_home, elsewhere) if slug == "ours" else (elsewhere, at_home)
    client = ClientFactory(
        office=office, tax_id=numbers["client"], name=f"Klant{dressing}", client_number=f"K{dressing}"[:30]
    )
    ClientFactory(office=office, tax_id=numbers["zero"], name=f"Nul{dressing}")
    ClientFactory(office=office, tax_id=numbers["former"], name=f"Voormalig{dressing}", former=True)
    for name in ("shared client", "guest"):
        ClientFactory(office=office, tax_id=numbers[name], name=f"Gedeeld{dressing}")
    ClientFactory(office=office, tax_id=numbers["shared former"], name=f"Gedeeld{dressing}", former=True)
    FormerNumber.objects.create(office=office, tax_id=numbers["shared noted"], noted_by=manager)
    ClientFactory.create_batch(2, office=office, tax_id=numbers["twin"], name=f"Dubbel{dressing}")
    furnish_security(manager, dressing)
    for check in ("actief", "ophalen"):
        PriorCheck.objects.create(office=office, slug=check, ticked_by=manager)
    guest = {"email": f"gast@{slug}.example", "name": f"Gast{dressing}", "sent_at": timezone.now()}
    invitation = Invitation.objects.create(office=office, invited_by=manager, **guest)
    FormerNumber.objects.create(office=office, tax_id=numbers["noted"], noted_by=manager)
    runs = Road(manager, folder, dressing, numbers).runs()
    return Side(
        office, manager, people[User.Role.OPERATOR], people[User.Role.READER], client, invitation, runs, numbers
    )


def furnish_security(user: User, dressing: str) -> None:
    """A passkey with a name, an app that makes codes, and codes for when those are lost."""
    Authenticator.objects.create(
        user=user, type="webauthn", data={"name": f"Sleutel{dressing}", "credential": passkey()}
    )
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


def passkey() -> dict[str, Any]:
    """What a browser sends when a passkey is made; the private half is thrown away."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(bytes(16), secrets.token_bytes(16), public)
    data = AuthenticatorData.create(sha256(b"testserver").digest(), 0x45, 0, credential)
    client = CollectedClientData.create("webauthn.create", secrets.token_bytes(32), "https://testserver")
    response = {
        "clientDataJSON": client.b64,
        "attestationObject": in_base64(AttestationObject.create("none", data, {})),
    }
    key = in_base64(credential.credential_id)
    return {"id": key, "rawId": key, "type": "public-key", "response": response, "clientExtensionResults": {}}


def in_base64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def with_leading_zero(seed: int) -> str:
    """A number that loses a digit where somebody takes it for an integer."""
    from stdnum.nl import bsn

    return next(number for n in count(seed * 137) if bsn.is_valid(number := f"{n % 10**8:09}"))


@dataclass(frozen=True)
class Road:
    """Makes the runs of one office, all of them the way a user does."""

    user: User
    folder: Path
    dressing: str
    numbers: dict[str, str]

    def runs(self) -> dict[str, Run]:
        new = self.sba(2019)
        runs = {"partly": self.imported("deels", self.one_of_each(new))}
        later = {"b.xbrl": self.sba(2016, amount=77), "c.xbrl": self.sba(2015, self.numbers["twin"], amount=2)}
        runs["again"] = self.imported("nogmaals", {"a.xbrl": new, **later})
        self.choose_dossier(runs["again"], position=3)
        failures.retry(Scope(runs["partly"], position=12), self.user)
        self.moved(runs["partly"])
        failures.ignore(Scope(runs["partly"], position=7), self.user, f"Reden{self.dressing}")
        runs["undone"] = self.imported("terug", {"a.xbrl": self.sba(2014), "b.xbrl": self.sba(2013)})
        acts.undo(runs["undone"], self.user)
        move_run(runs["undone"].pk)
        runs["ready"] = self.moved(self.received("klaar", {"a.xbrl": self.sba(2012), "b.xbrl": b"<kapot"}))
        runs["stopped"] = self.moved(self.received("gestopt", {"a.xbrl": self.sba(2011), "b.xbrl": b"<kapot"}))
        acts.confirm(runs["stopped"], self.user)
        acts.stop(runs["stopped"], self.user)
        runs["refused"] = self.moved(self.received("geweigerd", {"foto.pdf": b"%PDF-1.4"}))
        for state in Run.MOVING:
            runs[state] = self.received(state, {"a.xbrl": self.sba(2010)})
            Run.objects.filter(pk=runs[state].pk).update(state=state, members=1)
        for run in runs.values():
            run.refresh_from_db()
        return runs

    def one_of_each(self, new: bytes) -> dict[str, bytes]:
        """By position: two new, of a former client, unknown, noted as former, double, unreadable, no SBA, new,
        two versions of one, one of which a later run brings another version, and those of people who are known at
        both offices."""
        of = self.numbers
        return {
            f"a{self.dressing}.xbrl": new,
            "b.xbrl": self.sba(2016),
            "c.xbrl": self.sba(2018, of["former"]),
            f"{of['unknown']}-ih{self.dressing}.xbrl": self.sba(2017, of["unknown"]),
            "e.xbrl": self.sba(2017, of["noted"]),
            "f.xbrl": self.sba(2017, of["twin"]),
            "g.xbrl": b"<kapot",
            f"leesmij {of['client']}.txt": self.dressing.encode(),
            "h.xbrl": self.sba(2019, of["zero"], tax="OB", kind="naheffing"),
            "i.xbrl": self.sba(2009, amount=1),
            "j.xbrl": self.sba(2009, amount=2),
            "k.xbrl": self.sba(2015, of["twin"], amount=1),
            "l.xbrl": self.sba(2008, of["shared client"]),
            "m.xbrl": self.sba(2008, of["shared former"]),
            "n.xbrl": self.sba(2008, of["shared noted"]),
            "o.xbrl": self.sba(2008, of["elsewhere"]),
        }

    def sba(self, year: int, tax_id: str = "", **more: Any) -> bytes:
        tax_id, name = tax_id or self.numbers["client"], f"{year}{self.dressing}"
        more = {"tax": "IB", "dated_on": date(year + 1, 6, 1), **more}
        return document(tax_id=tax_id, name=name, year=year, partner=self.numbers["partner"], **more)

    def received(self, name: str, files: Mapping[str, bytes], confirmed: bool = False) -> Run:
        path = self.folder / f"{name}{self.dressing} {self.numbers['client']}.zip".replace("/", "")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in files.items():
                archive.writestr(member, content)
        order = Order("sba", "te-beoordelen", remark=f"Opmerking{self.dressing}", confirmed=confirmed)
        return receive_path(path, order, self.user)

    def imported(self, name: str, files: Mapping[str, bytes]) -> Run:
        run = self.moved(self.received(name, files, confirmed=True))
        if acts.confirm(run, self.user):  # the check paused
            self.moved(run)
        assert run.state == Run.State.FINISHED
        return run

    def choose_dossier(self, run: Run, position: int) -> None:
        record = run.records.get(position=position)
        choices.choose_dossier(record, self.user, versions.dossiers(record)[0].pk, with_others=False)
        self.moved(run)

    def moved(self, run: Run) -> Run:
        move_run(run.pk)
        run.refresh_from_db()
        return run


# --- What an office has -----------------------------------------------------------------------------------------------


def path_to_office(model: type[models.Model]) -> str:
    """'run__office' for a record: how a row tells whose it is; empty where it does not."""
    if model is Office:
        return "pk"
    ways: list[tuple[type[models.Model], str]] = [(model, "")]
    for at, before in ways:
        for field in at._meta.concrete_fields:
            if field.related_model is Office:
                return f"{before}{field.name}"
            if field.related_model and before.count("__") < 2:
                ways.append((field.related_model, f"{before}{field.name}__"))  # type: ignore[arg-type]
    return ""


def models_of_offices() -> dict[type[models.Model], str]:
    return {model: path for model in apps.get_models() if (path := path_to_office(model))}


def rows_of(office: Office) -> dict[str, list[str]]:
    """Every row of an office, by model."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.filter(**{path: office.pk}).values_list()))
        for model, path in models_of_offices().items()
    }


def everything() -> dict[str, list[str]]:
    """Every row of every model, but for sessions."""
    found = [model for model in apps.get_models() if model is not Session]
    return {model._meta.label: sorted(map(repr, model._base_manager.values_list())) for model in found}


def keys_of(office: Office, at_most: int = 20) -> dict[str, list[Any]]:
    """The keys of its rows, the oldest first, by model."""
    found = {model: model._base_manager.filter(**{path: office.pk}) for model, path in models_of_offices().items()}
    return {
        model._meta.label: list(rows.order_by("pk").values_list("pk", flat=True)[:at_most])
        for model, rows in found.items()
    }


def traces_of(side: Side, other: Side) -> set[str]:
    """Every text that only this office has, and its keys as a page may write them: where one turns up, it leaked."""
    texts = set(texts_of(side.office)) - set(texts_of(other.office))
    keys = {str(key) for keys in keys_of(side.office, 10_000).values() for key in keys if isinstance(key, int)}
    return {
        MARK,
        *(text for text in texts if len(text) > 5),
        *keys,
        *(f"{int(key):,}".replace(",", ".") for key in keys),
    }


def texts_of(office: Office) -> Iterator[str]:
    for model, path in models_of_offices().items():
        for row in model._base_manager.filter(**{path: office.pk}).values_list():
            yield from texts_in(row)


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, str | UUID):
        yield str(value)
    elif isinstance(value, Iterable) and not isinstance(value, bytes | memoryview):
        for part in value:
            yield from texts_in(part)
