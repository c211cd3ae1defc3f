"""What the people of an office fill in: who may do what, who is invited, and when one wants an e-mail."""

from typing import Any, ClassVar, Final

from django import forms

from portal.masking import mask_within
from portal.models import Invitation, User
from portal.widgets import OneLine, RadioCards, TextInput


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """When one wants an e-mail about a migration, and whether single keys do something."""

    class Meta:
        model = User
        fields = ("mail_when", "shortcuts")
        labels: ClassVar = {"mail_when": "E-mail bij migratie", "shortcuts": "Sneltoetsen gebruiken"}
        help_texts: ClassVar = {
            "mail_when": (
                "Als een migratie klaar, gestopt of teruggedraaid is, op uw keuze wacht of niet verder komt:"
                " een die u hebt gestart, of waarbij een collega u heeft gekozen."
            ),
            "shortcuts": (
                "Losse toetsen: / naar het zoekveld, j en k een rij verder en terug, n naar de volgende mislukte,"
                " ? voor dit overzicht. Laat dit uit als u de computer met uw stem bedient."
            ),
        }
        widgets: ClassVar = {"mail_when": RadioCards()}


class NameForm(forms.Form):
    """One's own name, as colleagues see it."""

    name = OneLine(
        label="Naam",
        help_text="Zo staat u in het logboek, bij migraties en in de lijst van gebruikers.",
        max_length=User._meta.get_field("name").max_length,
        widget=TextInput({"autocomplete": "name"}),
        error_messages={
            "required": "Vul uw naam in.",
            "max_length": "Maak uw naam korter: ten hoogste %(limit_value)d tekens.",
        },
    )


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


class QuestionsForm(forms.Form):
    """Why somebody may search by number more often today. The reason is kept, and read by the managers."""

    reason = OneLine(
        label="Waarom is dit nodig?",
        help_text="De beheerders lezen dit in het logboek. Zet er geen BSN/FI in.",
        max_length=User._meta.get_field("more_questions_why").max_length,
        error_messages={
            "required": "Vul in waarom dit nodig is.",
            "max_length": "Maak de reden korter: ten hoogste %(limit_value)d tekens.",
        },
    )

    def clean_reason(self) -> str:
        return mask_within(self.cleaned_data["reason"])


class InviteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Somebody new. Only what one's own office knows of the address is told."""

    class Meta:
        model = Invitation
        fields = ("name", "email", "role")
        labels: ClassVar = {"name": "Naam", "email": "E-mailadres", "role": "Rol"}
        field_classes: ClassVar = {"name": OneLine}
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
