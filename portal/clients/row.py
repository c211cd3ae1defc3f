"""One client as a list has it. No Django: who reads a list needs no database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`tax_id` in nine digits; `kind` is person or company."""

    tax_id: str
    name: str
    kind: str
    former: bool
    client_number: str

    @property
    def identity(self) -> tuple[str, ...]:
        """By what a client is known again: the office's own number, else BSN/FI and name."""
        return (self.client_number,) if self.client_number else (self.tax_id, self.name)
