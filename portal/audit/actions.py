"""What the people of an office do, as it is written down in the audit trail ('Logboek')."""

from enum import unique
from typing import Final

from portal.models import Action, ActionGroup

SIGNING_IN: Final = ActionGroup("aanmelden", "Inloggen")
USERS: Final = ActionGroup("gebruikers", "Gebruikers")
NUMBERS: Final = ActionGroup("nummers", "Zoeken op BSN/FI")
TRAIL: Final = ActionGroup("logboek", "Logboek")


@unique
class PortalAction(Action):
    """Signing in, who may do so, what is asked by number, and reading the trail itself."""

    SESSION_BEGIN = "session.begin", SIGNING_IN, "Ingelogd"
    SESSION_FAILED = "session.failed", SIGNING_IN, "Inloggen mislukt"
    SESSION_END = "session.end", SIGNING_IN, "Uitgelogd"
    SESSION_END_OTHERS = "session.end_others", SIGNING_IN, "Op andere apparaten uitgelogd"
    SESSION_END_ALL = "session.end_all", SIGNING_IN, "Overal uitgelogd"
    PASSWORD_ASKED = "password.asked", SIGNING_IN, "Nieuw wachtwoord gevraagd"
    PASSWORD_RESET = "password.reset", SIGNING_IN, "Wachtwoord ingesteld via link"
    PASSWORD_CHANGE = "password.change", SIGNING_IN, "Wachtwoord gewijzigd"
    MFA_ADD = "mfa.add", SIGNING_IN, "Tweede stap toegevoegd"
    MFA_REMOVE = "mfa.remove", SIGNING_IN, "Tweede stap verwijderd"
    MFA_RENEW = "mfa.renew", SIGNING_IN, "Nieuwe herstelcodes gemaakt"

    USER_INVITE = "user.invite", USERS, "Uitgenodigd"
    USER_INVITE_AGAIN = "user.invite_again", USERS, "Opnieuw uitgenodigd"
    USER_WITHDRAW = "user.withdraw", USERS, "Uitnodiging ingetrokken"
    USER_JOIN = "user.join", USERS, "Uitnodiging aanvaard"
    USER_NAME = "user.name", USERS, "Eigen naam gewijzigd"
    USER_ROLE = "user.role", USERS, "Rol gewijzigd"
    USER_BLOCK = "user.block", USERS, "Geblokkeerd"
    USER_UNBLOCK = "user.unblock", USERS, "Blokkering opgeheven"
    USER_MFA_OFF = "user.mfa_off", USERS, "Inloggen in twee stappen uitgezet"

    NUMBER_SOUGHT = "number.sought", NUMBERS, "Gezocht op BSN/FI"
    NUMBER_LIMIT = "number.limit", NUMBERS, "Grens van zoeken op BSN/FI bereikt"
    NUMBER_ALLOW = "number.allow", NUMBERS, "Meer zoeken op BSN/FI toegestaan"
    NUMBER_FORBID = "number.forbid", NUMBERS, "Meer zoeken op BSN/FI ingetrokken"

    AUDIT_EXPORT = "audit.export", TRAIL, "Logboek gedownload"


FORMERLY: Final = {"ingelogd": PortalAction.SESSION_BEGIN}
"""As it was written down before; what stands in the trail never changes."""
