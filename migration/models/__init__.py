"""Run → Record → LogLine. The database is the truth: pages read these rows alone, and never ask Celery."""

from migration.models.outcomes import WRITABLE, Outcome
from migration.models.records import LogLine, Record, RecordQuerySet
from migration.models.run import SILENCE, Run, RunQuerySet

__all__ = ["SILENCE", "WRITABLE", "LogLine", "Outcome", "Record", "RecordQuerySet", "Run", "RunQuerySet"]
