"""The SBA's on a client's page: where each came from, and what can still be done about it."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client as Browser
from django.utils import timezone

from portal.models import Client, User
from sba.models import Sba, terms_that_run
from sba.samples import document
from tests.sba.conftest import Import

pytestmark = pytest.mark.django_db


def test_an_sba_leads_back_to_the_record_that_brought_it(
    sign_in: Callable[[User], Browser], bram: User, imported: Import, client_of_ours: Client
) -> None:
    run = imported([document()])
    html = unescape(sign_in(bram).get(client_of_ours.get_absolute_url()).content.decode())
    link = html[html.index(f'<a href="{run.records.get().get_absolute_url()}"') :].partition("</a>")[0]
    assert "Geïmporteerd" in link
    assert f"{timezone.localdate():%d-%m-%Y}" in link


def test_an_sba_whose_log_is_gone_still_says_when_it_came(
    sign_in: Callable[[User], Browser], bram: User, imported: Import, client_of_ours: Client
) -> None:
    imported([document()])
    Sba.objects.update(record=None)
    html = unescape(sign_in(bram).get(client_of_ours.get_absolute_url()).content.decode())
    assert "Geïmporteerd" in html
    assert "/log/" not in html


def test_a_provisional_assessment_can_be_revised_and_has_no_term(
    sign_in: Callable[[User], Browser], bram: User, imported: Import, client_of_ours: Client
) -> None:
    imported([document(kind="voorlopig", dated_on=timezone.localdate(), year=timezone.localdate().year)])
    html = unescape(sign_in(bram).get(client_of_ours.get_absolute_url()).content.decode())
    assert "Herziening aanvragen mogelijk" in html
    assert not Sba.objects.get().term_runs


def test_a_term_that_nobody_knows_counts_as_running_and_is_called_unknown(
    sign_in: Callable[[User], Browser], bram: User, imported: Import, client_of_ours: Client
) -> None:
    imported([document()])
    Sba.objects.update(kind=Sba.Kind.UNKNOWN, until=None)
    html = unescape(sign_in(bram).get(client_of_ours.get_absolute_url()).content.decode())
    assert "Termijn onbekend" in html
    assert Sba.objects.get().term_runs
    assert Sba.objects.filter(terms_that_run()).exists()
