"""The second step of signing in: allauth's, with our words, and with its secrets unreadable in the database."""

import base64
import hashlib
from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from portal.people.allauth_private import NamedAsTheProduct

NOT_RIGHT: Final = (
    "Deze code klopt niet. Neem de code die nu in uw app staat, of een herstelcode die u nog niet hebt gebruikt."
)
NO_SECOND_STEP: Final = "Herstelcodes horen bij een authenticator-app of een passkey. Stel er eerst een in."
KINDS: Final[dict[str, str]] = {
    Authenticator.Type.TOTP: "authenticator-app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "herstelcodes",
}


class SecondStepAdapter(NamedAsTheProduct):
    error_messages = {  # noqa: RUF012 (allauth has it as an instance variable)
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": NOT_RIGHT,
        "cannot_generate_recovery_codes": NO_SECOND_STEP,
    }

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; where no key of ours opens it, the code is wrong: an empty secret would be one to guess."""
        try:
            return cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise self.validation_error("incorrect_code") from error

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an element of the page: the policy allows no image that comes inside an address."""
        return super().build_totp_svg(url).partition("?>")[2].strip()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"


def cipher() -> MultiFernet:
    """Locks with the secret of this installation, and opens with the ones before it too."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(key_of(secret)) for secret in secrets])


def key_of(secret: str) -> bytes:
    """What it begins with is no module's name: another text, and nobody's second step opens any more."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"portal.mfa:{secret}".encode()).digest())
