"""Which facts an invented SBA holds, by tax, era and kind."""

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from sba.reading import concepts
from sba.samples.assessments import DECREASE_CODES, INCOME_TAX_CODES
from sba.samples.eras import ENTRYPOINTS, prefix_of

OB_FACTS: Final = (
    "DeclarationFine", "EstablishedTotalAmountNew", "EstablishedTotalAmountPreviously", "FineForFailureToPay",
    "FineForLatePayment", "TaxInterestCharged", "TaxInterestCompensate", "TurnoverTaxSuppliesServicesHighRate",
    "TurnoverTaxSuppliesServicesLowRate", "TurnoverTaxSuppliesServicesOtherRates", "ValueAddedTaxAmountPaid",
    "ValueAddedTaxOnInput", "ValueAddedTaxOwed", "ValueAddedTaxSuppliesServicesHighRate",
    "ValueAddedTaxSuppliesServicesLowRate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One element of a template: `value` is a format field or a fixed text; `parts` make it a tuple."""

    prefix: str
    name: str
    value: str = ""
    is_money: bool = False
    context: str = "d"
    parts: tuple["Fact", ...] = ()


def facts_of(tax: str, taxonomy: int, kind: str) -> list[Fact]:
    """The facts of a message: about alphabetical, as the schema orders the children of TaxData."""
    facts = _vat_facts(taxonomy) if tax == "OB" else _presented(tax, taxonomy, kind)
    if taxonomy >= 8:
        facts += _since_nt8(tax, taxonomy, kind)
    return sorted(facts, key=lambda fact: fact.name)


def _vat_facts(taxonomy: int) -> list[Fact]:
    """An OB message. It is in no presentation that was published with NT7: names from the later dictionaries."""
    item, vat, company = (prefix_of(name, taxonomy) for name in ("bd-aanslag", "bd-omzetbelasting", "bd-bedrijven"))
    header = ("TaxAppropriation", "NoticeOfAssessmentNumber", "NoticeOfAssessmentDate")
    return [
        *(Fact(item, name, HEADER[name]) for name in header),
        Fact(company, "FiscalYear", "{year}"),
        Fact(vat, "ValueAddedTaxAmountDue", "{amount}", is_money=True),
        Fact(item, "AmountDue", "{balance}", is_money=True),
        *(Fact(vat, name, is_money=True) for name in OB_FACTS),
    ]


def _since_nt8(tax: str, taxonomy: int, kind: str) -> list[Fact]:
    item, tuples = prefix_of("bd-aanslag", taxonomy), prefix_of("bd-asl-tuples", taxonomy)
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
    prefix, name = prefix_of(row["dictionary"], taxonomy), row["name"]
    money = ZVW_MONEY if tax == "ZVW" else MONEY
    if "onetary" in row["type"]:
        return Fact(prefix, name, money.get(name, ""), is_money=True)
    return Fact(prefix, name, HEADER.get(name, ""))


@cache
def presentation() -> tuple[dict[str, str], ...]:
    """The NT7 presentation of the three messages: entrypoint, depth, dictionary, name, type and Dutch label per row."""
    with (Path(__file__).parent / "presentation_nt7.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
