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

from migration.acts import runs as acts
from migration.models import Mail, MailQuerySet, Run
from migration.problems import SUMS_DIFFER
from migration.tasks import move_run
from migration.upkeep import mail, sweeper
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
    run.outbox.update(due=A_MOMENT_AGO)


def silent_for(run: Run, minutes: int, **state: object) -> None:
    """As if nothing had moved it since."""
    moved_at = timezone.now() - timedelta(minutes=minutes)
    Run.objects.filter(pk=run.pk).update(**{"state": Run.State.WRITING, "token": "x", "moved_at": moved_at, **state})


def sweep_and_wait() -> None:
    """Two sweeps, so far apart that whatever the first one noted is due at the second."""
    sweeper.sweep()
    Mail.objects.exclude(due=None).update(due=A_MOMENT_AGO)
    sweeper.sweep()


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
    assert "Van 1 SBA loopt de bezwaartermijn nog." in mailbox.messages[0].get_content()


def test_a_refused_file_is_mailed(mailbox: Mailbox, refused: Run) -> None:
    assert subjects(mailbox) == ["Fout bij migratie: het bestand is geweigerd"]


def test_a_stop_is_mailed_by_the_sweeper(mailbox: Mailbox, ready: Run, anna: User) -> None:
    acts.confirm(ready, anna)
    acts.stop(ready, anna)
    sweeper.sweep()
    assert subjects(mailbox) == ["Migratie gestopt: 0 van 4 geïmporteerd, 2 vragen actie"]


def test_an_undo_is_mailed_too(mailbox: Mailbox, perfect: Run, anna: User) -> None:
    acts.undo(perfect, anna)
    moved(perfect)
    assert subjects(mailbox)[1:] == ["Migratie teruggedraaid: 2 verwijderd, 0 teruggezet naar de vorige versie"]


def test_a_sum_that_is_wrong_is_said_in_the_subject(perfect: Run) -> None:
    perfect.problem_code = SUMS_DIFFER.code
    told = Mail(run=perfect, recipient=perfect.started_by, about=Mail.About.ENDED)
    assert mail.message_about(told).subject == "Fout bij migratie: de telling klopt niet"


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
    assert not Mail.objects.exclude(due=None).exists()


def test_whoever_did_not_tick_it_gets_none(mailbox: Mailbox, imported: Import, client_of_ours: object) -> None:
    imported([document()], mails=False)
    assert mailbox.messages == []


def test_whoever_left_gets_none(mailbox: Mailbox, ready: Run, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)
    acts.confirm(ready, anna)
    moved(ready)
    assert mailbox.messages == []


def test_a_colleague_who_was_chosen_gets_one_too(
    mailbox: Mailbox, imported: Import, client_of_ours: object, anna: User, bram: User
) -> None:
    imported([document()], also_mails=[bram.pk])
    assert sorted(message["To"] for message in mailbox.messages) == [anna.email, bram.email]
    to_bram = next(message for message in mailbox.messages if message["To"] == bram.email)
    assert "een collega u heeft gekozen" in to_bram.get_content()


@pytest.mark.parametrize("change", [{"mail_when": User.MailWhen.NEVER}, {"is_active": False}])
def test_the_own_preference_of_a_colleague_wins(
    mailbox: Mailbox, imported: Import, client_of_ours: object, anna: User, bram: User, change: dict[str, object]
) -> None:
    User.objects.filter(pk=bram.pk).update(**change)
    imported([document()], also_mails=[bram.pk])
    assert [message["To"] for message in mailbox.messages] == [anna.email]


def test_nobody_of_another_office_can_be_chosen(
    mailbox: Mailbox, imported: Import, client_of_ours: object, anna: User, carla: User
) -> None:
    imported([document()], also_mails=[carla.pk])
    assert [message["To"] for message in mailbox.messages] == [anna.email]


# --- While it is under way --------------------------------------------------------------------------------------------


def test_a_run_without_an_answer_is_told_once(mailbox: Mailbox, ready: Run) -> None:
    silent_for(ready, minutes=16)
    sweep_and_wait()
    sweep_and_wait()
    (message,) = mailbox.messages
    assert message["Subject"].strip() == f"Geen antwoord van Nextens: migratie {ready.reference}"
    assert "elk record is helemaal of niet geïmporteerd" in message.get_content()


@pytest.mark.parametrize("state", [{"minutes": 14}, {"minutes": 16, "state": Run.State.RECEIVED, "token": ""}])
def test_a_short_silence_or_a_place_in_the_queue_is_not_told(
    mailbox: Mailbox, ready: Run, state: dict[str, Any]
) -> None:
    silent_for(ready, **state)
    sweep_and_wait()
    assert mailbox.messages == []


def test_a_run_that_went_on_meanwhile_is_not_called_silent(mailbox: Mailbox, ready: Run) -> None:
    silent_for(ready, minutes=20)
    sweeper.sweep()
    assert ready.outbox.count() == 1
    silent_for(ready, minutes=0)
    sweep_and_wait()
    assert mailbox.messages == []


def test_another_stall_is_told_again(mailbox: Mailbox, ready: Run) -> None:
    for minutes in (30, 20):
        silent_for(ready, minutes=minutes)
        sweep_and_wait()
    assert len(mailbox.messages) == 2


