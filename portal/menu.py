"""What stands in the settings menu. The upper apps register their entries when they are ready."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from portal.models import User


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the settings menu; `open_actions` counts what waits for this user."""

    label: str
    url_name: str
    open_actions: Callable[[User], int] = lambda user: 0
    place: int = 50  # the lower, the higher in the menu
    is_for: Callable[[User], bool] = lambda user: True


ITEMS: Final[list[Item]] = []


def register(item: Item) -> None:
    if item not in ITEMS:
        ITEMS.append(item)


HELP: Final[list[str]] = []
"""Where 'Hulp' in the header leads: to the page of the app that has one."""


def explain_at(url_name: str) -> None:
    HELP[:] = [url_name]


def shell(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame needs (a context processor)."""
    frame = {"product": settings.PRODUCT}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return frame
    lines = cache(partial(menu_for, request))  # counted once a page, and only where there is a frame
    frame |= {"help_url": reverse(HELP[0]) if HELP else ""}
    return {**frame, "settings_menu": lines, "waiting": lambda: [line for line in lines() if line["open_actions"]]}


def menu_for(request: HttpRequest) -> list[dict[str, Any]]:
    shown = (item for item in ITEMS if item.is_for(request.user))  # type: ignore[arg-type]
    return [menu_line(item, request) for item in sorted(shown, key=lambda item: item.place)]


def menu_line(item: Item, request: HttpRequest) -> dict[str, Any]:
    url = reverse(item.url_name)
    return {
        "label": item.label,
        "url": url,
        "current": request.path.startswith(url),
        "open_actions": item.open_actions(request.user),  # type: ignore[arg-type]
    }
