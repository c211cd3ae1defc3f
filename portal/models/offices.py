"""The tax offices: every wall of the product stands between two of them."""

from django.db import models

from portal.text.validators import shows_all


class Office(models.Model):
    """A tax office. No office sees anything of another's."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200, validators=[shows_all])
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name
