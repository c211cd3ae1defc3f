"""What can be written down: every action has its words, and nothing else gets into the trail."""

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from migration.audit_actions import MigrationAction
from migration.words import logs
from portal.audit import words
from portal.audit.actions import PortalAction
from portal.models import Action, AuditEvent, User

ROOT = Path(__file__).parents[3]
APPS = ("portal", "migration", "sba")
ACTIONS = [*PortalAction, *MigrationAction]
STORED = set(
    """
    audit.export check.tick check.untick client.create client.former client.link client.not_former client.reactivate
    download.csv.alle download.csv.mislukt download.files download.json download.support download.support.revealed
    download.xlsx.alle download.xlsx.mislukt mfa.add mfa.remove mfa.renew overview.download password.asked
    number.allow number.forbid number.limit number.sought
    password.change password.reset record.copy record.dossier record.download record.heed record.ignore record.retry
    record.reveal record.version run.confirm run.discard run.download run.file_removed run.gave_up run.records_removed
    run.last_versions run.rename run.repeat run.report run.resume run.stop run.undo run.upload session.begin session.end
    session.end_all session.end_others session.failed user.block
    user.invite user.invite_again user.join user.mfa_off user.name user.role user.unblock user.withdraw
    """.split()  # noqa: SIM905 (as a list it would be fifty lines)
)


def sources() -> dict[str, str]:
    return {str(path): path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py")}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.slug)
def test_every_action_that_is_written_down_has_words(action: Action) -> None:
    assert words.words_of(action.slug) == action.words != action.slug
    assert action.group in words.groups()
    assert action.slug in words.slugs_of(action.group.slug)


def test_every_action_can_be_written_down_by_somebody() -> None:
    texts = " ".join(text for path, text in sources().items() if not path.endswith("actions.py"))
    assert [action for action in ACTIONS if f"{type(action).__name__}.{action.name}" not in texts] == []


def test_no_app_has_actions_that_the_trail_does_not_know() -> None:
    ours = {one for one in Action.__subclasses__() if one.__module__.partition(".")[0] in APPS}
    assert ours == {PortalAction, MigrationAction}


def test_two_actions_never_share_a_name_in_the_trail() -> None:
    with pytest.raises(ValueError, match=r"two actions are called user\.block"):
        words.register(Action("Another", {"USER_BLOCK": ("user.block", PortalAction.USER_BLOCK.group, "Iets")}))


def test_what_stands_in_the_trail_keeps_its_words() -> None:
    """Added to, where there is something new to do; never changed: lines of years ago are read by these."""
    assert {action.slug for action in ACTIONS} == STORED


def test_an_action_that_nobody_knows_is_not_written_down(anna: User) -> None:
    unknown: Any = "user.block"
    with pytest.raises(AttributeError):
        AuditEvent.objects.note(anna, unknown, "iemand")
    with pytest.raises(AttributeError):
        AuditEvent.objects.note_by_itself(anna.office_id, unknown, "iemand")
    assert not AuditEvent.objects.exists()


def test_nobody_writes_one_down_in_free_text() -> None:
    """Neither by its slug, nor past the two ways that take an action."""
    slug = re.compile("|".join(re.escape(f'"{one}"') for one in STORED))
    free = {path: slug.findall(text) for path, text in sources().items() if not path.endswith("actions.py")}
    assert {path: found for path, found in free.items() if found} == {}
    past = re.compile(r"(?<!class )AuditEvent\(|AuditEvent\.objects\.(?:bulk_)?create\(")
    assert [path for path, text in sources().items() if past.search(text)] == []


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.deed], ids=lambda action: action.slug)
def test_what_the_history_tells_names_its_actor_and_ends_in_a_full_stop(action: Action) -> None:
    named = {field for _, field, _, _ in Formatter().parse(action.deed) if field}
    assert "actor" in named <= {"actor", "record"}
    assert action.deed.endswith(".")
    assert action.slug in logs.DEEDS
