"""The wizard as data: kind → options → file → check → confirm, on three pages; the answers wait in the session."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Self

from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

from migration.kinds.abilities import Statuses
from migration.kinds.protocol import Kind
from migration.kinds.registry import KINDS, ability_of
from migration.models import Run
from migration.road.intake import Order
from portal.models import User

KEY: Final = "migration.wizard"


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user answered so far. Going back keeps them; the end of the wizard forgets them."""

    prepared: bool = False
    importer_slug: str = ""
    target: str = ""
    overwrite_status: bool = False
    remark: str = ""
    run_id: int = 0  # the file, once it is here: a run that nobody confirmed yet

    @classmethod
    def of(cls, session: SessionBase | dict[str, Any]) -> Self:
        kept = session.get(KEY, {})  # perhaps of another version
        return cls(**{field.name: kept[field.name] for field in fields(cls) if field.name in kept})

    @classmethod
    def again(cls, run: Run) -> Self:
        """As if everything was answered as for this run, and its file is here."""
        return cls(True, run.importer_slug, run.target, run.overwrite_status, run.remark, run_id=run.pk)

    def keep(self, session: SessionBase | dict[str, Any], **changes: Any) -> "Answers":
        answers = replace(self, **changes)
        session[KEY] = asdict(answers)
        return answers

    @property
    def kind(self) -> Kind | None:
        return KINDS.get(self.importer_slug)

    @property
    def is_complete(self) -> bool:
        """Everything is answered that the chosen kind asks."""
        statuses = ability_of(self.kind, Statuses) if self.kind else None
        return self.kind is not None and (not statuses or self.target in {target.slug for target in statuses.targets})

    @property
    def choices(self) -> dict[str, Any]:
        return {"target": self.target, "overwrite_status": self.overwrite_status, "remark": self.remark}

    def order(self, confirmed: bool, mails: bool, also_mails: Collection[int] = ()) -> Order:
        return Order(self.importer_slug, confirmed=confirmed, mails=mails, also_mails=also_mails, **self.choices)

    def draft(self, user: User) -> Run | None:
        """The file that was sent and waits for 'Volgende'."""
        drafts = Run.objects.visible_to(user).filter(pk=self.run_id, confirmed_at=None)
        return drafts.filter(state__in=(*Run.UNCONFIRMED, Run.State.REFUSED)).select_related("office").first()


def forget(session: SessionBase) -> None:
    session.pop(KEY, None)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the wizard: its heading, its address, and when it is answered."""

    title: str
    url_name: str
    is_answered: Callable[[Answers], bool]

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def number(self) -> int:
        return PAGES.index(self) + 1

    @property
    def previous(self) -> "Page":
        return PAGES[self.number - 2]


PREPARE: Final = Page("Voorbereiding", "migration:wizard_prepare", lambda answers: answers.prepared)
OPTIONS: Final = Page("Wat wilt u importeren?", "migration:wizard_options", lambda answers: answers.is_complete)
FILE: Final = Page("Kies het bestand", "migration:wizard_file", lambda answers: False)
PAGES: Final = (PREPARE, OPTIONS, FILE)


def first_unanswered(answers: Answers, before: Page) -> Page | None:
    """The page that must be answered before this one may be seen."""
    return next((page for page in PAGES[: before.number - 1] if not page.is_answered(answers)), None)
