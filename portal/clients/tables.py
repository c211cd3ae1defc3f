"""The table of clients. Names only: the HTML stands in templates/portal/clients/."""

import django_tables2 as tables

from portal.lists.table import Table
from portal.models import Client


class ClientTable(Table):
    caption = "Klanten"
    part = "clients"
    noun = ("klant", "klanten")

    name = tables.Column(verbose_name="Naam", order_by=("sort_name",))
    tax_id = tables.Column(verbose_name="BSN/FI", orderable=False)
    kind = tables.Column(verbose_name="Soort", order_by=("kind", "sort_name"))
    client_number = tables.Column(verbose_name="Klantnummer")

    class Meta(Table.Meta):
        model = Client
        fields = ("name", "tax_id", "kind", "client_number")
        order_by = "name"
        template_name = "portal/clients/clients_table.html"
        empty_text = "Geen klanten gevonden. Controleer het nummer, of zoek op naam."
