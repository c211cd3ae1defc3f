"""Told before an upload: nobody would work on it now. Whoever uploads all the same is not refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from migration.models import Chore, Run
from migration.upkeep import sweeper
from portal.models import User

pytestmark = pytest.mark.django_db

OFF = "Importeren kan nu niet: de verwerking staat uit. Probeer het later opnieuw."
PAGES = ("wizard_prepare", "wizard_file")


def told(browser: Browser) -> list[bool]:
    return [OFF in browser.get(reverse(f"migration:{name}")).content.decode() for name in PAGES]


def test_nobody_ever_swept(at_file_page: Callable[..., Browser], olga: User) -> None:
    assert told(at_file_page(olga)) == [True, True]


def test_a_worker_swept_just_now(at_file_page: Callable[..., Browser], olga: User) -> None:
    sweeper.sweep()
    assert told(at_file_page(olga)) == [False, False]


def test_the_last_sweep_was_long_ago(at_file_page: Callable[..., Browser], olga: User) -> None:
    sweeper.sweep()
    Chore.objects.filter(pk=Chore.SWEEP).update(done_at=timezone.now() - timedelta(minutes=3))
    assert told(at_file_page(olga)) == [True, True]


@override_settings(MIN_FREE_MB=10**9)
def test_the_disk_has_no_room_for_the_largest_upload(at_file_page: Callable[..., Browser], olga: User) -> None:
    sweeper.sweep()
    assert told(at_file_page(olga)) == [True, True]


def test_an_upload_is_accepted_all_the_same(at_file_page: Callable[..., Browser], olga: User, zip_file: Any) -> None:
    response = at_file_page(olga).post(reverse("migration:wizard_file"), {"file": zip_file(), "mails": "on"})
    assert response.status_code == 302
    assert Run.objects.get().state == "received"
