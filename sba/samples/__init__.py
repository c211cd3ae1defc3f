"""Invented SBAs that look like real ones, one by one or as a whole ECM export; for demos, tests and benchmarks.

Nobody in here exists: the numbers pass the 11-test but begin with 9 (persons) or 89 (companies), which are not issued,
and the names are made up. The facts of a document come from the NT7 presentation of the three messages
(presentation_nt7.csv); later eras carry the same names in their own namespaces (domain.md §1.1).
"""

from sba.samples.assessments import KINDS, PARTNER, SOMEONE, TAXES, Assessment
from sba.samples.cases import has_kind
from sba.samples.documents import document, render
from sba.samples.eras import entrypoint, taxonomy_of
from sba.samples.exports import export
from sba.samples.people import ClientRow, write_clients

__all__ = (
    "KINDS", "PARTNER", "SOMEONE", "TAXES", "Assessment", "ClientRow", "document", "entrypoint", "export", "has_kind",
    "render", "taxonomy_of", "write_clients",
)  # fmt: skip
