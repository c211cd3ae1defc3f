"""The words of the audit trail, for every action of every app; the upper apps register theirs when they are ready."""

from typing import Final

from portal.audit.actions import FORMERLY, PortalAction
from portal.models import Action, ActionGroup

ACTIONS: Final[dict[str, Action]] = {}


def register(actions: type[Action]) -> None:
    for action in actions:
        if ACTIONS.setdefault(action.slug, action) is not action:
            raise ValueError(f"two actions are called {action.slug}")


register(PortalAction)
ACTIONS.update(FORMERLY)


def words_of(slug: str) -> str:
    """What was done: 'Uitgelogd'. An action that nobody registered is shown as it was written down."""
    return ACTIONS[slug].words if slug in ACTIONS else slug


def groups() -> list[ActionGroup]:
    """In the order in which they were registered."""
    return list(dict.fromkeys(action.group for action in ACTIONS.values()))


def slugs_of(group: str) -> list[str]:
    return [slug for slug, action in ACTIONS.items() if action.group.slug == group]
