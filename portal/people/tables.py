"""The tables of users and of invitations. Names only: the HTML stands in templates/portal/."""

import django_tables2 as tables

from portal.lists.table import Table
from portal.models import Invitation, User


class UserTable(Table):
    caption = "Gebruikers"
    noun = ("gebruiker", "gebruikers")

    name = tables.Column(verbose_name="Naam")
    email = tables.Column(verbose_name="E-mailadres")
    role = tables.Column(verbose_name="Rol")
    last_login = tables.Column(verbose_name="Laatst ingelogd")
    second_step = tables.Column(verbose_name="Twee stappen")

    class Meta(Table.Meta):
        model = User
        fields = ("name", "email", "role", "last_login", "second_step")
        order_by = "name"
        template_name = "portal/people/users_table.html"


class InvitationTable(Table):
    caption = "Uitnodigingen die openstaan"

    name = tables.Column(verbose_name="Naam")
    email = tables.Column(verbose_name="E-mailadres")
    role = tables.Column(verbose_name="Rol")
    sent_at = tables.Column(verbose_name="Verstuurd")
    actions = tables.Column(verbose_name="Acties", empty_values=(), attrs={"th": {"class": "actions"}})

    class Meta(Table.Meta):
        model = Invitation
        fields = ("name", "email", "role", "sent_at", "actions")
        orderable = False
        template_name = "portal/people/invitations_table.html"
