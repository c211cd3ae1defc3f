"""The same for the forms and the models of Django, in words for whoever typed it."""

from typing import Final

from django.core.exceptions import ValidationError

from portal.text.hidden import IN_LINES, hidden_in

SENTENCE: Final = (
    "Hierin staat een teken dat u niet ziet of dat niet in een tekst hoort (%(letter)s). Typ de tekst opnieuw,"
    " zonder te plakken."
)


def shows_all(text: str) -> None:
    """Nothing in this line is hidden."""
    if letter := hidden_in(text):
        raise ValidationError(SENTENCE, code="hidden", params={"letter": letter})


def shows_all_in_lines(text: str) -> None:
    shows_all(IN_LINES.sub(" ", text))
