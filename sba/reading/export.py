"""The ZIP that the ECM exports: what in it may be an SBA, and what it may ask of us. No Django."""

from typing import Final

from migration.files.zip.rules import MB, Limits, ZipRules
from sba import problems

EXPORT: Final = ZipRules(
    problems=problems.ZIP,
    suffixes=(".xbrl", ".xml"),
    loose={b"<xbrl": "het is een los bericht"},
    limits=Limits(member=20 * MB),  # what Digipoort accepts as one message (domain.md §1.3)
)
