"""The forms of the wizard, with the sentences of ux.md §10."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from migration.acts.runs import reconsider
from migration.kinds.abilities import Statuses
from migration.kinds.protocol import Kind
from migration.kinds.registry import KINDS, WORDS, ability_of
from migration.models import Run
from migration.models.run import NAME_LENGTH
from migration.road.intake import running_twin
from migration.words.choices import about_candidate, also_for
from migration.words.numbers import megabytes, number
from portal.masking import mask_within
from portal.models import Client, User
from portal.widgets import Lines, OneLine, RadioCards, Text, TextInput


class OptionsForm(forms.Form):
    """What to import, and what its kind asks about it: only the questions of the chosen kind are on the page."""

    importer_slug = forms.ChoiceField(label="Soort", error_messages={"required": "Kies wat u wilt importeren."})
    target = forms.ChoiceField()
    overwrite_status = forms.BooleanField(required=False)
    remark = Lines(
        label="Opmerking bij deze migratie",
        help_text="Uw collega's zien deze opmerking bij de migratie. Zet er geen BSN/FI in.",
        required=False,
        max_length=500,
    )
    asked = Text(required=False, widget=forms.HiddenInput)  # the kind whose questions the page had

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress("importer_slug", [(slug, words.label) for slug, words in WORDS.items()], RadioCards())
        if len(KINDS) == 1:
            self.initial.setdefault("importer_slug", next(iter(KINDS)))
        self.kind = KINDS.get(self["importer_slug"].value() or "")
        self.initial["asked"] = self.kind.slug if self.kind else ""
        self.ask_for_status(ability_of(self.kind, Statuses) if self.kind else None)

    def ask_for_status(self, statuses: Statuses | None) -> None:
        if statuses is None:
            del self.fields["target"], self.fields["overwrite_status"]
            return
        meanings = {str(target.slug): target.meaning for target in statuses.targets}
        self.dress("target", [(target.slug, target.label) for target in statuses.targets], RadioCards(meanings))
        self.fields["target"].label = statuses.question
        self.fields["target"].error_messages["required"] = statuses.missing
        self.fields["overwrite_status"].label = statuses.also_present

    @property
    def has_all_questions(self) -> bool:
        """False where another kind was chosen than the page asked about: then its questions come first."""
        return not self.kind or "target" not in self.fields or self.data.get("asked", self.kind.slug) == self.kind.slug

    @property
    def answers(self) -> dict[str, Any]:
        """What was chosen, as far as it is right; of a kind that asks for no status there is none."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name != "asked"}
        wants_no_status = self.kind is not None and "target" not in self.fields
        return {**chosen, "target": "", "overwrite_status": False} if wants_no_status else chosen

    def dress(self, name: str, choices: list[tuple[str, str]], widget: RadioCards) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.widget = widget
        field.choices = choices

    def clean_remark(self) -> str:
        """A remark is read by many and kept for long: a BSN/FI in it is masked before it is stored."""
        return mask_within(self.cleaned_data["remark"])


class NewsForm(forms.Form):
    """Who gets an e-mail about a migration. Whoever wants none of them is not on the list (User.mail_when)."""

    mails = forms.BooleanField(label="E-mail mij als de migratie klaar is", required=False, initial=True)
    also = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Ook bericht aan", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: User, run: Run | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.is_starter = run is None or run.started_by_id == user.pk
        colleagues = User.objects.visible_to(user).filter(is_active=True).exclude(pk=user.pk)
        also = self.fields["also"]
        assert isinstance(also, forms.ModelMultipleChoiceField)
        also.queryset = colleagues.exclude(mail_when=User.MailWhen.NEVER).order_by("name", "pk")
        if run:
            chosen = set(run.also_mailed.values_list("pk", flat=True))
            self.initial = {"mails": run.mails if self.is_starter else user.pk in chosen, "also": chosen}

    @property
    def wants_none(self) -> bool:
        """A tick would promise what the preference forbids."""
        return self.user.mail_when == User.MailWhen.NEVER

    @property
    def others(self) -> set[int]:
        return {colleague.pk for colleague in self.cleaned_data["also"]}

    def keep(self, run: Run) -> None:
        """The ticks of an upload that nobody confirmed yet. 'Mij' is whoever ticks it."""
        mine: bool = self.cleaned_data["mails"]
        changes = {"mails": mine} if self.is_starter else {"mails": run.mails}
        if reconsider(run, **changes):
            run.also_mailed.set(self.others | ({self.user.pk} if mine and not self.is_starter else set()))


