"""The panels of a client's page, below the facts. The upper apps register their panels when they are ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.access import SignedInRequest
from portal.models import Client


@dataclass(frozen=True, slots=True)
class Panel:
    """One block of the dossier: its heading, its template, and what that template needs."""

    title: str
    template: str
    context: Callable[[Client, SignedInRequest], Mapping[str, Any]]


PANELS: Final[list[Panel]] = []


def register(panel: Panel) -> None:
    if panel not in PANELS:
        PANELS.append(panel)


def panels_of(client: Client, request: SignedInRequest) -> list[tuple[str, SafeString]]:
    """Title and HTML of every panel, in the order in which they were registered."""
    return [(panel.title, rendered(panel, client, request)) for panel in PANELS]


def rendered(panel: Panel, client: Client, request: SignedInRequest) -> SafeString:
    return render_to_string(panel.template, {"client": client, **panel.context(client, request)}, request)
