"""Why a ZIP is refused as a whole, and its figures as Dutch readers write them."""

from migration.problems import Rejected
from sba import problems


def damaged(detail: str) -> Rejected:
    return Rejected(problems.ZIP_DAMAGED, detail=detail)


def unsafe(detail: str) -> Rejected:
    return Rejected(problems.ZIP_UNSAFE, detail=detail)


def differs() -> Rejected:
    return unsafe("een bestand zegt iets anders over zichzelf dan de inhoudsopgave")


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def decimal(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0").replace(".", ",")
