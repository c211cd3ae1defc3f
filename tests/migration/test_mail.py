"""One e-mail when a run ends: what it says, to whom it goes, and that it goes out once."""

import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.db import connection as database
from django.test import override_settings
from django.utils import timezone

from migration import mail, pipeline, sweeper
from migration.models import Run
from migration.problems import SUMS_DIFFER
from portal.models import User
from sba.samples import SOMEONE, document
from tests.mailbox import Mailbox, open_mailbox
from tests.migration.conftest import FORMER, UNKNOWN
from tests.sba.conftest import Import, moved

pytestmark = pytest.mark.django_db
A_MOMENT_AGO = timezone.now() - timedelta(seconds=1)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as server:
        settings = {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": server.port,
            "EMAIL_HOST_USER": "",
            "EMAIL_HOST_PASSWORD": "",
            "EMAIL_USE_TLS": False,
            "EMAIL_USE_SSL": False,
            "SITE_URL": "https://portaal.example",
        }
        with override_settings(**settings):
            yield server


def subjects(mailbox: Mailbox) -> list[str]:
    return [message["Subject"].strip() for message in mailbox.messages]


def make_due_now(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(mail_due=A_MOMENT_AGO)


# --- What it says ----------------------------------------------------------------------------------------------------


def test_the_end_of_a_run_is_mailed_in_numbers(mailbox: Mailbox, partly: Run, anna: User) -> None:
    (message,) = mailbox.messages
    assert message["Subject"].strip() == "Migratie klaar: 1 van 4 geïmporteerd, 2 vragen actie"
    assert message["To"] == anna.email
    body = message.get_content()
    assert "Migratie deels geslaagd: 1 van 4 records geïmporteerd. 2 records vragen actie." in body
    assert "mislukt:               3, waarvan 1 verwacht" in body
    assert f"https://portaal.example/instellingen/migratie/{partly.pk}/" in body
    assert "https://portaal.example/instellingen/" in body


def test_nothing_personal_is_in_it(mailbox: Mailbox, partly: Run, anna: User) -> None:
    (message,) = mailbox.messages
    for personal in (SOMEONE, FORMER, UNKNOWN, "Testema", "Onbekend", partly.file_name, anna.name):
        assert personal not in message.as_string()


def test_a_run_without_trouble_asks_for_nothing(mailbox: Mailbox, perfect: Run) -> None:
    assert subjects(mailbox) == ["Migratie klaar: 2 van 2 geïmporteerd"]


def test_running_terms_are_told(mailbox: Mailbox, imported: Import, client_of_ours: object) -> None:
    imported([document(dated_on=timezone.localdate())], target="te-beoordelen")
    assert "Van 1 record loopt de bezwaartermijn nog." in mailbox.messages[0].get_content()


def test_a_refused_file_is_mailed(mailbox: Mailbox, refused: Run) -> None:
    assert subjects(mailbox) == ["Fout bij migratie: het bestand is geweigerd"]


def test_a_stop_is_mailed_by_the_sweeper(mailbox: Mailbox, ready: Run, anna: User) -> None:
    ready.confirm(by=anna)
    ready.stop(by=anna)
    sweeper.sweep()
    assert subjects(mailbox) == ["Migratie gestopt: 0 van 4 geïmporteerd, 2 vragen actie"]


def test_an_undo_is_mailed_too(mailbox: Mailbox, perfect: Run, anna: User) -> None:
    perfect.undo(anna)
    moved(perfect)
    assert subjects(mailbox)[1:] == ["Migratie teruggedraaid: 2 verwijderd, 0 teruggezet naar de vorige versie"]


def test_a_sum_that_is_wrong_is_said_in_the_subject(perfect: Run) -> None:
    perfect.problem_code = SUMS_DIFFER.code
    assert mail.message_about(perfect).subject == "Fout bij migratie: de telling klopt niet"


# --- To whom ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "perfect_one", "partly_one"),
    [(User.MailWhen.ALWAYS, 1, 1), (User.MailWhen.IF_NEEDED, 0, 1), (User.MailWhen.NEVER, 0, 0)],
)
def test_the_preference_decides(
    when: str, perfect_one: int, partly_one: int, mailbox: Mailbox, imported: Import, client_of_ours: object, anna: User
) -> None:
    anna.mail_when = when
    anna.save()
    imported([document()])
    assert len(mailbox.messages) == perfect_one
    imported([document(), b"<kapot"])
    assert len(mailbox.messages) == perfect_one + partly_one
    assert not Run.objects.exclude(mail_due=None).exists()


