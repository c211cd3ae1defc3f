import re

import pytest

from portal import menu


@pytest.fixture
def browser(sign_in, anna):
    return sign_in(anna)


@pytest.fixture
def migration_line(monkeypatch):
    def registered(open_actions):
        item = menu.Item("Migratie", "clients", open_actions=lambda user: open_actions)
        monkeypatch.setattr(menu, "ITEMS", [item])

    return registered


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("page", ["/klanten/", "/instellingen/"])
def test_the_name_at_the_top_right_leads_to_the_settings(browser, page):
    html = words(browser.get(page))
    assert "<span>Anna de Vries</span>" in html
    assert '<a href="/instellingen/">Instellingen</a>' in html


def test_the_settings_say_who_you_are(browser):
    html = words(browser.get("/instellingen/"))
    for fact in ("Anna de Vries", "anna@kantoor.example", "Van Dijk Belastingadviseurs", "Beheerder"):
        assert f"<dd>{fact}</dd>" in html


@pytest.mark.parametrize(("count", "sentence"), [(1, "1 record vraagt actie"), (2, "2 records vragen actie")])
def test_a_line_of_the_menu_says_how_much_waits(browser, migration_line, count, sentence):
    migration_line(count)
    assert f'<span class="visually-hidden">{sentence}</span>' in words(browser.get("/instellingen/"))


def test_nothing_waits_then_nothing_is_said(browser, migration_line):
    migration_line(0)
    html = words(browser.get("/instellingen/"))
    assert "Migratie" in html
    assert not re.search("vra(agt|gen) actie", html)


@pytest.fixture
def counted(monkeypatch):
    """For whom it was counted."""
    users = []

    def count(user):
        users.append(user)
        return 2

    monkeypatch.setattr(menu, "ITEMS", [menu.Item("Migratie", "clients", open_actions=count)])
    return users


@pytest.mark.parametrize(("page", "times"), [("/klanten/", 2), ("/instellingen/", 3)])
def test_every_page_says_at_the_name_how_much_waits_and_counts_it_once(browser, anna, counted, page, times):
    html = words(browser.get(page))
    assert html.count("2 records vragen actie") == times
    assert counted == [anna]
    summary = re.search("<summary>.*?</summary>", html)[0]
    assert '<span aria-hidden="true">2</span>' in summary


def test_what_waits_is_not_counted_for_a_part_of_a_page(browser, counted):
    browser.get("/klanten/", headers={"HX-Request": "true"})
    assert counted == []
