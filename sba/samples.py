"""Invented SBAs that look like real ones, one by one or as a whole ECM export; for demos, tests and benchmarks.

Nobody in here exists: the numbers pass the 11-test but begin with 9 (persons) or 89 (companies), which are not issued,
and the names are made up. The facts of a document come from the NT7 presentation of the three messages
(presentation_nt7.csv); later eras carry the same names in their own namespaces (domain.md §1.1).
"""

import csv
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import count as count_from
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final
from xml.sax.saxutils import escape

from sba import concepts, terms
from sba.numbers import passes_eleven_test

TAXES: Final = ("IB", "ZVW", "VPB", "OB")
LETTERS: Final = {"IB": "H", "ZVW": "W", "VPB": "V", "OB": "B"}
ENTRYPOINTS: Final = {"IB": "ih", "ZVW": "zvw", "VPB": "vpb", "OB": "ob"}
FIRST_YEAR: Final = 2012
LAST_YEAR: Final = 2024

# When a taxonomy came out: the date in its addresses (domain.md §1.1).
RELEASES: Final = {
    11: "20161207", 12: "20171213", 13: "20181212", 14: "20191211", 15: "20201209", 16: "20211208", 17: "20221207",
    18: "20231213", 19: "20241211", 20: "20251210", 21: "20261209",
}  # fmt: skip
PREFIXES: Final = {
    "bd-aanslag": "bd-asl", "bd-bedrijven": "bd-bedr", "bd-burgers": "bd-burg", "bd-omzetbelasting": "bd-ob",
    "bd-asl-tuples": "bd-asl-t", "nl-common-data": "nl-cd",
}  # fmt: skip
DICTIONARIES: Final = ("bd-aanslag", "bd-bedrijven", "bd-burgers", "bd-omzetbelasting")

# (tax, kind) → the codes of §1.5 in NT7-NT11, and the status digit in the assessment number.
INCOME_TAX_CODES: Final = {"voorlopig": "16", "definitief": "20", "navordering": "36", "vermindering": "31"}
CORPORATION_TAX_CODES: Final = {"voorlopig": "4", "definitief": "1", "navordering": "3"}
DECREASE_CODES: Final = {"vermindering": "5", "teruggaaf": "8"}
STATUS_DIGITS: Final = {"voorlopig": "0", "navordering": "7"}
KINDS: Final = {
    "IB": ("voorlopig", "definitief", "vermindering", "navordering"),
    "ZVW": ("voorlopig", "definitief", "vermindering", "navordering"),
    "VPB": ("voorlopig", "definitief", "vermindering", "navordering", "teruggaaf"),
    "OB": ("naheffing", "teruggaaf", "onbekend"),
}
OB_LETTERS: Final = {"naheffing": "F", "teruggaaf": "O", "onbekend": "B"}
OB_FACTS: Final = (
    "DeclarationFine", "EstablishedTotalAmountNew", "EstablishedTotalAmountPreviously", "FineForFailureToPay",
    "FineForLatePayment", "TaxInterestCharged", "TaxInterestCompensate", "TurnoverTaxSuppliesServicesHighRate",
    "TurnoverTaxSuppliesServicesLowRate", "TurnoverTaxSuppliesServicesOtherRates", "ValueAddedTaxAmountPaid",
    "ValueAddedTaxOnInput", "ValueAddedTaxOwed", "ValueAddedTaxSuppliesServicesHighRate",
    "ValueAddedTaxSuppliesServicesLowRate",
)  # fmt: skip

INITIALS: Final = ("A.B.", "C.", "D.E.", "F.", "G.H.J.", "K.", "L.M.", "N.O.", "P.", "R.S.T.")
SURNAMES: Final = (
    "Voorbeeldstra", "van den Verzonnen", "Proefmans", "de Bedachte", "Testema", "van Fictie", "Nepperink",
    "Schijnbaar", "ten Proeve", "Modelman", "Uitgedacht", "Wolkenkamp",
)  # fmt: skip
TRADES: Final = ("Bouw", "Advies", "Transport", "Bakkerij", "Installatie", "Horeca", "Beheer", "Webwinkel")
STREETS: Final = ("Proeflaan", "Voorbeeldstraat", "Fictieplein", "Testweg", "Modelkade")
TOWNS: Final = ("Voorbeeldstad", "Nergenshuizen", "Proefdorp", "Verzonnenveen")

