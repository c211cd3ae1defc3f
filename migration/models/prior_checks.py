"""What an office has seen to before its first migration."""

from typing import ClassVar, Self

from django.db import models

from portal.models import Office, User


class PriorCheckQuerySet(models.QuerySet["PriorCheck"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)


class PriorCheck(models.Model):
    """One of the four checks (prior_checks.py), ticked by somebody of the office. Taken back, the row is gone."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="prior_checks")
    slug = models.CharField(max_length=20)
    ticked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ticked_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PriorCheckQuerySet] = PriorCheckQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "slug"], name="prior_check_once"),)

    def __str__(self) -> str:
        return self.slug
