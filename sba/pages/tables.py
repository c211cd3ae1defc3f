"""The SBA's in a client's dossier: names and orders; the rows stand in templates/sba/sba_table.html."""

import django_tables2 as tables

from portal.lists.table import Table
from sba.models import Sba

NUMBER = {"th": {"class": "number"}}
LONG_NUMBER = {"th": {"class": "number wraps"}}


class SbaTable(Table):
    caption = "SBA's in dit dossier"
    noun = ("SBA", "SBA's")

    tax = tables.Column(verbose_name="Aanslag")
    year = tables.Column(verbose_name="Jaar")
    dated_on = tables.Column(verbose_name="Dagtekening")
    until = tables.Column(verbose_name="Bezwaar mogelijk t/m")
    amount = tables.Column(verbose_name="Bedrag", attrs=NUMBER)
    balance = tables.Column(verbose_name="Saldo (zoals aangeleverd)", attrs=LONG_NUMBER)
    status = tables.Column(verbose_name="Status")
    imported_at = tables.Column(verbose_name="Import")

    class Meta(Table.Meta):
        model = Sba
        fields = ("tax", "year", "dated_on", "until", "amount", "balance", "status", "imported_at")
        order_by = ("-year", "tax", "-dated_on")
        template_name = "sba/sba_table.html"
        empty_text = "Er zijn nog geen SBA's in dit dossier."