PERSONS_FROM: Final = 90_000_000
COMPANIES_FROM: Final = 89_000_000
PERSONS_SPAN: Final = 9_999_991  # primes, so that a fixed stride visits every number once
COMPANIES_SPAN: Final = 999_983
STRIDE: Final = 618_033


SOMEONE: Final = "900000016"
PARTNER: Final = "900000028"


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One line of the clients CSV (requirements.md §1). `kind` is person or company, `former` yes or no."""

    tax_id: str
    name: str
    kind: str
    former: str
    client_number: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one invented SBA is to say. Amounts in whole euros; `taxonomy` is the number of the NT (7 … 21)."""

    tax_id: str = SOMEONE
    name: str = "A.B. Voorbeeldstra"
    tax: str = "IB"
    year: int = 2019
    kind: str = "definitief"
    dated_on: date = date(2021, 3, 12)
    amount: int = 4321
    balance: int = -250
    taxonomy: int = 14
    volume: int = 1
    partner: str = PARTNER

    @property
    def letter(self) -> str:
        return OB_LETTERS[self.kind] if self.tax == "OB" else LETTERS[self.tax]

    @property
    def number(self) -> str:
        """The aanslagnummer: for OB a subnumber and a period, else the year digit and the status digit (§3)."""
        digit = self.year % 10
        if self.tax == "OB":
            return f"{self.tax_id}{self.letter}{self.volume:02}{digit}{210 + 30 * (self.volume % 4)}"
        return f"{self.tax_id}{self.letter}{digit}{STATUS_DIGITS.get(self.kind, '6')}{self.volume:02}"

    @property
    def code(self) -> str:
        if self.tax == "VPB" and self.taxonomy < 12:
            return {**CORPORATION_TAX_CODES, **DECREASE_CODES}[self.kind]
        return INCOME_TAX_CODES.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Fact:
    """One element of a template: `value` is a format field or a fixed text; `parts` make it a tuple."""

    prefix: str
    name: str
    value: str = ""
    is_money: bool = False
    context: str = "d"
    parts: tuple["Fact", ...] = ()


def document(**overrides: Any) -> bytes:
    """One SBA as bytes; keywords change the fields of `Assessment`."""
    return render(Assessment(**overrides))


def render(assessment: Assessment, seed: int = 0) -> bytes:
    """The XBRL instance of an assessment, UTF-8; `seed` picks the amounts that nobody reads."""
    template, money = _template(assessment.tax, assessment.taxonomy, assessment.kind)
    number = zlib.crc32(assessment.number.encode(), seed)
    amounts = [number * step % 80_021 for step in range(3, money + 3)]
    return template.format(*amounts, **_values(assessment)).encode()


def _values(assessment: Assessment) -> dict[str, object]:
    number = zlib.crc32(assessment.tax_id.encode())
    street = f"{STREETS[number % 5]} {number % 211 + 1}"
    postcode, town = f"{1000 + number % 9000} ZZ", TOWNS[number % 4]
    return {
        "tax_id": assessment.tax_id,
        "partner": assessment.partner,
        "name": escape(assessment.name),
        "street": street,
        "postcode": postcode.replace(" ", ""),
        "town": f"{postcode}  {town}",
        "letter": assessment.letter,
        "year": assessment.year,
        "number": assessment.number,
        "dated_on": assessment.dated_on.isoformat(),
        "created": assessment.dated_on.strftime("%Y%m%d0600"),
        "code": assessment.code,
        "period": f"{assessment.year}01-12",
        "amount": assessment.amount,
        "balance": assessment.balance,
        "deadline": terms.objection_until(assessment.dated_on).isoformat(),
        "earlier": f"{assessment.tax_id}{assessment.letter}{assessment.year % 10}001",
        "is_final": str(assessment.kind == "definitief").lower(),
    }


@cache
def _template(tax: str, taxonomy: int, kind: str) -> tuple[str, int]:
    """A document with format fields, and how many of these are mere amounts ({0}, {1}, …)."""
    amounts = count_from()
    facts = _facts(tax, taxonomy, kind)
    rows = [_element(fact, amounts) for fact in facts]
    money = next(amounts)
    if taxonomy < 20:  # NT20 does away with tuples
        tuples = _prefix("bd-asl-tuples", taxonomy)
        rows = [f"<{tuples}:TaxData>", *rows, f"</{tuples}:TaxData>"]
    lines = [_opening(tax, taxonomy), *_contexts(taxonomy), *rows, "</xbrli:xbrl>", ""]
    return "\n".join(lines), money


