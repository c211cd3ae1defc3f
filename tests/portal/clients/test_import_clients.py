import json

import pytest
from django.core.management import CommandError, call_command

from portal.models import Client

pytestmark = pytest.mark.django_db
HEADER = "tax_id,name,kind,former,client_number\n"
TWO = HEADER + "123456782,W. de Boer,person,no,K1\n111222333,Smit B.V.,company,yes,\n"


@pytest.fixture
def import_clients(tmp_path, office, capsys):
    def imported(text, encoding="utf-8"):
        path = tmp_path / "klanten.csv"
        path.write_bytes(text.encode(encoding))
        call_command("import_clients", path, office="kantoor")
        return json.loads(capsys.readouterr().out)

    return imported


def test_every_row_becomes_a_client(import_clients, office):
    assert import_clients(TWO) == {
        "file": "klanten.csv", "office": "kantoor", "rows": 2, "new": 2, "changed": 0, "unchanged": 0,
    }  # fmt: skip
    boer, smit = office.clients.order_by("id")
    assert (boer.tax_id, boer.kind, boer.former, boer.client_number) == ("123456782", "person", False, "K1")
    assert (smit.name, smit.kind, smit.former, smit.client_number) == ("Smit B.V.", "company", True, "")


@pytest.mark.parametrize("text", [TWO.replace(",", ";"), "\ufeff" + TWO, TWO.replace("\n", "\r\n"), TWO + "\n\n,,,,\n"])
def test_semicolons_a_bom_and_blank_rows_do_not_matter(import_clients, text):
    assert import_clients(text)["new"] == 2


def test_the_client_number_is_optional(import_clients, office):
    import_clients("tax_id,name,kind,former\n123456782,W. de Boer,person,no\n")
    assert office.clients.get().client_number == ""


def test_a_lost_leading_zero_comes_back(import_clients, office):
    import_clients(HEADER + "12345672,W. de Boer,person,no,\n")
    assert office.clients.get().tax_id == "012345672"


def test_the_same_list_twice_changes_nothing(import_clients):
    import_clients(TWO)
    before = list(Client.objects.order_by("id").values())
    assert import_clients(TWO) == {
        "file": "klanten.csv", "office": "kantoor", "rows": 2, "new": 0, "changed": 0, "unchanged": 2,
    }  # fmt: skip
    assert list(Client.objects.order_by("id").values()) == before


def test_a_client_is_known_again_by_its_number(import_clients, office):
    import_clients(TWO)
    assert import_clients(HEADER + "123456782,W. de Boer-Smit,person,yes,K1\n")["changed"] == 1
    assert office.clients.get(client_number="K1").name == "W. de Boer-Smit"
    assert office.clients.count() == 2


def test_without_a_number_it_is_known_by_bsn_and_name(import_clients, office):
    import_clients(TWO)
    assert import_clients(HEADER + "111222333,Smit B.V.,company,no,\n")["changed"] == 1
    assert import_clients(HEADER + "111222333,Smit B.V. (BTW),company,no,\n")["new"] == 1
    assert office.clients.filter(tax_id="111222333").count() == 2


def test_a_list_without_numbers_leaves_the_numbers_alone(import_clients, office):
    import_clients(TWO)
    assert import_clients(HEADER + "123456782,W. de Boer,person,no,\n")["unchanged"] == 1
    assert office.clients.filter(client_number="K1").exists()


def test_another_office_may_have_the_same_client(import_clients, other_office):
    Client.objects.create(office=other_office, tax_id="123456782", name="W. de Boer", client_number="K1")
    assert import_clients(TWO)["new"] == 2
    assert other_office.clients.count() == 1


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("1234567,A,person,no,", "Row 3: tax_id must have 8 or 9 digits."),
        ("123456789,A,person,no,", "Row 3: tax_id is wrong (it fails the 11-test)."),
        ("123456782,,person,no,", "Row 3: name is missing."),
        ("123456782,A,mens,no,", "Row 3: kind must be person or company, not 'mens'."),
        ("123456782,A,person,nee,", "Row 3: former must be yes or no, not 'nee'."),
        ("A,123456782,123456782,no,", "Row 3: tax_id must have 8 or 9 digits."),
        ("123456782,A,123456782,no,", "not '•••••6782'."),
        ("123456782,A,person", "Row 3: 3 columns instead of 5."),
        (f"123456782,A,person,no,{'9' * 31}", "Row 3: client_number is longer than 30 characters."),
        ("123456782,Ander,person,no,K1", "Row 3: the same client stands in row 2 already."),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(import_clients, office, row, sentence):
    with pytest.raises(CommandError) as refused:
        import_clients(HEADER + "111222333,Goed,person,no,K1\n" + row + "\n")
    assert sentence in str(refused.value)
    assert "Nothing is imported." in str(refused.value)
    assert not office.clients.exists()
    for number in ("123456782", "123456789", "1234567,"):
        assert number not in str(refused.value)


def test_every_bad_row_is_named_at_once(import_clients):
    with pytest.raises(CommandError) as refused:
        import_clients(HEADER + "1,A,person,no,\n123456782,B,person,no,\n2,C,person,no,\n")
    assert [line[:5] for line in str(refused.value).splitlines()[:2]] == ["Row 2", "Row 4"]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("", "The first row misses the column tax_id."),
        ("bsn,name,kind,former", "The first row misses the column tax_id."),
        ("tax_id,name,kind,former,stad", "The first row must be"),
        ("tax_id,name,kind,former,name", "The first row must be"),
    ],
)
def test_the_header_must_be_right(import_clients, header, sentence):
    with pytest.raises(CommandError, match=sentence):
        import_clients(header + "\n123456782,A,person,no,\n")


def test_another_encoding_is_refused_in_words(import_clients):
    with pytest.raises(CommandError, match="not UTF-8"):
        import_clients(HEADER + "123456782,Zoë,person,no,\n", encoding="cp1252")


def test_an_unknown_office_or_file_is_refused_in_words(tmp_path, office):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_clients", tmp_path / "weg.csv", office="kantoor")
    (tmp_path / "leeg.csv").write_text(TWO)
    with pytest.raises(CommandError, match="There is no office 'weg'"):
        call_command("import_clients", tmp_path / "leeg.csv", office="weg")
