"""How a record can end."""

from django.db import models


class Outcome(models.TextChoices):
    """How one record ended; every record has exactly one."""

    NEW = "new", "Nieuw"
    OVERWRITTEN = "overwritten", "Overschreven"
    UNCHANGED = "unchanged", "Ongewijzigd"
    FAILED = "failed", "Mislukt"
    UNPROCESSED = "unprocessed", "Niet verwerkt"
    UNDONE = "undone", "Teruggedraaid"
    OTHER = "other", "Overgeslagen"


WRITABLE = (Outcome.NEW, Outcome.OVERWRITTEN, Outcome.UNCHANGED)
