"""Whether two files tell of one assessment in the same words. No Django."""

from migration.files.xbrl.elements import ADDRESS_LENGTH
from migration.files.xbrl.parsing import root_of
from migration.files.xbrl.sayings import digest_of_sayings
from migration.files.xbrl.taxonomy import fact_name
from sba.reading import concepts, numbers
from sba.reading.message import DIALECT


def sayings_of(content: bytes) -> str:
    """A digest of all that an SBA says; Rejected where it cannot be read."""
    return digest_of_sayings(root_of(content, DIALECT), as_it_counts)


def as_it_counts(tag: str, text: str) -> str:
    """The assessment number is delivered with and without dots."""
    is_number = len(tag) < ADDRESS_LENGTH and fact_name(tag) in concepts.ASSESSMENT_NUMBER
    return numbers.assessment_number(text).text if is_number else text
