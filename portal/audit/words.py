"""The words of the audit trail, which the upper apps register when they are ready."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that belong together: a choice of the filter, and the words of each action."""

    slug: str
    label: str
    words: Mapping[str, str]


GROUPS: Final[list[Group]] = []


def register(group: Group) -> None:
    if group not in GROUPS:
        GROUPS.append(group)


def words_of(action: str) -> str:
    """What was done: 'Uitgelogd'. An action that nobody registered is shown as it was written down."""
    return next((group.words[action] for group in GROUPS if action in group.words), action)


def actions_of(slug: str) -> list[str]:
    return [action for group in GROUPS if group.slug == slug for action in group.words]


register(
    Group(
        "aanmelden",
        "Aanmelden",
        {
            "session.begin": "Ingelogd",
            "ingelogd": "Ingelogd",  # as it was written down before; what stands in the trail never changes
            "session.failed": "Inloggen mislukt",
            "session.end": "Uitgelogd",
            "password.asked": "Nieuw wachtwoord gevraagd",
            "password.reset": "Wachtwoord ingesteld via link",
            "password.change": "Wachtwoord gewijzigd",
            "mfa.add": "Tweede stap toegevoegd",
            "mfa.remove": "Tweede stap verwijderd",
            "mfa.renew": "Nieuwe herstelcodes gemaakt",
        },
    )
)
register(
    Group(
        "gebruikers",
        "Gebruikers",
        {
            "user.invite": "Uitgenodigd",
            "user.invite_again": "Opnieuw uitgenodigd",
            "user.withdraw": "Uitnodiging ingetrokken",
            "user.join": "Uitnodiging aanvaard",
            "user.role": "Rol gewijzigd",
            "user.block": "Geblokkeerd",
            "user.unblock": "Blokkering opgeheven",
            "user.mfa_off": "Twee-stapsaanmelding uitgezet",
        },
    )
)
register(Group("logboek", "Logboek", {"audit.export": "Logboek gedownload"}))
