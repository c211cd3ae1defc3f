"""The forms of the wizard, with the sentences of ux.md §10."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from migration.importers import IMPORTERS
from migration.intake import running_twin
from migration.models import Run
from migration.words import number
from portal.forms import RadioCards, Textarea, TextInput
from portal.masking import mask_within
from portal.models import User

SIGNATURE = b"PK"
"""How every ZIP begins, the empty one included."""


class OptionsForm(forms.Form):
    """What to import, and which status it gets."""

    importer_slug = forms.ChoiceField(label="Soort", error_messages={"required": "Kies wat u wilt importeren."})
    target = forms.ChoiceField(error_messages={"required": "Kies de gewenste status van de SBA's."})
    overwrite_status = forms.BooleanField(label="Status van SBA's die al aanwezig zijn ook wijzigen", required=False)
    remark = forms.CharField(
        label="Opmerking bij deze migratie",
        help_text="Uw collega's zien deze opmerking bij de migratie. Zet er geen BSN/FI in.",
        required=False,
        max_length=500,
        widget=Textarea,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = list(IMPORTERS.values())
        targets = [target for kind in kinds for target in kind.targets]
        self.dress("importer_slug", [(kind.slug, kind.label) for kind in kinds], RadioCards())
        if len(kinds) == 1:
            self.fields["importer_slug"].initial = kinds[0].slug
        meanings = {str(target.slug): target.meaning for target in targets}
        self.dress("target", [(target.slug, target.label) for target in targets], RadioCards(meanings))
        self.fields["target"].label = "Gewenste status van de SBA's na de import"

    def dress(self, name: str, choices: list[tuple[str, str]], widget: RadioCards) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.widget = widget
        field.choices = choices

    def clean_remark(self) -> str:
        """A remark is read by many and kept for long: a BSN/FI in it is masked before it is stored."""
        return mask_within(self.cleaned_data["remark"])


class UploadForm(forms.Form):
    """The ZIP. Whatever can be seen without opening it is said here, and leaves no run.

    A browser that sees by itself that the file is no use sends its first bytes only, and its `size`: so the words for
    it stand here alone.
    """

    file = forms.FileField(
        label="ZIP-bestand van de ECM",
        widget=forms.FileInput({"accept": ".zip,application/zip"}),
        error_messages={"required": "Selecteer een bestand.", "empty": "Selecteer een bestand."},
    )
    mails = forms.BooleanField(label="E-mail mij als de migratie klaar is", required=False, initial=True)
    size = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.twin: Run | None = None

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size = max(file.size or 0, self.claimed_size)
        if size > settings.UPLOAD_MAX_MB * 10**6 or getattr(file, "is_too_large", False):
            raise forms.ValidationError(
                f"Het bestand is te groot ({number(size // 10**6)} MB)."
                f" Het maximum is {number(settings.UPLOAD_MAX_MB)} MB. Splits de export per jaar."
            )
        if not looks_like_zip(file):
            name = mask_within(file.name or "")
            raise forms.ValidationError(f'Het bestand moet een ZIP-bestand zijn. U koos "{name}".')
        self.twin = running_twin(self.user, file.digest)  # type: ignore[attr-defined]
        if self.twin:
            raise forms.ValidationError("Er loopt al een import van dit bestand. Bekijk de voortgang.")
        return file

    @property
    def claimed_size(self) -> int:
        claim = self.data.get("size", "")
        return int(claim) if claim.isdecimal() and len(claim) < 16 else 0


def looks_like_zip(file: "UploadedFile[bytes]") -> bool:
    head = file.read(len(SIGNATURE))
    file.seek(0)
    return head == SIGNATURE and (file.name or "").lower().endswith(".zip")


class IgnoreForm(forms.Form):
    """Why failures need no action. The reason is kept, and read by colleagues."""

    reason = forms.CharField(
        label="Waarom mag dit worden genegeerd?",
        help_text="Uw collega's lezen dit in de geschiedenis. Zet er geen BSN/FI in.",
        max_length=200,
        widget=TextInput({"autocomplete": "off"}),
        error_messages={"required": "Vul in waarom dit mag worden genegeerd."},
    )

    def clean_reason(self) -> str:
        return mask_within(self.cleaned_data["reason"])


class UndoForm(forms.Form):
    """A tick, because much goes away at once."""

    understood = forms.BooleanField(
        label="Ik begrijp dit", error_messages={"required": "Zet een vinkje bij 'Ik begrijp dit'."}
    )
