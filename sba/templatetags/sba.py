"""What the dossier's templates need."""

from django import template

register = template.Library()


@register.filter
def euros(amount: int | None) -> str:
    """Whole euros as Dutch print sets them: € 25.451, € -1.234 (domain.md §8)."""
    return "–" if amount is None else f"€\N{NO-BREAK SPACE}{amount:,}".replace(",", ".")
