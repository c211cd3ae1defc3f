"""What every test may ask for: two offices, their people, and a browser that is signed in as one of them."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from portal.models import Office, User
from tests.factories import OfficeFactory, UserFactory
from tests.trail import let_tests_empty_it


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> None:
    """The storage with the manifest is the real one, so the files must have been collected."""
    call_command("collectstatic", "--noinput", verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_the_trail() -> Iterator[None]:
    with let_tests_empty_it():
        yield


@pytest.fixture
def no_tries(db: None) -> None:
    """Sign-in limits count in the cache: begin with none."""
    cache.clear()


@pytest.fixture
def office(db: None) -> Office:
    return OfficeFactory(slug="kantoor", name="Van Dijk Belastingadviseurs")


@pytest.fixture
def other_office(db: None) -> Office:
    return OfficeFactory(slug="ander", name="Ander Kantoor")


@pytest.fixture
def anna(office: Office) -> User:
    """The manager."""
    return UserFactory(email="anna@kantoor.example", name="Anna de Vries", office=office, role=User.Role.MANAGER)


@pytest.fixture
def olga(office: Office) -> User:
    """May upload, may not undo."""
    return UserFactory(email="olga@kantoor.example", name="Olga Visser", office=office, role=User.Role.OPERATOR)


@pytest.fixture
def bram(office: Office) -> User:
    """May read."""
    return UserFactory(email="bram@kantoor.example", name="Bram Jansen", office=office, role=User.Role.READER)


@pytest.fixture
def carla(other_office: Office) -> User:
    """The manager of another office: sees nothing of this one."""
    return UserFactory(email="carla@ander.example", name="Carla Smit", office=other_office, role=User.Role.MANAGER)


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser in which this user is signed in."""

    def signed_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return signed_in
