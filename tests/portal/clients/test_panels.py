from portal.clients import panels
from tests.factories import ClientFactory


def test_an_app_can_add_a_panel_to_the_page_of_a_client(sign_in, anna, office, monkeypatch):
    monkeypatch.setattr(panels, "PANELS", [])
    panel = panels.Panel("SBA's", "portal/badge.html", lambda client, request: {"state": "good", "word": client.name})
    panels.register(panel)
    panels.register(panel)
    client = ClientFactory(office=office, name="W. de Boer")
    html = sign_in(anna).get(client.get_absolute_url()).content.decode()
    assert html.count("SBA&#x27;s</h2>") == 1
    assert 'data-state="good"' in html
