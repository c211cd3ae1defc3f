"""An invented SBA as an XBRL instance."""

import zlib
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any, Final
from xml.sax.saxutils import escape

from sba.reading import terms
from sba.samples.assessments import Assessment
from sba.samples.eras import entrypoint, namespaces, prefix_of
from sba.samples.facts import Fact, facts_of

STREETS: Final = ("Proeflaan", "Voorbeeldstraat", "Fictieplein", "Testweg", "Modelkade")
TOWNS: Final = ("Voorbeeldstad", "Nergenshuizen", "Proefdorp", "Verzonnenveen")


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
    amounts = count()
    facts = facts_of(tax, taxonomy, kind)
    rows = [_element(fact, amounts) for fact in facts]
    money = next(amounts)
    if taxonomy < 20:  # NT20 does away with tuples
        tuples = prefix_of("bd-asl-tuples", taxonomy)
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
    spaces = "\n".join(f'  xmlns:{prefix}="{uri}"' for prefix, uri in namespaces(taxonomy).items())
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


def _contexts(taxonomy: int) -> list[str]:
    """Our own context and the partner's, from NT20 on that of a row too (a typed dimension); then unit and partner."""
    contexts = [_context("d", "{tax_id}", _member("Party", "Declarant") + _member("Time", "Current"))]
    contexts.append(_context("p", "{partner}", _member("Party", "Partner") + _member("Time", "Current")))
    if taxonomy >= 20:
        contexts.append(_context("r", "{tax_id}", _member("Party", "Declarant") + ROW))
    unit = '<xbrli:unit id="EUR"><xbrli:measure>iso4217:EUR</xbrli:measure></xbrli:unit>'
    partner = (
        f'<{prefix_of("bd-burgers", taxonomy)}:TaxpayerIncomeOverallAmount contextRef="p" unitRef="EUR" decimals="INF">'
    )
    return [*contexts, unit, f"{partner}31415</{prefix_of('bd-burgers', taxonomy)}:TaxpayerIncomeOverallAmount>"]


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
