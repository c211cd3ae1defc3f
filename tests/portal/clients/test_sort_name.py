"""By what a client is sorted: the surname, whatever form the name has."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from hypothesis import given
from hypothesis import strategies as st

from portal.clients.client_list import import_clients
from portal.clients.row import Row
from portal.models import Client
from portal.models.sort_name import LENGTH, sort_name
from tests.factories import ClientFactory, OfficeFactory

SURNAMES = {
    "A.B. van der Berg": "berg , a b , van der",
    "van der Berg": "berg , van der",
    "Berg, A.B. van der": "berg , a b , van der",
    "van der Berg, A.B.": "berg , a b , van der",
    "Maria van den Berg": "berg , maria , van den",
    "Jansen-de Vries": "jansen de vries",
    "J. Jansen - de Vries": "jansen de vries , j",
    "Jan Jansen-van der Berg": "jansen van der berg , jan",
    "Anna Maria Jansen": "jansen , anna maria",
    "AB Jansen": "jansen , ab",
    "De heer P. Jansen jr.": "jansen , p",
    "Erven van J. Jansen": "jansen , van j",
    "A. de Vries e/v Jansen": "vries jansen , a , de",
    "W. de Boer (BTW)": "boer , w , de",
    "J. Alting Siberg": "alting siberg , j",
    "P. in \N{RIGHT SINGLE QUOTATION MARK}t Veld": "veld , p , in t",
    "H. d'Ancona": "ancona , h , d",
    "Th. Çelik": "celik , th",
    "S. Øst-Ærlig": "ost aerlig , s",
    "M. El Amrani": "amrani , m , el",
    "Li Wei": "wei , li",
    "Klant 12": "klant 12",
    "van": "van",
    "J.": "j",
    "(onbekend)": "onbekend",
}


@pytest.mark.parametrize("name", SURNAMES)
def test_a_person_is_sorted_by_surname(name):
    assert sort_name(name, is_company=False) == SURNAMES[name]


def test_a_company_is_sorted_by_its_name():
    assert sort_name("'t Hoekje van De Vries B.V.", is_company=True) == "t hoekje van de vries b v"


@given(st.text(max_size=200), st.booleans())
def test_every_name_has_a_key_that_any_database_can_keep(name, is_company):
    key = sort_name(name, is_company)
    assert len(key) <= LENGTH
    assert "\0" not in key
    assert all(one.isalnum() or one in " ," for one in key)
    assert key == key.strip(" ,")


pytestmark = pytest.mark.django_db


def test_it_is_kept_up_with_the_name_and_the_kind():
    client = ClientFactory(name="A. de Vries")
    assert Client.objects.get().sort_name == "vries , a , de"
    client.name, client.kind = "A. de Vries Beheer", "company"
    client.save()
    assert Client.objects.get().sort_name == "a de vries beheer"


def test_a_list_of_clients_brings_it_along():
    office = OfficeFactory()
    rows = [Row("123456782", "A. de Vries", "person", False, "K1")]
    import_clients(office, rows)
    assert Client.objects.get().sort_name == "vries , a , de"
    import_clients(office, [Row("123456782", "A. van Dijk", "person", False, "K1")])
    assert Client.objects.get().sort_name == "dijk , a , van"


@pytest.mark.django_db(transaction=True)
def test_those_who_were_there_before_get_one():
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()  # of all apps: what stands on this goes back with it
    before = executor.migrate([("portal", "0007_user_page_size")]).apps
    try:
        office = before.get_model("portal", "Office").objects.create(slug="x", name="X")
        clients = before.get_model("portal", "Client").objects
        for name, kind in [("A. van der Berg", "person"), ("De Berg B.V.", "company")]:
            clients.create(office=office, tax_id="123456782", name=name, kind=kind)
    finally:
        MigrationExecutor(connection).migrate(leaves)
    assert list(Client.objects.values_list("sort_name", flat=True).order_by("pk")) == [
        "berg , a , van der",
        "de berg b v",
    ]