def _element(fact: Fact, amounts: Iterator[int]) -> str:
    tag = f"{fact.prefix}:{fact.name}"
    if fact.parts:
        return "\n".join([f"<{tag}>", *(_element(part, amounts) for part in fact.parts), f"</{tag}>"])
    if fact.is_money:
        value = fact.value or f"{{{next(amounts)}}}"
        return f'<{tag} contextRef="{fact.context}" unitRef="EUR" decimals="INF">{value}</{tag}>'
    return f'<{tag} contextRef="{fact.context}">{fact.value}</{tag}>'


def _opening(tax: str, taxonomy: int) -> str:
    spaces = "\n".join(f'  xmlns:{prefix}="{uri}"' for prefix, uri in _namespaces(taxonomy).items())
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xbrli:xbrl xml:lang="nl"
  xmlns:xbrli="http://www.xbrl.org/2003/instance"
  xmlns:link="http://www.xbrl.org/2003/linkbase"
  xmlns:xlink="http://www.w3.org/1999/xlink"
  xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
  xmlns:iso4217="http://www.xbrl.org/2003/iso4217"
{spaces}>
<!-- Verzonnen bericht voor proef en demonstratie, aangemaakt {{created}} -->
<link:schemaRef xlink:type="simple" xlink:href="{entrypoint(tax, taxonomy)}"/>"""


def entrypoint(tax: str, taxonomy: int) -> str:
    """The address in schemaRef (domain.md §1.2). The name for OB is our guess."""
    code = ENTRYPOINTS[tax]
    if taxonomy < 11:
        return f"{_base(taxonomy)}report/bd/entrypoints/rpt-bd-{code}-sba-{taxonomy + 2005}.xsd"
    year = taxonomy + (2005 if tax in ("IB", "ZVW") else 2006)
    return f"{_base(taxonomy)}entrypoints/bd-rpt-{code}-sba-{year}.xsd"


def _base(taxonomy: int) -> str:
    if taxonomy < 11:
        return f"http://www.nltaxonomie.nl/{taxonomy}.0/"
    return f"http://www.nltaxonomie.nl/nt{taxonomy}/bd/{RELEASES[taxonomy]}/"


def _namespaces(taxonomy: int) -> dict[str, str]:
    base = _base(taxonomy)
    if taxonomy < 11:
        spaces = {PREFIXES[name]: f"{base}basis/bd/items/{name}" for name in DICTIONARIES}
        places = (
            f"{base}domein/bd/tuples/bd-asl-tuples",
            f"{base}domein/bd/axes/bd-axes",
            f"{base}basis/bd/domains/bd-members",
        )
    else:
        names = DICTIONARIES if taxonomy == 11 else ("bd-data",)
        spaces = {_prefix(name, taxonomy): f"{base}dictionary/{name}" for name in names}
        tuples = "bd-asl-tuples" if taxonomy == 11 else "bd-tuples"
        places = (f"{base}dictionary/{tuples}", f"{base}validation/bd-axes", f"{base}dictionary/bd-domain-members")
    prefixes = (_prefix("bd-asl-tuples", taxonomy), "bd-dim-dim", "bd-dim-mem")
    common = "7.0/basis/sbr/items/nl-common-data" if taxonomy < 11 else "nt12/sbr/20170714/dictionary/nl-common-data"
    return {**spaces, **dict(zip(prefixes, places, strict=True)), "nl-cd": f"http://www.nltaxonomie.nl/{common}"}


def _prefix(dictionary: str, taxonomy: int) -> str:
    if dictionary == "nl-common-data":
        return "nl-cd"
    if taxonomy < 12:
        return PREFIXES.get(dictionary, dictionary)
    return "bd-t" if dictionary == "bd-asl-tuples" else "bd-i"


def _contexts(taxonomy: int) -> list[str]:
    """Our own context and the partner's, from NT20 on that of a row too (a typed dimension); then unit and partner."""
    contexts = [_context("d", "{tax_id}", _member("Party", "Declarant") + _member("Time", "Current"))]
    contexts.append(_context("p", "{partner}", _member("Party", "Partner") + _member("Time", "Current")))
    if taxonomy >= 20:
        contexts.append(_context("r", "{tax_id}", _member("Party", "Declarant") + ROW))
    unit = '<xbrli:unit id="EUR"><xbrli:measure>iso4217:EUR</xbrli:measure></xbrli:unit>'
    partner = (
        f'<{_prefix("bd-burgers", taxonomy)}:TaxpayerIncomeOverallAmount contextRef="p" unitRef="EUR" decimals="INF">'
    )
    return [*contexts, unit, f"{partner}31415</{_prefix('bd-burgers', taxonomy)}:TaxpayerIncomeOverallAmount>"]


