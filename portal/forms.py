"""Forms in our own words, and the way every form of the product is rendered."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from allauth.account.forms import LoginForm, ResetPasswordKeyForm
from django import forms
from django.forms.renderers import TemplatesSetting

from portal.models import Invitation, User

PASSWORD_HINT = "Minstens 12 tekens; een zin die u onthoudt is het best."


class Renderer(TemplatesSetting):
    """Label, hint, error, field: templates/portal/field.html, for every form."""

    field_template_name = "portal/forms/field.html"


class TextInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "input", **(attrs or {})})


class Textarea(forms.Textarea):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "textarea", "rows": 3, **(attrs or {})})


class Select(forms.Select):
    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": "select", **(attrs or {})}, choices)


class RadioCards(forms.RadioSelect):
    """A few large choices; `meanings` says of each value in one line what it does."""

    template_name = "portal/widgets/radio_cards.html"

    def __init__(self, meanings: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.meanings = meanings or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "meaning": self.meanings.get(str(value), "")}


class SignInForm(LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["login"], "E-mailadres", missing="Vul uw e-mailadres in.", autocomplete="username")
        dress(self.fields["password"], "Wachtwoord", missing="Vul uw wachtwoord in.", autocomplete="current-password")
        self.fields["login"].error_messages["invalid"] = "Vul een e-mailadres in, zoals naam@kantoor.nl."


class NewPasswordForm(ResetPasswordKeyForm):
    """The first password of a user, or a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = "Vul een wachtwoord in."
        dress(self.fields["password1"], "Nieuw wachtwoord", missing=missing, autocomplete="new-password")
        dress(self.fields["password2"], "Nieuw wachtwoord, nogmaals", missing=missing, autocomplete="new-password")
        self.fields["password1"].help_text = PASSWORD_HINT

    def clean(self) -> dict[str, Any]:
        return agree(self)


def agree(form: forms.Form) -> dict[str, Any]:
    """What the form holds, once the new password was typed the same twice."""
    fields = forms.Form.clean(form) or {}
    if {"password1", "password2"} <= fields.keys() and fields["password1"] != fields["password2"]:
        form.add_error("password2", "De twee wachtwoorden zijn niet gelijk.")
    return fields


def dress(field: forms.Field, label: str, missing: str, autocomplete: str) -> None:
    """Give a field of allauth our label, our words and our looks."""
    field.label, field.help_text = label, ""
    field.error_messages["required"] = missing
    field.widget.attrs = {"class": "input", "autocomplete": autocomplete}


class MailForm(forms.ModelForm):  # type: ignore[type-arg]
    """When one wants an e-mail about a migration."""

    class Meta:
        model = User
        fields = ("mail_when",)
        labels: ClassVar = {"mail_when": "E-mail bij migratie"}
        help_texts: ClassVar = {
            "mail_when": (
                "Als een migratie klaar, gestopt of teruggedraaid is, op uw keuze wacht of niet verder komt:"
                " een die u hebt gestart, of waarbij een collega u heeft gekozen."
            )
        }
        widgets: ClassVar = {"mail_when": RadioCards()}


ROLE_MEANINGS: Final[dict[str, str]] = {
    User.Role.READER: "Bekijkt klanten en migraties.",
    User.Role.OPERATOR: "Start ook migraties, probeert opnieuw en negeert.",
    User.Role.MANAGER: "Beheert ook gebruikers, draait migraties terug en bekijkt een BSN/FI.",
}


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a user may do."""

    class Meta:
        model = User
        fields = ("role",)
        labels: ClassVar = {"role": "Rol"}
        widgets: ClassVar = {"role": RadioCards(ROLE_MEANINGS)}
        error_messages: ClassVar = {"role": {"required": "Kies een rol."}}


class InviteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Somebody new. Only what one's own office knows of the address is told."""

    class Meta:
        model = Invitation
        fields = ("name", "email", "role")
        labels: ClassVar = {"name": "Naam", "email": "E-mailadres", "role": "Rol"}
        widgets: ClassVar = {
            "name": TextInput({"autocomplete": "off"}),
            "email": TextInput({"autocomplete": "off", "inputmode": "email"}),
            "role": RadioCards(ROLE_MEANINGS),
        }
        error_messages: ClassVar = {
            "name": {"required": "Vul een naam in."},
            "email": {
                "required": "Vul een e-mailadres in.",
                "invalid": "Vul een e-mailadres in, zoals naam@kantoor.nl.",
            },
            "role": {"required": "Kies een rol."},
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.visible_to(self.by).filter(email__iexact=email).exists():
            raise forms.ValidationError("Dit adres is al van een gebruiker van uw kantoor.")
        if Invitation.objects.visible_to(self.by).filter(email__iexact=email).exists():
            raise forms.ValidationError(
                "Dit adres is al uitgenodigd. Verstuur die uitnodiging opnieuw, of trek haar in."
            )
        return email


SEARCH = "Zoek op naam, klantnummer of BSN/FI"


class FindClientForm(forms.Form):
    """One field for a name, a client number or a BSN/FI."""

    q = forms.CharField(
        label=SEARCH,
        required=False,
        max_length=200,
        widget=TextInput({"type": "search", "autocomplete": "off", "placeholder": SEARCH}),
    )
