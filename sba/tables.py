"""The SBA's in a client's dossier."""

import django_tables2 as tables

from portal.tables import MomentColumn, NumberColumn, Table
from sba.models import Sba


class SbaTable(Table):
    caption = "SBA's in dit dossier"
    noun = ("SBA", "SBA's")

    tax = tables.TemplateColumn(template_name="sba/cells/assessment.html", verbose_name="Aanslag")
    year = tables.Column(verbose_name="Jaar", localize=False)
    dated_on = MomentColumn(verbose_name="Dagtekening")
    until = tables.TemplateColumn(template_name="sba/cells/until.html", verbose_name="Bezwaar mogelijk t/m")
    amount = NumberColumn(verbose_name="Bedrag")
    balance = NumberColumn(verbose_name="Saldo (zoals aangeleverd)")
    status = tables.Column(verbose_name="Status")
    imported_at = tables.TemplateColumn(template_name="sba/cells/imported.html", verbose_name="Geïmporteerd")

    class Meta(Table.Meta):
        model = Sba
        fields = ("tax", "year", "dated_on", "until", "amount", "balance", "status", "imported_at")
        order_by = ("-year", "tax", "-dated_on")
        empty_text = "Er zijn nog geen SBA's in dit dossier."

    def render_amount(self, value: int) -> str:
        return euros(value)

    def render_balance(self, value: int) -> str:
        return euros(value)


def euros(amount: int) -> str:
    """Whole euros as Dutch print sets them: € 25.451, € -1.234 (domain.md §8)."""
    return f"€\N{NO-BREAK SPACE}{amount:,}".replace(",", ".")
