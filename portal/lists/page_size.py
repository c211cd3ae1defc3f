"""How many rows a list shows at a time: what the address says, else what its reader chose last."""

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

PAGE_SIZE: Final = 50
SIZES: Final = (25, 50, 100, 200)
NAME: Final = "aantal"
POSITIONS: Final = ("page", "na", "voor", NAME)
"""What an address says about the place in a list: another number of rows begins at the first one."""


def size_in(query: QueryDict) -> int | None:
    """A number that may be chosen, or None."""
    text = query.get(NAME, "")
    return next((size for size in SIZES if str(size) == text), None)


def rows_per_page(request: HttpRequest) -> int:
    return size_in(request.GET) or (request.user.page_size if request.user.is_authenticated else PAGE_SIZE)


def resized(address: str, size: int) -> str:
    """The same list of our own, with so many rows and from its beginning; '/' for an address elsewhere."""
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return "/"
    parts = urlsplit(address)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] not in POSITIONS]
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.path}?{urlencode([*kept, (NAME, str(size))])}{fragment}"
