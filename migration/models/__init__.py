"""Run → Record → LogLine. The database is the truth: pages read these rows alone, and never ask Celery."""

from migration.models.aliases import Alias, AliasQuerySet
from migration.models.choices import Choice, ChoiceQuerySet
from migration.models.chores import Chore
from migration.models.condition import SILENCE
from migration.models.documents import Document
from migration.models.mails import Mail, MailQuerySet
from migration.models.outcomes import WRITABLE, Outcome
from migration.models.prior_checks import PriorCheck, PriorCheckQuerySet
from migration.models.records import CONTENT, LogLine, Record, RecordQuerySet
from migration.models.run import Run, RunQuerySet

__all__ = [
    "CONTENT",
    "SILENCE",
    "WRITABLE",
    "Alias",
    "AliasQuerySet",
    "Choice",
    "ChoiceQuerySet",
    "Chore",
    "Document",
    "LogLine",
    "Mail",
    "MailQuerySet",
    "Outcome",
    "PriorCheck",
    "PriorCheckQuerySet",
    "Record",
    "RecordQuerySet",
    "Run",
    "RunQuerySet",
]
