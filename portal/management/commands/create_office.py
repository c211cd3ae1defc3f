"""manage.py create_office SLUG --name NAME --manager EMAIL: an office with its first Beheerder."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.environment.reading import env
from portal.models import Office, User
from portal.people.account import at_site
from portal.people.allauth_private import password_path


class Command(BaseCommand):
    help = "Creates an office with its first manager; password from MANAGER_PASSWORD, else by a one-time link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--manager", required=True, metavar="EMAIL")

    def handle(self, *args: Any, slug: str, name: str, manager: str, **options: Any) -> None:
        password = env.str("MANAGER_PASSWORD", default="") or None
        try:
            with transaction.atomic():
                user = found_office(slug, name, manager, password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"The office {slug} is made, with {user.email} as its manager.")
        if not password:
            self.stdout.write(f"To choose a password (works once): {at_site(password_path(user))}")


def found_office(slug: str, name: str, email: str, password: str | None) -> User:
    """The office and its manager, or a ValidationError that says what is wrong with them."""
    office = Office(slug=slug, name=name)
    user = User(office=office, email=email.strip().lower(), name=email.partition("@")[0], role=User.Role.MANAGER)
    if Office.objects.filter(slug=slug).exists():
        raise ValidationError(f"There is an office '{slug}' already.")
    if User.objects.filter(email=user.email).exists():
        raise ValidationError(f"There is a user with the address {user.email} already.")
    office.clean_fields()
    user.clean_fields(exclude=["office", "password"])
    if password:
        validate_password(password, user)
    office.save()
    return User.objects.create_user(user.email, password, office=office, name=user.name, role=user.role)