ROW: Final = (
    '<xbrldi:typedMember dimension="bd-dim-dim:RowDimension"><bd-dim-mem:Row>1</bd-dim-mem:Row></xbrldi:typedMember>'
)


def _member(dimension: str, member: str) -> str:
    tag = "xbrldi:explicitMember"
    return f'<{tag} dimension="bd-dim-dim:{dimension}Dimension">bd-dim-mem:{member}</{tag}>'


def _context(name: str, identifier: str, scenario: str) -> str:
    return f"""<xbrli:context id="{name}">
  <xbrli:entity>
    <xbrli:identifier scheme="www.belastingdienst.nl/identificatie">{identifier}</xbrli:identifier>
  </xbrli:entity>
  <xbrli:period>
    <xbrli:startDate>{{year}}-01-01</xbrli:startDate>
    <xbrli:endDate>{{year}}-12-31</xbrli:endDate>
  </xbrli:period>
  <xbrli:scenario>{scenario}</xbrli:scenario>
</xbrli:context>"""


def _facts(tax: str, taxonomy: int, kind: str) -> list[Fact]:
    """The facts of a message: about alphabetical, as the schema orders the children of TaxData."""
    facts = _vat_facts(taxonomy) if tax == "OB" else _presented(tax, taxonomy, kind)
    if taxonomy >= 8:
        facts += _since_nt8(tax, taxonomy, kind)
    return sorted(facts, key=lambda fact: fact.name)


def _vat_facts(taxonomy: int) -> list[Fact]:
    """An OB message. It is in no presentation that was published with NT7: names from the later dictionaries."""
    item, vat, company = (_prefix(name, taxonomy) for name in ("bd-aanslag", "bd-omzetbelasting", "bd-bedrijven"))
    header = ("TaxAppropriation", "NoticeOfAssessmentNumber", "NoticeOfAssessmentDate")
    return [
        *(Fact(item, name, HEADER[name]) for name in header),
        Fact(company, "FiscalYear", "{year}"),
        Fact(vat, "ValueAddedTaxAmountDue", "{amount}", is_money=True),
        Fact(item, "AmountDue", "{balance}", is_money=True),
        *(Fact(vat, name, is_money=True) for name in OB_FACTS),
    ]


def _since_nt8(tax: str, taxonomy: int, kind: str) -> list[Fact]:
    item, tuples = _prefix("bd-aanslag", taxonomy), _prefix("bd-asl-tuples", taxonomy)
    facts = [Fact(item, "TaxAssessmentOfficialFinal", "{is_final}")]
    if kind in INCOME_TAX_CODES and (taxonomy >= 12 or tax != "VPB"):
        facts.append(Fact(item, "DisposalType", "{code}"))
    if kind != "voorlopig":  # against a provisional assessment there is no objection (domain.md §4)
        facts.append(Fact(item, "ObjectionDeadlineDate", "{deadline}"))
    if taxonomy < 12:
        facts.append(Fact(item, "TaxpayerNameAddress", "{name}\n{street}\n{town}"))
    else:
        lines = enumerate(("{name}", "{street}", "{town}"), start=1)
        facts += [Fact(item, f"TaxpayerNameAddress{number}", line) for number, line in lines]
    if tax == "IB" and taxonomy < 20:
        facts.append(Fact(tuples, "TaxAssessmentProvisionalIncomeTaxDataSpecification", parts=_earlier(item, "d")))
    elif tax == "IB":
        facts += _earlier(item, "r")
    return facts


