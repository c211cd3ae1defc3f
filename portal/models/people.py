"""The people of an office: who signs in, and who is invited to."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from portal.models.offices import Office
from portal.text.validators import shows_all


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        """Everybody of the same office, oneself too."""
        return self.filter(office_id=user.office_id)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        """A user always comes with the office: every page names it, and every query asks for it."""
        return UserQuerySet(self.model, using=self._db).select_related("office")

    def visible_to(self, user: "User") -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new user; without a password nobody can sign in as them until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Someone of an office, who signs in with an e-mail address."""

    class Role(models.TextChoices):
        """Each role may do what the one before it may; `portal.access.Right` names the three rights."""

        READER = "lezer", "Lezer"
        OPERATOR = "uitvoerder", "Uitvoerder"
        MANAGER = "beheerder", "Beheerder"

    class MailWhen(models.TextChoices):
        """When to get an e-mail about a migration that one started."""

        ALWAYS = "altijd", "Altijd"
        IF_NEEDED = "bij-actie", "Alleen als er actie nodig is"
        NEVER = "nooit", "Nooit"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="users")
    email = models.EmailField("e-mailadres", unique=True, validators=[shows_all])
    name = models.CharField("naam", max_length=200, validators=[shows_all])
    role = models.CharField("rol", max_length=20, choices=Role, default=Role.READER)
    mail_when = models.CharField("e-mail bij migratie", max_length=10, choices=MailWhen, default=MailWhen.ALWAYS)
    shortcuts = models.BooleanField("sneltoetsen", default=False, db_default=False)
    page_size = models.SmallIntegerField("rijen per pagina", default=50)
    is_active = models.BooleanField("actief", default=True)
    session_round = models.PositiveIntegerField(default=0, help_text="counts up where every session must end")
    more_questions_until = models.DateTimeField(
        null=True, blank=True, help_text="a manager lets them search by number more often"
    )
    more_questions_why = models.CharField(max_length=120, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_unique"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("user", args=[self.pk])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must know to go on: Django's own (it changes with the password), and the round.

        Private to Django, and the one place by which `get_session_auth_hash` and its fallbacks both go.
        """
        usual: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{usual}.{self.session_round}" if self.session_round else usual

    def end_sessions(self) -> None:
        """Every session of this user ends with its next request."""
        self.session_round = F("session_round") + 1
        self.save(update_fields=["session_round"])
        self.refresh_from_db(fields=["session_round"])

    @property
    def may_ask_more(self) -> bool:
        """A manager gave them room for more searches by number, and that is not over yet."""
        return self.more_questions_until is not None and self.more_questions_until > timezone.now()

    def block(self) -> None:
        """Nobody signs in as this user, nor goes on in a session, until it is taken back; nor in that session then."""
        self.is_active = False
        self.save(update_fields=["is_active"])
        self.end_sessions()

    def unblock(self) -> None:
        self.is_active = True
        self.save(update_fields=["is_active"])


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)

    def vouched_for(self) -> Self:
        """Whoever invited may still do so: who was blocked, or lost that right, leaves no door open behind them."""
        return self.filter(invited_by__is_active=True, invited_by__role=User.Role.MANAGER)


class Invitation(models.Model):
    """Somebody who may become a user of this office, once they follow the link in the mail and choose a password.

    It is kept apart from the users on purpose. An address belongs to one user of one office; whether another office
    has it is that office's secret. An invitation to such an address looks as any other and is never accepted: only
    the reader of the mail learns why (`portal.people.invitations`).
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField("e-mailadres", validators=[shows_all])
    name = models.CharField("naam", max_length=200, validators=[shows_all])
    role = models.CharField("rol", max_length=20, choices=User.Role, default=User.Role.READER)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(help_text="when the last link was made; the ones before it work no more")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint("office", Lower("email"), name="invited_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def has_expired(self) -> bool:
        """Its link opens nothing any more: it is too old, or whoever sent it may not invite any longer."""
        sender = self.invited_by
        is_old = (timezone.now() - self.sent_at).total_seconds() > settings.PASSWORD_RESET_TIMEOUT
        return is_old or not sender.is_active or sender.role != User.Role.MANAGER
