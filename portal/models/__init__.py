"""Offices, the people who work there, their clients, and what was done: the walls stand here."""

from portal.models.audit import Action, ActionGroup, AuditEvent, AuditEventQuerySet, OnlyAddedTo
from portal.models.clients import Client, ClientQuerySet, FormerNumber, FormerNumberQuerySet
from portal.models.offices import Office
from portal.models.people import Invitation, InvitationQuerySet, User, UserManager, UserQuerySet

__all__ = [
    "Action",
    "ActionGroup",
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