def _earlier(item: str, context: str) -> tuple[Fact, ...]:
    """An earlier assessment that this one settles: the trap of domain.md §1.4."""
    name = "TaxAssessmentProvisional"
    return (
        Fact(item, f"{name}NoticeOfAssessmentDate", "{year}-01-31", context=context),
        Fact(item, f"{name}NoticeOfAssessmentNumber", "{earlier}", context=context),
        Fact(item, f"{name}TaxAssessmentAmount", is_money=True, context=context),
    )


HEADER: Final = {
    "TaxAppropriation": "{letter}",
    "FiscalYear": "{year}",
    "NoticeOfAssessmentNumber": "{number}",
    "NoticeOfAssessmentDate": "{dated_on}",
    "NoticeOfAssessmentPeriod": "{period}",
    concepts.INCOME_TAX_TYPE: "{code}",
    concepts.CORPORATION_TAX_TYPE: "{code}",
    concepts.CORPORATION_TAX_DECREASE: "{code}",
    "NameAddressTaxpayer": "{name}\n{street}\n{town}",
    "NameAddressTaxconsultant": "Voorbeeld Belastingadviseurs\nModelkade 1\n1000 ZZ  Voorbeeldstad",
    "NameAddressSender": "Voorbeeld Belastingadviseurs\nModelkade 1\n1000 ZZ  Voorbeeldstad",
    "PostalCodeNL": "{postcode}",
    "RatePercentageSocialInsurance": "27.65",
    "FinancialYearBackwardShiftingLoss": "{year}",
    "FunctionalCurrencySchemeCurrencyFactor": "1",
    "ExchangeRateFinancialYearFunctionalCurrencySchemeAverage": "1,000000000",
    "FunctionalCurrencyOrEURApplied": "EUR",
    "DeferredMisdemeanorPenaltyIndication": "0",
}
MONEY: Final = {
    "TaxAssessmentAmount": "{amount}",
    "TaxAssessmentAmountToBeReceivedToBePaidBalance": "{balance}",
}
ZVW_MONEY: Final = {**MONEY, "TaxAssessmentAmountWithInterest": "{amount}"}
ENDED_WITH_NT11: Final = frozenset({"NoticeOfAssessmentPeriod", *concepts.KIND_CODES[:4]})
ONLY_NT7: Final = frozenset({"NameAddressTaxpayer", "NameAddressTaxpayerSpecification"})


def _presented(tax: str, taxonomy: int, kind: str) -> list[Fact]:
    """The facts of the NT7 presentation of this message, in the namespaces of `taxonomy`."""
    left_out = {concepts.CORPORATION_TAX_TYPE if kind in DECREASE_CODES else concepts.CORPORATION_TAX_DECREASE}
    left_out |= ENDED_WITH_NT11 if taxonomy >= 12 else frozenset()
    left_out |= ONLY_NT7 if taxonomy >= 8 else frozenset()
    rows = [row for row in presentation() if row["entrypoint"] == ENTRYPOINTS[tax] and row["name"] not in left_out]
    facts: list[Fact] = []
    in_tuple = False
    for row in rows:
        fact = _fact(row, tax, taxonomy)
        if row["type"] == "tuple":
            in_tuple = row["depth"] == "3"  # not TaxData itself
        elif in_tuple and row["depth"] == "4":
            specification = facts.pop()
            fact = replace(specification, parts=(*specification.parts, fact))
        else:
            in_tuple = False
        if row["depth"] != "0" and not row["dictionary"].endswith("abstracts"):
            facts.append(fact)
    return [fact for number, fact in enumerate(facts) if tax != "IB" or number % 2 or not _is_amount(fact)]


def _is_amount(fact: Fact) -> bool:
    """Whether it is one more amount that nobody reads: all are optional, and an ordinary message has about half."""
    return fact.is_money and not fact.value


def _fact(row: dict[str, str], tax: str, taxonomy: int) -> Fact:
    prefix, name = _prefix(row["dictionary"], taxonomy), row["name"]
    money = ZVW_MONEY if tax == "ZVW" else MONEY
    if "onetary" in row["type"]:
        return Fact(prefix, name, money.get(name, ""), is_money=True)
    return Fact(prefix, name, HEADER.get(name, ""))


