"""One e-mail when a run ends: an outbox in the database, so that it goes out once, whoever dies.

The transaction that ends a run sets `mail_due` (Run.owe_mail). Whoever sends it claims it first, by one UPDATE that
only one caller wins; the connection stands by then, so little can go wrong in between. A mail that the server does not
take becomes due again later. There is never a name or a BSN/FI in it.
"""

import logging
from contextlib import closing
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models.functions import Now
from django.template.loader import render_to_string

from migration import lease, words
from migration.models import Run, RunQuerySet
from portal.models import User

logger = logging.getLogger(__name__)

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 180))
"""How long to wait after each failure; after the last one nobody tries again."""


def send_due() -> int:
    """Send what is due, the oldest first (sweeper.py); how many went out. Where the server fails, the rest waits."""
    sent = 0
    for run_id in list(due().order_by("mail_due").values_list("pk", flat=True)[:20]):
        if not send(run_id):
            break
        sent += 1
    return sent


def due() -> RunQuerySet:
    return Run.objects.filter(mail_due__lte=Now())


def send(run_id: int) -> bool:
    """Send the e-mail of this run, if one is due; False where the server does not take it. Never raises for that."""
    run = due().select_related("started_by").filter(pk=run_id).first()
    if run is None:
        return True
    if not is_wanted(run):
        due().filter(pk=run.pk).update(mail_due=None)
        return True
    try:
        deliver(run, get_connection())
    except Exception as error:  # a server that is away, or says no; its words may hold an address, so they stay out
        logger.warning("Run %s: the e-mail was not taken (%s)", run.pk, type(error).__name__)
        postpone(run)
        return False
    return True


def deliver(run: Run, connection: BaseEmailBackend) -> None:
    connection.open()
    with closing(connection):
        if not claim(run):
            return
        try:
            connection.send_messages([message_about(run)])
        except Exception:
            give_back(run)
            raise


def claim(run: Run) -> bool:
    """True for the one caller that may send it now."""
    return bool(due().filter(pk=run.pk).update(mail_due=None, mailed_at=Now()))


def give_back(run: Run) -> None:
    Run.objects.filter(pk=run.pk, mail_due=None).update(mail_due=run.mail_due, mailed_at=None)


def postpone(run: Run) -> None:
    """Due again after a pause, as long as there is one left. What somebody else sent meanwhile is due no more."""
    tries = run.mail_tries
    again = lease.from_now(PAUSES[tries]) if tries < len(PAUSES) else None
    postponed = due().filter(pk=run.pk).update(mail_due=again, mail_tries=tries + 1)
    if postponed and again is None:
        run.log("mail_failed")


def is_wanted(run: Run) -> bool:
    user = run.started_by
    if not user.is_active or user.mail_when == User.MailWhen.NEVER:
        return False
    return user.mail_when == User.MailWhen.ALWAYS or asks_for_action(run)


def asks_for_action(run: Run) -> bool:
    return run.state != Run.State.UNDONE and bool(run.needs_action or run.unprocessed or run.problem_code)


# --- The text ---------------------------------------------------------------------------------------------------------


def message_about(run: Run) -> EmailMessage:
    """The same ending has the same Message-ID: a server that gets it twice can tell."""
    host = urlsplit(settings.SITE_URL).hostname
    message_id = f"<{run.reference}.{run.state}.{run.moved_at:%Y%m%d%H%M%S%f}@{host}>"
    body = render_to_string("migration/mail.txt", {"run": run, "site": settings.SITE_URL.rstrip("/")})
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    return EmailMessage(words.subject(run), body, to=[run.started_by.email], headers=headers)
