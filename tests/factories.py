"""Offices, users and clients for the tests; every BSN is invented and passes the 11-test."""

import random
from functools import cache

import factory
from django.contrib.auth.hashers import make_password
from stdnum.nl import bsn

from portal.models import Client, Office, User

PASSWORD = "een-lange-zin-voor-de-tests"


def invented_tax_id(seed: int) -> str:
    """A number that passes the 11-test; the same seed gives the same number."""
    numbers = random.Random(seed)
    while True:
        number = f"{numbers.randrange(10**8, 10**9)}"
        if bsn.is_valid(number):
            return number


@cache
def hashed_password() -> str:
    """Argon2 takes its time on purpose; once is enough for all tests."""
    return make_password(PASSWORD)


class OfficeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Office

    slug = factory.Sequence(lambda n: f"kantoor-{n}")
    name = factory.Sequence(lambda n: f"Kantoor {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    office = factory.SubFactory(OfficeFactory)
    email = factory.Sequence(lambda n: f"gebruiker{n}@kantoor.example")
    name = factory.Sequence(lambda n: f"Gebruiker {n}")

    password = factory.LazyFunction(lambda: hashed_password())


class ClientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Client

    office = factory.SubFactory(OfficeFactory)
    tax_id = factory.Sequence(invented_tax_id)
    name = factory.Sequence(lambda n: f"Klant {n}")
