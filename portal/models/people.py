"""Offices, the people who work there, their clients, and what was done: the walls stand here."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from portal.tax_id import digits_of

SUBJECT_LENGTH = 200


class Office(models.Model):
    """A tax office. No office sees anything of another's."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


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
    email = models.EmailField("e-mailadres", unique=True)
    name = models.CharField("naam", max_length=200)
    role = models.CharField("rol", max_length=20, choices=Role, default=Role.READER)
    mail_when = models.CharField("e-mail bij migratie", max_length=10, choices=MailWhen, default=MailWhen.ALWAYS)
    page_size = models.SmallIntegerField("rijen per pagina", default=50)
    is_active = models.BooleanField("actief", default=True)
    session_round = models.PositiveIntegerField(default=0, help_text="counts up where every session must end")
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
        """What a session must know to go on: Django's own (it changes with the password), and the round."""
        usual: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{usual}.{self.session_round}" if self.session_round else usual

    def end_sessions(self) -> None:
        """Every session of this user ends with its next request."""
        self.session_round = F("session_round") + 1
        self.save(update_fields=["session_round"])
        self.refresh_from_db(fields=["session_round"])

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
    the reader of the mail learns why (`portal.invitations`).
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField("e-mailadres")
    name = models.CharField("naam", max_length=200)
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


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)

    def named(self, term: str) -> Self:
        """Those whose name holds the term, or whose client number begins with it; all of them without a term."""
        return self.filter(Q(name__icontains=term) | Q(client_number__istartswith=term)) if term else self

    def numbered(self, number: str) -> Self:
        """Those with exactly this BSN/FI or client number, never a part of it."""
        return self.filter(Q(tax_id=digits_of(number)) | Q(client_number__iexact=number))


class Client(models.Model):
    """A client of one office, known by a BSN or RSIN ('BSN/FI')."""

    class Kind(models.TextChoices):
        PERSON = "person", "Persoon"
        COMPANY = "company", "Bedrijf"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="clients")
    tax_id = models.CharField("BSN/FI", max_length=9, help_text="nine digits; two dossiers may share one (SBA-203)")
    name = models.CharField("naam", max_length=200)
    kind = models.CharField("soort", max_length=10, choices=Kind, default=Kind.PERSON)
    former = models.BooleanField("voormalig", default=False)
    client_number = models.CharField("klantnummer", max_length=30, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["office", "tax_id"], name="client_by_tax_id"),
            models.Index(fields=["office", "name", "id"], name="client_by_name"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("client", args=[self.pk])


class FormerNumberQuerySet(models.QuerySet["FormerNumber"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)


class FormerNumber(models.Model):
    """A colleague's word that this BSN/FI is of a former client who has no dossier here; it holds for later imports."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="former_numbers")
    tax_id = models.CharField("BSN/FI", max_length=9)
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[FormerNumberQuerySet] = FormerNumberQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (models.UniqueConstraint(fields=["office", "tax_id"], name="former_number_once"),)

    def __str__(self) -> str:
        return f"former number {self.pk}"


class OnlyAddedTo(Exception):
    """Somebody tried to change or to remove a line of the audit trail."""


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)

    def note(self, actor: User, action: str, subject: str) -> "AuditEvent":
        """Write down that this user did this, now. `subject` names what it was done to, never a BSN."""
        return self.create(office_id=actor.office_id, actor=actor, action=action, subject=subject[:SUBJECT_LENGTH])

    def note_by_itself(self, office_id: int, action: str, subject: str) -> "AuditEvent":
        """The same for what the portal does without anybody asking, such as the nightly purge."""
        return self.create(office_id=office_id, actor=None, action=action, subject=subject)

    def update(self, **fields: Any) -> int:
        raise OnlyAddedTo

    def bulk_update(self, *args: Any, **options: Any) -> int:
        raise OnlyAddedTo

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OnlyAddedTo


class AuditEvent(models.Model):
    """Who did what, when. Only ever added to: the model refuses anything else, and so does the database.

    There triggers stand against UPDATE and DELETE (0006); on SQLite only against UPDATE, since emptying a table, as a
    test run does between its tests, is a DELETE of every row there and no TRUNCATE.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="audit_events")
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")  # null: the portal itself
    action = models.CharField(max_length=50)
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    at = models.DateTimeField(auto_now_add=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["office", "-id"], name="audit_newest_first"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise OnlyAddedTo
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        raise OnlyAddedTo

    @property
    def actor_name(self) -> str:
        """Who did it, in words; the portal itself where nobody asked for it."""
        return self.actor.name if self.actor else "De portal"
