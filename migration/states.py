"""The states of a run, and every way from one to another: a transition that does not stand here does not happen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.db.models import TextChoices


class State(TextChoices):
    RECEIVED = "received", "Geüpload"
    CHECKING = "checking", "Controleren"
    READY = "ready", "Wacht op uw keuze"
    WRITING = "writing", "Importeren"
    FINISHED = "finished", "Afgerond"
    REFUSED = "refused", "Geweigerd"
    STOPPED = "stopped", "Gestopt"
    RETRYING = "retrying", "Opnieuw proberen"
    UNDOING = "undoing", "Terugdraaien"
    UNDONE = "undone", "Teruggedraaid"


MOVING: Final = (State.RECEIVED, State.CHECKING, State.WRITING, State.RETRYING, State.UNDOING)
"""A worker should be busy with it."""
RESTING: Final = (State.FINISHED, State.REFUSED, State.STOPPED, State.UNDONE)
"""It ended, and nobody set it in motion again."""
UNCONFIRMED: Final = (State.RECEIVED, State.CHECKING, State.READY)
"""Nothing of it is imported; whether somebody pressed the last 'Volgende' already says `confirmed_at`."""
FORESEEN: Final = (*UNCONFIRMED, State.REFUSED)
"""Nothing was written: what its check found to fail has not failed yet, and asks nothing."""
ACTED_ON: Final = (State.FINISHED, State.STOPPED)
"""What came of it stands: it can be ignored, or undone."""


class Verb(StrEnum):
    """What a user does with a run (acts/)."""

    CONFIRM = "confirm"
    DISCARD = "discard"
    STOP = "stop"
    RESUME = "resume"
    RETRY = "retry"
    IGNORE = "ignore"  # and 'heed', which takes it back
    UNDO = "undo"
    REPEAT = "repeat"
    REMOVE_FILE = "remove_file"
    RENAME = "rename"


class Step(StrEnum):
    """What the road does with it by itself (road/)."""

    CHECK = "check"
    REFUSE = "refuse"  # the upload as a whole is of no use
    ASK = "ask"  # the check is done, and somebody has to confirm
    GO_ON = "go_on"  # the check is done, and somebody confirmed before
    FINISH = "finish"
    LOSE = "lose"  # the upload is gone
    GIVE_UP = "give_up"  # a fault of ours came back each time


Moves = tuple[Verb | Step, ...]

TRANSITIONS: Final[Mapping[State, Mapping[State, Moves]]] = {
    State.RECEIVED: {
        State.CHECKING: (Step.CHECK,),
        State.REFUSED: (Step.REFUSE, Step.LOSE, Step.GIVE_UP),
    },
    State.CHECKING: {
        State.READY: (Step.ASK,),
        State.WRITING: (Step.GO_ON,),
        State.REFUSED: (Step.REFUSE, Step.LOSE, Step.GIVE_UP),
    },
    State.READY: {
        State.WRITING: (Verb.CONFIRM,),
    },
    State.WRITING: {
        State.FINISHED: (Step.FINISH, Step.LOSE),
        State.STOPPED: (Verb.STOP, Step.GIVE_UP),
    },
    State.FINISHED: {
        State.RETRYING: (Verb.RETRY, Verb.RESUME),  # that only where a fault of ours ended a retry
        State.UNDOING: (Verb.UNDO,),
    },
    State.REFUSED: {
        State.CHECKING: (Verb.RESUME,),  # only where a fault of ours ended the check
    },
    State.STOPPED: {
        State.WRITING: (Verb.RESUME,),
        State.UNDOING: (Verb.UNDO,),
    },
    State.RETRYING: {
        State.FINISHED: (Step.FINISH, Step.GIVE_UP),
        State.STOPPED: (Step.GIVE_UP,),
    },
    State.UNDOING: {
        State.UNDONE: (Step.FINISH,),
        State.FINISHED: (Step.GIVE_UP,),
        State.STOPPED: (Step.GIVE_UP,),  # a part of the file was never processed
    },
    State.UNDONE: {},
}

STAYING: Final[Mapping[Verb, tuple[State, ...]]] = {
    Verb.CONFIRM: UNCONFIRMED,  # before the check is done, it is only written down
    Verb.DISCARD: (*UNCONFIRMED, State.REFUSED),  # that only where a fault of ours ended the check
    Verb.IGNORE: ACTED_ON,
    Verb.REPEAT: (State.FINISHED, State.STOPPED, State.UNDONE),
    Verb.REMOVE_FILE: RESTING,
    Verb.RENAME: tuple(State),
}
"""What can be done with a run without another state for it."""


class Forbidden(Exception):
    """A defect: code wants a transition that the table does not know."""


def demand(source: State, target: State) -> None:
    if target not in TRANSITIONS[source]:
        raise Forbidden(f"from {source} to {target}")


def allows(state: str, verb: Verb) -> bool:
    """Whether a run in this state can be confirmed, stopped, undone …; a verb may ask more (models/condition.py)."""
    state = State(state)
    return state in STAYING.get(verb, ()) or any(verb in moves for moves in TRANSITIONS[state].values())


def after(state: str, verb: Verb) -> State:
    """Where that leads to."""
    return next(target for target, moves in TRANSITIONS[State(state)].items() if verb in moves)
