"""Numbers as Dutch sentences have them."""

from django.utils.formats import number_format


def number(value: int) -> str:
    """1240 → '1.240'."""
    return str(number_format(value))


def counted(count: int, one: str, many: str) -> str:
    return f"{number(count)} {one if count == 1 else many}"


def records(count: int) -> str:
    return counted(count, "record", "records")


def others(count: int) -> str:
    """'het andere record', 'de 12 andere records'."""
    return "het andere record" if count == 1 else f"de {number(count)} andere records"


def megabytes(size: int) -> str:
    """A file's size as people say it: '38 MB', '1,4 MB', '12 kB'."""
    if size < 10**6:
        return f"{number(max(1, round(size / 1000)))} kB"
    return f"{number_format(round(size / 10**6, 1) if size < 10**7 else round(size / 10**6))} MB"
