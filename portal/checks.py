"""Is this installation fit to run? Each check has an id and says what to do about it."""

import os
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

BROKERS: Final = {"filesystem", "redis", "rediss", "amqp", "amqps", "pyamqp", "memory"}
SECRET_LENGTH: Final = 50
MAIL_TO_NOBODY: Final = {"console", "dummy", "locmem", "filebased"}


@register
def broker_is_known(**kwargs: Any) -> list[CheckMessage]:
    scheme = urlsplit(settings.CELERY_BROKER_URL).scheme
    if scheme in BROKERS:
        return []
    hint = "Use filesystem:// on one machine, redis://… or amqp://… on more."
    return [Error(f"CELERY_BROKER_URL has the unknown scheme '{scheme}'.", hint=hint, id="portal.E001")]


@register
def data_folder_is_writable(**kwargs: Any) -> list[CheckMessage]:
    if os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return []
    hint = "Give the user that runs the portal the right to write there, or point DATA_DIR elsewhere."
    return [Error(f"The data folder {settings.DATA_DIR} cannot be written to.", hint=hint, id="portal.E002")]


@register
def secret_is_long_enough(**kwargs: Any) -> list[CheckMessage]:
    if len(settings.SECRET_KEY) >= SECRET_LENGTH:
        return []
    hint = f"Take at least {SECRET_LENGTH} characters: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    return [Error("SECRET_KEY is too short to keep sessions safe.", hint=hint, id="portal.E003")]


@register(Tags.security, deploy=True)
def mail_goes_somewhere(**kwargs: Any) -> list[CheckMessage]:
    if settings.EMAIL_BACKEND.split(".")[-2] not in MAIL_TO_NOBODY:
        return []
    hint = "Set EMAIL_URL, for example smtp+tls://user:password@mail.kantoor.nl:587."
    return [Warning("Mail is not sent: nobody hears that a migration is done.", hint=hint, id="portal.W001")]
