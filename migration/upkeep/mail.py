"""E-mail about a run, out of an outbox in the database (models/mails.py): once per person and moment, whoever dies.

The transaction in which something happens puts the mails in (`owe`). Whoever sends one claims it first, by one UPDATE
that only one caller wins and that holds for a while: a worker that dies in the middle leaves it to the next.
Only one that dies between the server's 'taken' and our next statement lets it go out again, with the same Message-ID.
A mail whose news is old by then, because the run went on, is not sent. There is never a name or a BSN/FI in it.
"""

import logging
from contextlib import closing
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Exists, F, OuterRef
from django.template.loader import render_to_string

from migration.models import Mail, Run, RunQuerySet
from migration.models.chores import from_now
from migration.words import runs
from portal.models import User

logger = logging.getLogger(__name__)

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 180))
"""How long to wait after each failure; after the last one nobody tries again."""
IN_HAND: Final = timedelta(minutes=5)
"""How long a claim holds: longer than a server may take to answer (EMAIL_TIMEOUT)."""
SILENT_FOR: Final = timedelta(minutes=15)
"""Without progress for this long, whoever waits for the run is told."""
BENEFIT_OF_DOUBT: Final = timedelta(seconds=60)
"""A run that was silent may go on as soon as a worker is there again: then there is nothing to tell."""


def send_due() -> int:
    """Send what is due, the oldest first (sweeper.py); how many are settled. Where the server fails, the rest waits."""
    settled = 0
    for mail in Mail.objects.due().select_related("run", "recipient").order_by("due", "pk")[:20]:
        if not send(mail):
            break
        settled += 1
    return settled


def send_about(run_id: int) -> None:
    """Send what is due about this run. Never raises because of a server."""
    for mail in Mail.objects.due().filter(run=run_id).select_related("run", "recipient").order_by("pk"):
        send(mail)


def send(mail: Mail) -> bool:
    """Send this mail, if it is still wanted and nobody else has it in hand; False where the server does not take it."""
    if not claim(mail):
        return True
    mail.run.refresh_from_db()  # as it is now, not as it was when the list was made
    if not is_wanted(mail):
        Mail.objects.filter(pk=mail.pk).update(due=None)
        return True
    try:
        deliver(mail)
    except Exception as error:  # a server that is away, or says no; its words may hold an address, so they stay out
        logger.warning("Run %s: the e-mail was not taken (%s)", mail.run_id, type(error).__name__)
        postpone(mail)
        return False
    return True


def claim(mail: Mail) -> bool:
    """True for the one caller that may send it now."""
    return bool(Mail.objects.due().filter(pk=mail.pk).update(due=from_now(IN_HAND)))


def deliver(mail: Mail) -> None:
    with closing(get_connection()) as connection:
        connection.send_messages([message_about(mail)])
    Mail.objects.filter(pk=mail.pk).update(due=None, sent_at=from_now(timedelta()))


def postpone(mail: Mail) -> None:
    """Due again after a pause, as long as there is one left."""
    again = from_now(PAUSES[mail.tries]) if mail.tries < len(PAUSES) else None
    Mail.objects.filter(pk=mail.pk).update(due=again, tries=mail.tries + 1)
    if again is None:
        mail.run.log("mail_failed")


def is_wanted(mail: Mail) -> bool:
    """Whether it is still true, and the recipient wants such news."""
    user, run = mail.recipient, mail.run
    if not user.is_active or user.office_id != run.office_id or user.mail_when == User.MailWhen.NEVER:
        return False
    holds = run.moved_at == mail.happened_at
    return holds and (user.mail_when == User.MailWhen.ALWAYS or asks_for_action(mail))


def asks_for_action(mail: Mail) -> bool:
    """A run that is silent goes on by itself; one that ended may have left something to do."""
    if mail.about != Mail.About.ENDED:
        return mail.about == Mail.About.ASKS
    run = mail.run
    return run.state != Run.State.UNDONE and bool(run.needs_action or run.unprocessed or run.problem_code)


# --- Silence ----------------------------------------------------------------------------------------------------------


def note_silence() -> None:
    """Owe a mail about every run that does not move, once per stall: a run that moves again begins a new one."""
    for run in silent_runs():
        Mail.objects.owe(run, Mail.About.SILENT, after=BENEFIT_OF_DOUBT)


def silent_runs() -> RunQuerySet:
    told = Mail.objects.filter(run=OuterRef("pk"), about=Mail.About.SILENT, happened_at=OuterRef("moved_at"))
    unclaimed = {"state": Run.State.RECEIVED, "token": ""}  # it waits its turn, and says so
    silent = Run.objects.moving().filter(moved_at__lt=from_now(-SILENT_FOR))
    return silent.exclude(**unclaimed).filter(~Exists(told)).order_by(F("moved_at"))


# --- The text ---------------------------------------------------------------------------------------------------------


def message_about(mail: Mail) -> EmailMessage:
    """The same mail has the same Message-ID: a server that gets it twice can tell."""
    host = urlsplit(settings.SITE_URL).hostname
    message_id = f"<{mail.run.reference}.{mail.about}.{mail.pk}@{host}>"
    context = {"run": mail.run, "mail": mail, "site": settings.SITE_URL.rstrip("/"), "product": settings.PRODUCT}
    body = render_to_string("migration/mail/mail.txt", context)
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    return EmailMessage(runs.subject(mail), body, to=[mail.recipient.email], headers=headers)