def test_whoever_did_not_tick_it_gets_none(mailbox: Mailbox, imported: Import, client_of_ours: object) -> None:
    imported([document()], mails=False)
    assert mailbox.messages == []


def test_whoever_left_gets_none(mailbox: Mailbox, ready: Run, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)
    ready.confirm(by=anna)
    moved(ready)
    assert mailbox.messages == []


# --- Once, whoever dies ----------------------------------------------------------------------------------------------


def test_a_worker_that_dies_after_the_end_leaves_the_mail_to_the_sweeper(
    mailbox: Mailbox, ready: Run, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready.confirm(by=anna)
    with monkeypatch.context() as dying:
        dying.setattr(mail, "send", lambda run_id: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            pipeline.move(ready.pk)
    ready.refresh_from_db()
    assert (ready.state, len(mailbox.messages)) == (Run.State.FINISHED, 0)
    sweeper.sweep()
    sweeper.sweep()
    assert len(mailbox.messages) == 1


@pytest.mark.django_db(transaction=True)  # a fault closes the connection
def test_an_end_that_is_rolled_back_is_not_mailed(
    mailbox: Mailbox, ready: Run, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready.confirm(by=anna)
    with monkeypatch.context() as failing:
        failing.setattr(Run, "owe_mail", lambda run: 1 / 0)
        pipeline.move(ready.pk)
    sweeper.sweep()
    assert mailbox.messages == []


def test_a_claim_that_died_is_never_sent_twice(mailbox: Mailbox, perfect: Run) -> None:
    make_due_now(perfect)
    assert mail.claim(perfect)
    assert not mail.claim(perfect)
    sweeper.sweep()
    assert len(mailbox.messages) == 1  # of the run itself


@pytest.mark.django_db(transaction=True)
def test_many_at_once_send_it_once(mailbox: Mailbox, perfect: Run) -> None:
    make_due_now(perfect)
    start = threading.Barrier(6)

    def send() -> None:
        start.wait()
        with suppress(OperationalError):  # SQLite in memory lets no second writer wait
            mail.send(perfect.pk)
        database.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Run.objects.exclude(mail_due=None).update(mail_due=A_MOMENT_AGO)
    sweeper.sweep()
    assert len(mailbox.messages) == 2  # the run's own, and this one


def test_a_server_that_says_no_is_tried_again(
    mailbox: Mailbox, ready: Run, anna: User, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.refuses = True
    ready.confirm(by=anna)
    with caplog.at_level(logging.WARNING):
        moved(ready)
    assert ready.state == Run.State.FINISHED
    assert (ready.mail_tries, ready.mailed_at) == (1, None)
    assert anna.email not in caplog.text
    assert "not taken (SMTPDataError)" in caplog.text
    sweeper.sweep()
    assert mailbox.messages == []  # not yet: a pause comes first
    mailbox.refuses = False
    make_due_now(ready)
    sweeper.sweep()
    assert len(mailbox.messages) == 1
    ready.refresh_from_db()
    assert ready.mail_due is None
    assert ready.mailed_at


def test_a_server_that_is_away_does_not_hold_up_the_run(mailbox: Mailbox, ready: Run, anna: User) -> None:
    ready.confirm(by=anna)
    with override_settings(EMAIL_PORT=1):
        moved(ready)
    assert (ready.state, ready.mail_tries) == (Run.State.FINISHED, 1)
    make_due_now(ready)
    sweeper.sweep()
    assert len(mailbox.messages) == 1


def test_after_a_few_times_it_is_given_up_and_logged(mailbox: Mailbox, perfect: Run, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    for _ in range(len(mail.PAUSES) + 1):
        make_due_now(perfect)
        sweeper.sweep()
    perfect.refresh_from_db()
    assert perfect.mail_due is None
    assert perfect.log_lines.filter(event="mail_failed").count() == 1


def test_one_server_that_is_away_is_asked_once_a_sweep(mailbox: Mailbox, perfect: Run, partly: Run) -> None:
    Run.objects.update(mail_due=A_MOMENT_AGO)
    with override_settings(EMAIL_PORT=1):
        assert mail.send_due() == 0
    assert sorted(Run.objects.values_list("mail_tries", flat=True)) == [0, 1]
