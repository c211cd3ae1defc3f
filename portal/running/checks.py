"""Is this installation fit to run? Each check has an id and says what to do about it.

What no installation can run with is refused before (portal/environment/rules.py)."""

import stat
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

from portal.running import static

MAIL_TO_NOBODY: Final = {"console", "dummy", "locmem", "filebased"}
NOBODY: Final = ".example"  # RFC 2606: a name that leads nowhere
THIS_MACHINE: Final = {None, "localhost", "127.0.0.1", "::1"}


@register(Tags.security, deploy=True)
def data_folder_is_private(**kwargs: Any) -> list[CheckMessage]:
    """The portal makes it so (0700), but one that was there before keeps what it had; the database is in it."""
    if not settings.DATA_DIR.exists() or not settings.DATA_DIR.stat().st_mode & stat.S_IRWXO:
        return []
    hint = f"It holds the database and every upload: chmod o-rwx {settings.DATA_DIR}"
    return [
        Warning(f"Anybody on this machine can read the data folder {settings.DATA_DIR}.", hint=hint, id="portal.W002")
    ]


@register(Tags.staticfiles, deploy=True)
def static_files_are_collected(**kwargs: Any) -> list[CheckMessage]:
    """Only on deployment: `migrate` and `collectstatic` itself come before."""
    if not (missing := static.missing_on_disk()):
        return []
    others = f" and {len(missing) - 1} more" if missing[1:] else ""
    told = f"Static files are not collected in {settings.STATIC_ROOT} ({missing[0]}{others}): pages end in an error."
    hint = "Run manage.py collectstatic --noinput, and start the web again where it runs."
    return [Error(told, hint=hint, id="portal.E004")]


@register(Tags.security, deploy=True)
def mail_goes_somewhere(**kwargs: Any) -> list[CheckMessage]:
    if settings.EMAIL_BACKEND.split(".")[-2] not in MAIL_TO_NOBODY:
        return []
    hint = "Set EMAIL_URL, for example submission://name:secret@mail.kantoor.nl:587."
    told = "Mail is not sent: no invitation, no new password, no word that a migration is done."
    return [Warning(told, hint=hint, id="portal.W001")]


@register(Tags.security, deploy=True)
def mail_keeps_its_password_secret(**kwargs: Any) -> list[CheckMessage]:
    if not settings.EMAIL_HOST_PASSWORD or settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL:
        return []
    hint = "Begin EMAIL_URL with submission:// (STARTTLS), or end it in ?ssl=true."
    return [Warning("The mail server gets its password without TLS.", hint=hint, id="portal.W003")]


@register(Tags.security, deploy=True)
def support_is_somebody(**kwargs: Any) -> list[CheckMessage]:
    if not settings.SUPPORT_EMAIL.endswith(NOBODY):
        return []
    hint = "Set SUPPORT_EMAIL to the address where questions of users are read."
    return [Warning(f"'Mail naar support' writes to {settings.SUPPORT_EMAIL}.", hint=hint, id="portal.W004")]


@register(Tags.security, deploy=True)
def links_lead_somewhere(**kwargs: Any) -> list[CheckMessage]:
    """Only said, not warned of: a portal for one machine is at home there."""
    if urlsplit(settings.SITE_URL).hostname not in THIS_MACHINE:
        return []
    hint = "Set SITE_URL to the address under which people reach the portal, such as https://migratie.kantoor.nl."
    return [Info(f"The links in mails lead to {settings.SITE_URL}.", hint=hint, id="portal.I001")]
