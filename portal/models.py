"""Offices, the people who work there, their clients, and what was done: the walls stand here."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from portal.tax_id import digits_of


class Office(models.Model):
    """A tax office. No office sees anything of another's."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet["User"]:
        """A user always comes with the office: every page names it, and every query asks for it."""
        return super().get_queryset().select_related("office")

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
    is_active = models.BooleanField("actief", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_unique"),)

    def __str__(self) -> str:
        return self.name


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


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(office_id=user.office_id)

    def note(self, actor: User, action: str, subject: str) -> "AuditEvent":
        """Write down that this user did this, now. `subject` names what it was done to, never a BSN."""
        return self.create(office_id=actor.office_id, actor=actor, action=action, subject=subject)


class AuditEvent(models.Model):
    """Who did what, when. Only ever added to."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="audit_events")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=50)
    subject = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["office", "-id"], name="audit_newest_first"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
