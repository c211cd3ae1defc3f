"""The forms of allauth in our words: signing in, a forgotten or new password, codes, and passkeys."""

from typing import Any, Final

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.http import HttpRequest

from portal.audit.actions import PortalAction
from portal.people.allauth_private import code_as_compared
from portal.people.tries import note_for
from portal.text.validators import shows_all
from portal.widgets import OneLine

PASSWORD_HINT: Final = "Minstens 12 tekens; een zin die u onthoudt is het best."
CODE_LIFE: Final = 120
"""Seconds in which the code of an app could be used again: three periods of 30 count as now, and one for the clocks."""
CODE_MISSING: Final = "Vul de code in."
CODE_HINT: Final = "De zes cijfers uit uw authenticator-app, of een herstelcode."
CODE_LABEL: Final = "Code van zes cijfers"


class SignInForm(account.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["login"], "E-mailadres", missing="Vul uw e-mailadres in.", autocomplete="username")
        dress(self.fields["password"], "Wachtwoord", missing="Vul uw wachtwoord in.", autocomplete="current-password")
        self.fields["login"].error_messages["invalid"] = "Vul een e-mailadres in, zoals naam@kantoor.nl."


class ForgottenForm(account.ResetPasswordForm):
    """'Wachtwoord vergeten?': one e-mail goes out whatever the address is, so that neither page nor time tells."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["email"], "E-mailadres", missing="Vul uw e-mailadres in.", autocomplete="username")
        self.fields["email"].error_messages["invalid"] = "Vul een e-mailadres in, zoals naam@kantoor.nl."

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        note_for(email, PortalAction.PASSWORD_ASKED)
        if self.users:
            super().save(request, **kwargs)
        else:
            get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class NewPasswordForm(account.ResetPasswordKeyForm):
    """The first password of a user, or a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = "Vul een wachtwoord in."
        dress(self.fields["password1"], "Nieuw wachtwoord", missing=missing, autocomplete="new-password")
        dress(self.fields["password2"], "Nieuw wachtwoord, nogmaals", missing=missing, autocomplete="new-password")
        self.fields["password1"].help_text = PASSWORD_HINT

    def clean(self) -> dict[str, Any]:
        return agree(self)


class ChangePasswordForm(account.ChangePasswordForm):
    """The password now, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = "Vul een wachtwoord in."
        now, new, again = (self.fields[name] for name in ("oldpassword", "password1", "password2"))
        dress(now, "Huidig wachtwoord", missing="Vul uw huidige wachtwoord in.", autocomplete="current-password")
        dress(new, "Nieuw wachtwoord", missing=missing, autocomplete="new-password")
        dress(again, "Nieuw wachtwoord, nogmaals", missing=missing, autocomplete="new-password")
        new.help_text = PASSWORD_HINT

    def clean_oldpassword(self) -> str:
        """Counted as a try to sign in: who took over a session may not guess here without end."""
        password: str = self.cleaned_data["oldpassword"]
        if self.user is None or not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password

    def clean(self) -> dict[str, Any]:
        return agree(self)


def agree(form: forms.Form) -> dict[str, Any]:
    """What the form holds, once the new password was typed the same twice."""
    fields = forms.Form.clean(form) or {}
    if {"password1", "password2"} <= fields.keys() and fields["password1"] != fields["password2"]:
        form.add_error("password2", "De twee wachtwoorden zijn niet gelijk.")
    return fields


class PasswordAgainForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = "Vul uw wachtwoord in."
        dress(self.fields["password"], "Wachtwoord", missing=missing, autocomplete="current-password")


class CodeForm(mfa.AuthenticateForm):
    """The second step: a code of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress_code(self.fields["code"], "Code", CODE_HINT)

    def clean_code(self) -> str:
        return used_once(self.user.pk, super().clean_code())


class CodeAgainForm(mfa.ReauthenticateForm):
    """The same, to confirm that it is still the same person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress_code(self.fields["code"], "Code", CODE_HINT)

    def clean_code(self) -> str:
        return used_once(self.user.pk, super().clean_code())


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress_code(self.fields["code"], CODE_LABEL)

    def clean_code(self) -> str:
        return used_once(self.user.pk, super().clean_code())


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """Always a passkey that signs in by itself: kept by the device, and opened by a finger, a face or a PIN.

    allauth's script reads the box, and asks the device for such a one; here it is never empty.
    """

    passwordless = forms.BooleanField(
        required=False, initial=True, widget=forms.CheckboxInput({"hidden": True, "checked": True})
    )
    name = OneLine(
        label="Naam",
        help_text="Waaraan u deze passkey herkent, bijvoorbeeld 'Laptop' of 'Telefoon'.",
        required=False,
        max_length=100,
    )
    optional_is_plain = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages.update(required=NO_PASSKEY, invalid=NO_PASSKEY)

    def clean_passwordless(self) -> bool:
        return True


NO_PASSKEY: Final = "Er is geen passkey gemaakt. Probeer het opnieuw."


def dress(field: forms.Field, label: str, missing: str, autocomplete: str) -> None:
    """Give a field of allauth our label, our words and our looks."""
    field.label, field.help_text = label, ""
    field.error_messages["required"] = missing
    field.widget.attrs = {"class": "input", "autocomplete": autocomplete}
    if isinstance(field.widget, forms.PasswordInput):  # which may be shown: no checker of spelling is to see it
        field.widget.attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    else:
        field.validators.append(shows_all)


def dress_code(field: forms.Field, label: str, hint: str = "") -> None:
    dress(field, label, missing=CODE_MISSING, autocomplete="one-time-code")
    field.help_text = hint
    field.widget.attrs.update({"class": "input input-short", "inputmode": "numeric", "autocapitalize": "off"})


def used_once(user_id: int, code: str) -> str:
    """The code, the first time. allauth remembers it for one period of 30 seconds only, and accepts three."""
    if not cache.add(f"portal.code:{user_id}:{code_as_compared(code)}", True, timeout=CODE_LIFE):
        raise get_mfa_adapter().validation_error("incorrect_code")
    return code
