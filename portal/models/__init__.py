"""Offices, the people who work there, their clients, and what was done: the walls stand here."""

from portal.models.people import (
    AuditEvent,
    AuditEventQuerySet,
    Client,
    ClientQuerySet,
    FormerNumber,
    FormerNumberQuerySet,
    Invitation,
    InvitationQuerySet,
    Office,
    OnlyAddedTo,
    User,
    UserManager,
    UserQuerySet,
)

__all__ = [
    "AuditEvent",
    "AuditEventQuerySet",
    "Client",
    "ClientQuerySet",
    "FormerNumber",
    "FormerNumberQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Office",
    "OnlyAddedTo",
    "User",
    "UserManager",
    "UserQuerySet",
]