def test_silence_asks_for_no_action(mailbox: Mailbox, ready: Run, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(mail_when=User.MailWhen.IF_NEEDED)
    silent_for(ready, minutes=20)
    sweep_and_wait()
    assert mailbox.messages == []


def test_an_early_volgende_that_has_to_wait_for_a_choice_is_told(
    mailbox: Mailbox, checked: Import, client_of_ours: object, anna: User
) -> None:
    User.objects.filter(pk=anna.pk).update(mail_when=User.MailWhen.IF_NEEDED)
    run = checked([document(dated_on=timezone.localdate())], target="afgehandeld", confirmed=True)
    assert run.state == Run.State.READY
    (message,) = mailbox.messages
    assert message["Subject"].strip() == f"Wacht op uw keuze: migratie {run.reference}"
    assert "Van 1 SBA loopt de bezwaartermijn nog." in message.get_content()


def test_a_check_that_somebody_waits_for_is_not_told(mailbox: Mailbox, ready: Run) -> None:
    assert ready.state == Run.State.READY
    assert mailbox.messages == []


def test_a_choice_that_was_made_meanwhile_is_not_asked_for(
    mailbox: Mailbox, checked: Import, client_of_ours: object, anna: User
) -> None:
    with override_settings(EMAIL_PORT=1):
        run = checked([document(dated_on=timezone.localdate())], target="afgehandeld", confirmed=True)
    acts.confirm(run, anna)
    make_due_now(run)
    moved(run)
    sweeper.sweep()
    assert subjects(mailbox) == ["Migratie klaar: 1 van 1 geïmporteerd"]


# --- Once, whoever dies ----------------------------------------------------------------------------------------------


def test_a_worker_that_dies_after_the_end_leaves_the_mail_to_the_sweeper(
    mailbox: Mailbox, ready: Run, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts.confirm(ready, anna)
    with monkeypatch.context() as dying:
        dying.setattr(mail, "send_about", lambda run_id: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            move_run(ready.pk)
    ready.refresh_from_db()
    assert (ready.state, len(mailbox.messages)) == (Run.State.FINISHED, 0)
    sweeper.sweep()
    sweeper.sweep()
    assert len(mailbox.messages) == 1


@pytest.mark.django_db(transaction=True)  # a fault closes the connection
def test_an_end_that_is_rolled_back_is_not_mailed(
    mailbox: Mailbox, ready: Run, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts.confirm(ready, anna)
    with monkeypatch.context() as failing:
        failing.setattr(MailQuerySet, "owe", lambda *args: 1 / 0)
        move_run(ready.pk)
    sweeper.sweep()
    assert mailbox.messages == []


def test_a_mail_in_hand_is_left_alone_until_its_worker_must_be_dead(mailbox: Mailbox, perfect: Run) -> None:
    make_due_now(perfect)
    (told,) = perfect.outbox.all()
    assert mail.claim(told)
    assert not mail.claim(told)
    sweeper.sweep()
    assert len(mailbox.messages) == 1  # of the run itself
    make_due_now(perfect)  # as after five minutes
    sweeper.sweep()
    assert len(mailbox.messages) == 2
    assert len({message["Message-ID"] for message in mailbox.messages}) == 1


def test_a_worker_that_is_killed_while_it_sends_leaves_the_mail_to_another(
    mailbox: Mailbox, ready: Run, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts.confirm(ready, anna)
    with monkeypatch.context() as dying:
        dying.setattr(mail, "deliver", lambda told: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            move_run(ready.pk)
    sweeper.sweep()
    assert mailbox.messages == []
    make_due_now(ready)  # as after five minutes
    sweeper.sweep()
    sweeper.sweep()
    assert len(mailbox.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_send_it_once(mailbox: Mailbox, perfect: Run) -> None:
    make_due_now(perfect)
    start = threading.Barrier(6)

    def send() -> None:
        start.wait()
        with suppress(OperationalError):  # SQLite in memory lets no second writer wait
            mail.send_about(perfect.pk)
        database.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    Mail.objects.exclude(due=None).update(due=A_MOMENT_AGO)
    sweeper.sweep()
    assert len(mailbox.messages) == 2  # the run's own, and this one


def test_a_server_that_says_no_is_tried_again(
    mailbox: Mailbox, ready: Run, anna: User, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.refuses = True
    acts.confirm(ready, anna)
    with caplog.at_level(logging.WARNING):
        moved(ready)
    assert ready.state == Run.State.FINISHED
    assert (ready.outbox.get().tries, ready.outbox.get().sent_at) == (1, None)
    assert anna.email not in caplog.text
    assert "not taken (SMTPDataError)" in caplog.text
    sweeper.sweep()
    assert mailbox.messages == []  # not yet: a pause comes first
    mailbox.refuses = False
    make_due_now(ready)
    sweeper.sweep()
    assert len(mailbox.messages) == 1
    assert ready.outbox.get().due is None
    assert ready.outbox.get().sent_at


def test_a_server_that_is_away_does_not_hold_up_the_run(mailbox: Mailbox, ready: Run, anna: User) -> None:
    acts.confirm(ready, anna)
    with override_settings(EMAIL_PORT=1):
        moved(ready)
    assert (ready.state, ready.outbox.get().tries) == (Run.State.FINISHED, 1)
    make_due_now(ready)
    sweeper.sweep()
    assert len(mailbox.messages) == 1


def test_after_a_few_times_it_is_given_up_and_logged(mailbox: Mailbox, perfect: Run) -> None:
    with override_settings(EMAIL_PORT=1):
        for _ in range(len(mail.PAUSES) + 1):
            make_due_now(perfect)
            sweeper.sweep()
    assert perfect.outbox.get().due is None
    assert perfect.log_lines.filter(event="mail_failed").count() == 1


def test_one_server_that_is_away_is_asked_once_a_sweep(mailbox: Mailbox, perfect: Run, partly: Run) -> None:
    Mail.objects.update(due=A_MOMENT_AGO)
    with override_settings(EMAIL_PORT=1):
        assert mail.send_due() == 0
    assert sorted(Mail.objects.values_list("tries", flat=True)) == [0, 1]