class UploadForm(NewsForm):
    """The file. Whatever can be seen without opening it is said here, in the words of its kind, and leaves no run.

    A browser that sees by itself that the file is no use sends its first bytes only, and its `size`: so the words for
    it stand here alone.
    """

    file = forms.FileField(widget=forms.FileInput, error_messages={"required": "Selecteer een bestand."})
    size = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.twin: Run | None = None
        self.accepts = kind.accepts
        file = self.fields["file"]
        file.label, file.error_messages["empty"] = self.accepts.label, self.accepts.empty
        file.widget.attrs["accept"] = ",".join((*self.accepts.extensions, *self.accepts.media_types))

    @property
    def hint(self) -> str:
        return self.accepts.hint.format(limit=number(settings.UPLOAD_MAX_MB))

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        size = max(file.size or 0, self.claimed_size)
        if size > settings.UPLOAD_MAX_MB * 10**6 or getattr(file, "is_too_large", False):
            raise forms.ValidationError(
                f"Het bestand is te groot ({megabytes(size)})."
                f" Het maximum is {number(settings.UPLOAD_MAX_MB)} MB. {self.accepts.too_large}"
            )
        if not self.looks_right(file):
            name = mask_within(file.name or "")
            raise forms.ValidationError(f'{self.accepts.wrong} U koos "{name}".')
        if twin := running_twin(self.user, file.digest):  # type: ignore[attr-defined]
            self.refuse_for(twin)
        return file

    def refuse_for(self, twin: Run) -> None:
        """The same file is being imported: the page leads to that run."""
        self.twin = twin
        self.add_error("file", "Er loopt al een import van dit bestand. Bekijk de voortgang.")

    def looks_right(self, file: "UploadedFile[bytes]") -> bool:
        head = file.read(self.accepts.head)
        file.seek(0)
        return self.accepts.by_head(head) and self.accepts.by_name(file.name or "")

    @property
    def claimed_size(self) -> int:
        claim = self.data.get("size", "")
        return int(claim) if claim.isdecimal() and len(claim) < 16 else 0


class RunNameForm(forms.Form):
    """What people call a migration. An empty name is none."""

    name = OneLine(
        label="Naam van deze migratie",
        help_text="Bijvoorbeeld 'Export 2024 Zwolle'. Uw collega's zien deze naam. Zet er geen BSN/FI in.",
        required=False,
        max_length=NAME_LENGTH,
        error_messages={"max_length": "Maak de naam korter: hij mag %(limit_value)d tekens lang zijn."},
    )


class IgnoreForm(forms.Form):
    """Why failures need no action. The reason is kept, and read by colleagues."""

    reason = OneLine(
        label="Waarom mag dit worden genegeerd?",
        help_text="Uw collega's lezen dit in de geschiedenis. Zet er geen BSN/FI in.",
        max_length=200,
        error_messages={"required": "Vul in waarom dit mag worden genegeerd."},
    )

    def clean_reason(self) -> str:
        return mask_within(self.cleaned_data["reason"])


class NewClientForm(forms.ModelForm):  # type: ignore[type-arg]
    """A client for a number that is known already."""

    class Meta:
        model = Client
        fields = ("name", "kind")
        field_classes: ClassVar = {"name": OneLine}
        widgets: ClassVar = {"name": TextInput({"autocomplete": "off"}), "kind": RadioCards}
        error_messages: ClassVar = {
            "name": {"required": "Vul de naam van de klant in."},
            "kind": {"required": "Kies of de klant een persoon of een bedrijf is."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = Client.Kind.choices  # none of them is "---------"


class LinkForm(forms.Form):
    """Which client is meant; and a tick, because the number of a client changes."""

    client = forms.TypedChoiceField(
        label="Welke klant is het?",
        coerce=int,
        widget=RadioCards,
        error_messages={"required": "Kies een klant.", "invalid_choice": "Kies een klant uit de lijst."},
    )
    understood = forms.BooleanField(
        label="Ik heb gecontroleerd dat dit het BSN/FI van deze klant is",
        error_messages={"required": "Zet een vinkje als u het BSN/FI hebt gecontroleerd."},
    )

    def __init__(self, *args: Any, candidates: Sequence[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {one.pk: one for one in candidates}
        offer(self.fields["client"], {one.pk: (one.name, about_candidate(one)) for one in candidates})

    def clean_client(self) -> Client:
        return self.candidates[self.cleaned_data["client"]]


class DossierForm(forms.Form):
    """Which dossier of several is meant, and whether that holds for the other records of this client too."""

    dossier = forms.TypedChoiceField(
        label="In welk dossier hoort dit record?",
        coerce=int,
        widget=RadioCards,
        error_messages={"required": "Kies een dossier.", "invalid_choice": "Kies een dossier uit de lijst."},
    )
    others = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        dossiers: Sequence[Client],
        meanings: Mapping[int, str],
        others: Mapping[str, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["dossier"], {one.pk: (one.name, meanings[one.pk]) for one in dossiers if not one.former})
        self.fields["others"].label = also_for(others)
        if not others:
            del self.fields["others"]


class VersionForm(forms.Form):
    """Which version of several holds, by the position of its first record."""

    version = forms.TypedChoiceField(
        label="Welke versie geldt?",
        coerce=int,
        widget=RadioCards,
        error_messages={"required": "Kies een versie.", "invalid_choice": "Kies een versie uit de lijst."},
    )

    def __init__(self, *args: Any, versions: Mapping[int, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["version"], versions)


def offer(field: forms.Field, options: Mapping[int, tuple[str, str]]) -> None:
    """Cards of these values, each with its name and a line about it, masked."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = [(value, mask_within(label)) for value, (label, _) in options.items()]
    field.widget.meanings = {str(value): mask_within(meaning) for value, (_, meaning) in options.items()}


class UndoForm(forms.Form):
    """A tick, because much goes away at once."""

    understood = forms.BooleanField(
        label="Ik begrijp dit", error_messages={"required": "Zet een vinkje bij 'Ik begrijp dit'."}
    )
