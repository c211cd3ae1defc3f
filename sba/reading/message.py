"""The XBRL instance of an SBA: what its entrypoint says, and which assessment it is about. No Django."""

from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from migration.files.xbrl.dialect import Dialect
from migration.files.xbrl.instance import Instance
from migration.files.xbrl.taxonomy import fact_name, taxonomy_of, taxonomy_of_fact
from migration.files.xbrl.values import shown
from migration.problems import Rejected
from sba import cautions, problems
from sba.reading import concepts, numbers


def is_of_tax_register(scheme: str) -> bool:
    """Whether an identifier with this scheme is a number that the Belastingdienst gave (domain.md §1.3)."""
    return concepts.TAX_REGISTER.match(scheme) is not None


DIALECT: Final = Dialect(
    names=concepts.NAMES,
    labels=concepts.LABEL_OF,
    own_members=concepts.OWN_MEMBERS,
    fact_name=fact_name,
    tax_id=lambda scheme, identifier: numbers.tax_id(identifier) if is_of_tax_register(scheme) else None,
    sign=concepts.ASSESSMENT_NUMBER[0],
    problems=problems.XBRL,
)


class Entrypoint(NamedTuple):
    """What schemaRef points to: the tax of an SBA, or which other message it is, and the NT; "" and 0 where unknown."""

    tax: str
    other: str
    taxonomy: int


class Message(Instance):
    """An instance of which the own facts are those about the assessment of the message."""

    def __init__(self, root: etree._Element) -> None:
        super().__init__(root, DIALECT)
        self.taxonomy = 0  # of the assessment number; of the entrypoint as long as that is not found
        self.warnings: list[str] = []

    def refuse_other_messages(self) -> str | None:
        """The tax by the entrypoint, None where it is no known SBA; Rejected where it is another known message.

        An entrypoint that is missing or unknown is no reason to refuse an SBA: its facts tell. It gets a warning.
        """
        taxes = set()
        for href in self.hrefs:
            tax, other, taxonomy = entrypoint_of(href)
            if other:
                raise DIALECT.other_message(other)
            self.taxonomy = max(self.taxonomy, taxonomy)
            taxes.add(tax)
        taxes.discard("")
        if not taxes:
            self.warnings.append(cautions.MESSAGE_UNKNOWN.code)
        return taxes.pop() if len(taxes) == 1 else None

    def choose_assessment(self) -> None:
        """Find the one assessment number, and by its context whom the message is about.

        The header of an SBA has no BSN/RSIN of its own: identity is the identifier of this context (domain.md §1.4).
        """
        (name,) = concepts.ASSESSMENT_NUMBER
        facts = self.facts(name)
        if not facts:
            raise self._no_assessment(name)
        self.taxonomy = taxonomy_of_fact(facts[0].tag)
        self.choose_own(facts, name)

    def _no_assessment(self, name: str) -> Rejected:
        if name in self.foreign:
            return Rejected(problems.TAXONOMY_UNKNOWN, taxonomy=shown(self.foreign[name]))
        if not any(entrypoint_of(href).tax for href in self.hrefs):
            return DIALECT.other_message("een ander bericht (in XBRL), zonder aanslagnummer")
        return DIALECT.missing(concepts.ASSESSMENT_NUMBER)


@lru_cache(maxsize=256)
def entrypoint_of(href: str) -> Entrypoint:
    file = href.rpartition("/")[2].lower()
    sba = concepts.SBA_ENTRYPOINT.fullmatch(file)
    if sba:
        return Entrypoint(concepts.TAX_BY_ENTRYPOINT[sba["tax"]], "", taxonomy_of(href))
    return Entrypoint("", next((what for part, what in concepts.OTHER_MESSAGES if part in file), ""), taxonomy_of(href))
