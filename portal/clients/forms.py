"""What one looks for a client by."""

from typing import Final

from django import forms

from portal.widgets import Sought, TextInput

SEARCH: Final = "Zoek op naam, klantnummer of BSN/FI"


class FindClientForm(forms.Form):
    """One field for a name, a client number or a BSN/FI."""

    q = Sought(
        label=SEARCH,
        required=False,
        max_length=200,
        widget=TextInput({"type": "search", "autocomplete": "off", "placeholder": SEARCH}),
    )
