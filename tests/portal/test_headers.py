import re

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.errors import server_error
from tests.factories import ClientFactory

PAGES = ["/inloggen/", "/klanten/", "/klanten/1/", "/klanten/?q=x", "/instellingen/", "/uitloggen/", "/bestaat-niet/"]
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:|data:|hx-on", re.I)


@pytest.fixture(params=PAGES)
def answer(request, sign_in, anna, office):
    ClientFactory(id=1, office=office)
    browser = Client() if request.param == "/inloggen/" else sign_in(anna)
    return browser.get(request.param)


def test_every_page_tells_the_browser_what_it_may_do(answer):
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_no_page_is_kept_by_a_cache(answer):
    assert "no-store" in answer.headers["Cache-Control"]


def test_nothing_stands_inline(answer):
    assert not INLINE.search(answer.content.decode())


def test_every_page_has_a_language_a_title_and_one_heading(answer):
    page = answer.content.decode()
    assert '<html lang="nl">' in page
    assert re.search(r"<title>\w.* – Nextens</title>", page)
    assert page.count("<h1>") == 1


def test_static_files_are_hashed_and_htmx_is_ours(sign_in, anna):
    page = sign_in(anna).get("/klanten/").content.decode()
    assert re.search(r'src="/static/django_htmx/htmx-2\.min\.[0-9a-f]{12}\.js"', page)
    assert re.search(r'href="/static/css/base\.[0-9a-f]{12}\.css"', page)


def test_htmx_keeps_no_pages_and_evaluates_nothing(sign_in, anna):
    page = sign_in(anna).get("/klanten/").content.decode()
    for setting in ('"historyCacheSize":0', '"allowEval":false', '"includeIndicatorStyles":false'):
        assert setting in page


def test_our_own_fault_gets_a_reference_and_needs_no_database(caplog):
    request = RequestFactory().get("/")
    try:
        raise RuntimeError("ons probleem")
    except RuntimeError:
        answer = server_error(request)
    page = answer.content.decode()
    reference = re.search(r'class="reference">([0-9A-F]{8})<', page)[1]
    assert answer.status_code == 500
    assert "Er is niets half geïmporteerd." in page
    assert reference in caplog.text
    assert "ons probleem" not in page


@pytest.mark.parametrize(("method", "asks_again"), [("get", True), ("post", False)])
def test_a_database_that_is_away_is_no_fault_of_the_user(method, asks_again, caplog):
    """A page that was only read asks again by itself, and nobody is told what we call our servers."""
    request = getattr(RequestFactory(), method)("/klanten/?zoek=<b>")
    try:
        raise OperationalError("connection to server at db.intern failed")
    except OperationalError:
        answer = server_error(request)
    page = answer.content.decode()
    reference = re.search(r'class="reference">([0-9A-F]{8})<', page)[1]
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "<h1>Even geduld</h1>" in page
    assert ('http-equiv="refresh"' in page) == asks_again
    assert reference in caplog.text
    assert "db.intern" not in page + caplog.text
    assert "<b>" not in page


def test_an_old_form_is_answered_in_our_own_words(anna):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(anna)
    answer = browser.post(reverse("account_logout"))
    assert answer.status_code == 403
    assert "Dit formulier is verlopen" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_that_cannot_be_read_is_refused_and_is_no_fault_of_ours(caplog):
    browser = Client(enforce_csrf_checks=True)
    browser.get("/inloggen/")
    answer = browser.post("/inloggen/", b"x", content_type="application/x-www-form-urlencoded; charset=utf-16")
    assert answer.status_code == 400
    assert "Dit verzoek klopt niet" in answer.content.decode()
    assert not [line for line in caplog.records if line.levelname == "ERROR"]


def test_a_host_that_is_not_ours_gets_a_plain_page(db):
    answer = Client(headers={"host": "kwaad.example"}).get("/inloggen/")
    assert answer.status_code == 400
    assert "Dit verzoek klopt niet" in answer.content.decode()
