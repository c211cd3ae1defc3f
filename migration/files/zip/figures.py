"""The figures in a refusal, as Dutch readers write them. No Django."""


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def decimal(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0").replace(".", ",")