@cache
def presentation() -> tuple[dict[str, str], ...]:
    """The NT7 presentation of the three messages: entrypoint, depth, dictionary, name, type and Dutch label per row."""
    with (Path(__file__).parent / "presentation_nt7.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


# An ECM export: a ZIP full of them -------------------------------------------------------------------------------

PER_CLIENT: Final = 8  # assessments, about; real offices have some hundred clients and some thousand SBAs
ACTIVE, FORMER, UNKNOWN, BROKEN = range(4)
EVERY_COMPANY: Final = 4  # one client in so many is a company
EVERY_YEARS: Final = {"vermindering": 3, "navordering": 6, "teruggaaf": 6, "naheffing": 4, "onbekend": 6}
Case = tuple[str, int, str, int]  # tax, year, kind, volume


def export(
    path: Path, count: int, seed: int = 1, *, former: int = 0, unknown: int = 0, broken: int = 0
) -> list[ClientRow]:
    """Write an ECM export with `count` SBAs, and return the clients that the office should have.

    `former` of the SBAs are of clients who left, `unknown` of people who are no client at all, and `broken` ones cannot
    be read, each in its own way. A PDF, a text and a list come on top of `count`. One seed always gives the same file.
    """
    if former + unknown + broken > count:
        raise ValueError("former, unknown and broken together are more than count")
    random = Random(seed)
    roles = bytearray([FORMER] * former + [UNKNOWN] * unknown + [BROKEN] * broken)
    roles.extend(bytes(count - len(roles)))
    random.shuffle(roles)
    clients, streams = _cast(count - former - unknown, former, unknown, seed)
    with path.open("wb") as file:
        zip_file = ZipWriter(file)
        for position, role in enumerate(roles, start=1):
            _add_sba(zip_file, position, next(streams[role]), role == BROKEN)
        for name, content in OTHER_FILES.items():
            zip_file.add(name, content, date(LAST_YEAR, 12, 31))
        zip_file.close()
    return clients


def write_clients(path: Path, clients: list[ClientRow]) -> None:
    """Write the CSV that `manage.py import_clients` reads (requirements.md §1)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(ClientRow.__slots__)
        rows.writerows([getattr(client, column) for column in ClientRow.__slots__] for client in clients)


def _cast(active: int, former: int, unknown: int, seed: int) -> tuple[list[ClientRow], dict[int, Iterator[Assessment]]]:
    """The clients, and for each role the assessments of the people in it."""
    people = _people(seed)
    groups = [list(islice(people, -(-size // PER_CLIENT))) for size in (active, former, unknown)]
    groups[FORMER] = [replace(client, former="yes") for client in groups[FORMER]]
    streams = [_assessments(group, seed + role) for role, group in enumerate(groups)]
    return groups[ACTIVE] + groups[FORMER], {**dict(enumerate(streams)), BROKEN: streams[ACTIVE]}


def _people(seed: int) -> Iterator[ClientRow]:
    """Endless invented clients, no number twice; one in four is a company."""
    persons = _tax_ids(PERSONS_FROM, PERSONS_SPAN, seed)
    companies = _tax_ids(COMPANIES_FROM, COMPANIES_SPAN, seed)
    for number in count_from(1):
        surname = SURNAMES[number * 7 % len(SURNAMES)]
        if number % EVERY_COMPANY:
            name = f"{INITIALS[number * 3 % len(INITIALS)]} {surname}"
            yield ClientRow(next(persons), name, "person", "no", str(1000 + number))
        else:
            name = f"{surname.title()} {TRADES[number // EVERY_COMPANY % len(TRADES)]} B.V."
            yield ClientRow(next(companies), name, "company", "no", str(1000 + number))


def _tax_ids(start: int, span: int, seed: int) -> Iterator[str]:
    """Numbers that pass the 11-test, from `start` on, scattered; each comes once."""
    for step in count_from(seed):
        digits = str(start + step * STRIDE % span)
        check = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), digits, strict=True)) % 11
        if check < 10:
            yield f"{digits}{check}"


def _assessments(clients: list[ClientRow], seed: int) -> Iterator[Assessment]:
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


def taxonomy_of(tax: str, year: int) -> int:
    """The number of the taxonomy in which an assessment of this year is sent (domain.md §1.2)."""
    number = year - (2005 if tax in ("IB", "ZVW") else 2006)
    return max(8 if tax == "OB" else 7, min(number, 20))


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

OTHER_FILES: Final = {
    "Leesmij.txt": "Export van SBA's uit de ECM (verzonnen gegevens).\r\n".encode("cp1252"),
    "overzicht/Exportoverzicht.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "overzicht/export.csv": b"middel;jaar;aantal\r\nIB;2019;1\r\n",
}


def _add_sba(zip_file: "ZipWriter", position: int, assessment: Assessment, is_broken: bool) -> None:
    name, content = _file_name(assessment, position), render(assessment, position)
    if not is_broken:
        zip_file.add(name, content, assessment.dated_on)
    elif position % (len(BREAKS) + 1) == len(BREAKS):
        zip_file.add(name, content, assessment.dated_on, is_encrypted=True)
    else:
        zip_file.add(name, BREAKS[position % (len(BREAKS) + 1)](content, assessment), assessment.dated_on)


def _file_name(assessment: Assessment, position: int) -> str:
    """A name as the ECM might give it (nobody published the real ones): in a year's folder, and some hold a BSN."""
    tax = ENTRYPOINTS[assessment.tax]
    if position % 3:
        return f"{assessment.year}/SBA_{tax.upper()}_{assessment.year}_{position:06}.xbrl"
    return f"{assessment.year}/{assessment.tax_id}-{tax}-sba-{position:06}.xml"


def _truncated(content: bytes, _: Assessment) -> bytes:
    return content[: len(content) // 2]


def _without_date(content: bytes, _: Assessment) -> bytes:
    return content.replace(b"NoticeOfAssessmentDate", b"NoticeOfAssessmentDay")


def _with_wrong_number(content: bytes, assessment: Assessment) -> bytes:
    number = assessment.tax_id
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not passes_eleven_test(wrong)
    return content.replace(f">{number}<".encode(), f">{wrong}<".encode())


def _with_cents(content: bytes, assessment: Assessment) -> bytes:
    return content.replace(f">{assessment.amount}<".encode(), f">{assessment.amount},50<".encode())


def _as_return(content: bytes, assessment: Assessment) -> bytes:
    """A message of the same family that is no SBA."""
    address = entrypoint(assessment.tax, assessment.taxonomy).encode()
    return content.replace(
        address, b"http://www.nltaxonomie.nl/nt14/bd/20191211/entrypoints/bd-rpt-ob-aangifte-2020.xsd"
    )


BREAKS: Final = (_truncated, _without_date, _with_wrong_number, _with_cents, _as_return)


class ZipWriter:
    """Writes a ZIP as it goes. The directory waits in a temporary file, so memory stays flat whatever the count."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory = SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 - closed in close()
        self._count = 0

    def add(self, name: str, content: bytes, dated_on: date, *, is_encrypted: bool = False) -> None:
        """Add one deflated member; `is_encrypted` makes one that says it has a password."""
        stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = stream.compress(content) + stream.flush()
        if is_encrypted:
            packed = bytes(12) + packed  # APPNOTE 6.1.3: the encryption header; what follows looks like noise anyway
        day = max(dated_on.year - 1980, 0) << 9 | dated_on.month << 5 | dated_on.day
        flags = 0x800 | is_encrypted
        sizes = (zlib.crc32(content), len(packed), len(content), len(name.encode()), 0)
        common = struct.pack("<5H3L2H", 20, flags, 8, 6 << 11, day, *sizes)
        head = struct.pack("<4sH", b"PK\x01\x02", 20) + common
        self._directory.write(head + struct.pack("<3H2L", 0, 0, 0, 0, self._file.tell()) + name.encode())
        self._file.write(b"PK\x03\x04" + common + name.encode() + packed)
        self._count += 1

    def close(self) -> None:
        """Write the directory and the end records, those of Zip64 too where the count needs them (APPNOTE 4.3.14)."""
        start, length = self._file.tell(), self._directory.tell()
        self._directory.seek(0)
        while block := self._directory.read(1 << 20):
            self._file.write(block)
        self._directory.close()
        end = start + length
        count, full = self._count, min(self._count, 0xFFFF)
        if full == 0xFFFF:
            self._file.write(struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, start))
            self._file.write(struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1))
        self._file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, full, full, length, start, 0))
