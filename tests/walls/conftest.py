"""The two offices are built once for all tests here; whatever a test changes is taken back after it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client as Browser

from tests.walls.addresses import sign_in, taken_back
from tests.walls.pages import Site, begin_wizard, visit
from tests.walls.world import World, build


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(tmp_path_factory.mktemp("walls"))
        transaction.set_rollback(True)


@pytest.fixture
def manager(world: World, db: None) -> Browser:
    """A browser of our manager, who may do everything that anybody may."""
    browser = Browser()
    sign_in(browser, world.ours.manager)
    return browser


@pytest.fixture
def ours(manager: Browser) -> Browser:
    """The same in the middle of an upload, at its last page."""
    begin_wizard(manager)
    return manager


@pytest.fixture(scope="package")
def site(world: World) -> Site:
    """Every page of the product, as our manager finds it."""
    browser = Browser()
    with taken_back():
        sign_in(browser, world.ours.manager)
        begin_wizard(browser)
        return visit(world.ours, browser)
