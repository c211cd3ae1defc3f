"""What SBA's can do beside what every kind of import must: their status, their term, their doubts, their versions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from migration.kinds.abilities import (
    Comparable,
    Deadlines,
    DeadlineWords,
    Dossiers,
    Doubts,
    Preparation,
    Sameness,
    Statuses,
    Target,
)
from migration.models import Record
from portal.models import Client, Office
from sba import cautions, problems
from sba.dossiers import matching, versions
from sba.models import Sba, no_term, term_runs, terms_that_run
from sba.reading.sayings import sayings_of

Status = Sba.Status

TARGETS: Final = (
    Target(Status.TO_ASSESS, Status.TO_ASSESS.label, "Nog niemand heeft de aanslag bekeken."),
    Target(Status.IN_PROGRESS, Status.IN_PROGRESS.label, "De aanslag wordt met de aangifte vergeleken."),
    Target(Status.AGREED, Status.AGREED.label, "De aanslag klopt met de aangifte.", closes=True),
    Target(Status.DISPUTED, Status.DISPUTED.label, "De aanslag wijkt af; er is besloten wat u doet."),
    Target(Status.OBJECTED, Status.OBJECTED.label, "Er is bezwaar gemaakt tegen de aanslag."),
    Target(Status.CLOSED, Status.CLOSED.label, "Afgesloten; past bij aanslagen uit het verleden.", closes=True),
)

CLIENT_KINDS: Final[Mapping[str, str]] = {  # who pays omzetbelasting may be either
    Sba.Tax.IB: Client.Kind.PERSON,
    Sba.Tax.ZVW: Client.Kind.PERSON,
    Sba.Tax.VPB: Client.Kind.COMPANY,
}


class SbaPreparation(Preparation):
    """The export from the ECM, and what lets new SBA's come in directly later on (ux.md §13.10)."""

    template = "sba/preparation.html"
    present = (
        "Een SBA die al in een dossier staat, komt er nooit dubbel in. Alleen een andere inhoud wordt overschreven."
    )
    checks: Mapping[str, str] = {
        "certificaat": f"Het PKI-certificaat van uw kantoor is geldig en staat in {settings.PRODUCT}.",
        "machtigingen": "De machtigingen voor SBA's staan op dat certificaat.",
        "actief": "De machtiging van elke klant heeft voor elk jaar de status 'Actief'.",
        "ophalen": f"'Ophalen in {settings.PRODUCT}' staat per klant en jaar aangevinkt.",
    }
    checks_why: str = (
        "Niet verplicht voor deze migratie. Ze zorgen ervoor dat nieuwe SBA's straks rechtstreeks in"
        f" {settings.PRODUCT} binnenkomen."
    )


class SbaStatuses(Statuses):
    targets = TARGETS
    question = "Gewenste status van de SBA's na de import"
    missing = "Kies de gewenste status van de SBA's."
    also_present = "Status van SBA's die al aanwezig zijn ook wijzigen"


class SbaDossiers(Dossiers):
    unknown = problems.CLIENT_UNKNOWN
    nothing_of = "Aanslagen"

    def client_kind(self, tax: str) -> str:
        return CLIENT_KINDS.get(tax, "")

    def standing(self, keys: Iterable[UUID], office: Office) -> Collection[UUID]:
        return matching.digests_of(office.pk, keys).keys()

    def filled(self, clients: Iterable[int]) -> Mapping[int, int]:
        counted = Sba.objects.filter(client__in=list(clients)).values_list("client_id").order_by("client_id")
        return dict(counted.annotate(Count("pk")))


class SbaDoubts(Doubts):
    ambiguous = problems.CLIENT_AMBIGUOUS
    outvoted = problems.OTHER_CHOSEN
    about_versions = "Deze SBA staat in het ZIP-bestand met {count} verschillende versies."
    about_last = (
        "Op de dagtekening kan niet worden gekozen: die is bij alle versies van één SBA gelijk. Een SBA met een"
        " andere dagtekening is een andere SBA, en wordt gewoon geïmporteerd."
    )


class SbaSayings(Sameness):
    same = cautions.SAME_IN_OTHER_BYTES

    def sayings(self, content: bytes) -> str:
        return sayings_of(content)


class SbaVersions(Comparable):
    newer = problems.NEWER_PRESENT

    def told(self, records: Sequence[Record]) -> Sequence[Mapping[str, str]]:
        return versions.told(records)

    def told_standing(self, records: Sequence[Record]) -> Sequence[Mapping[str, str]]:
        return versions.told_standing(records)


class ObjectionTerms(Deadlines):
    """The bezwaartermijn (domain.md §4)."""

    running = cautions.TERM_RUNS
    ended = cautions.TERM_ENDED
    open_target = TARGETS[0]
    words = DeadlineWords(
        name="Bezwaartermijn",
        plural="Bezwaartermijnen",
        the="de bezwaartermijn",
        to_do_list="de lijst van aanslagen waartegen u nog bezwaar kunt maken",
    )

    def open(self) -> Q:
        return terms_that_run()

    def is_open(self, kind: str, until: date | None) -> bool:
        return term_runs(kind, until)

    def no_deadline(self, kind: str) -> str:
        return no_term(kind)


ABILITIES: Final = (
    SbaPreparation(), SbaStatuses(), SbaDossiers(), SbaDoubts(), SbaSayings(), SbaVersions(), ObjectionTerms(),
)  # fmt: skip
