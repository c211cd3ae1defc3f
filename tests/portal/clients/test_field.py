"""Lists of clients as the field sends them, and their kin: never another person's number, never a client lost."""

import json
import re
from collections.abc import Callable
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from migration.files.csv.flaws import BadFile, BadRow, FileFlaw, RowFlaw
from migration.kinds.clients import cells, sentences, words
from migration.kinds.clients.client_list import Listed, read
from migration.kinds.clients.flaws import CellFlaw, ListFlaw
from portal.masking import mask_within
from portal.models import Client, Office
from portal.tax_id import NoTaxId, NumberFlaw, read_tax_id

HEADER = "tax_id;name;kind;former;client_number\r\n"
BSN, LOST, RSIN = "900000016", "012345672", "001900006"


class Said(NamedTuple):
    out: dict[str, Any]
    err: str


@pytest.fixture
def sent(tmp_path: Path, office: Office, capsys: Any) -> Callable[..., Said]:
    """Bring a list in by the command, as an office does."""

    def brought(text: str | bytes, encoding: str = "utf-8") -> Said:
        path = tmp_path / "klanten.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        call_command("import_clients", path, office="kantoor")
        out, err = capsys.readouterr()
        return Said(json.loads(out), err)

    return brought


@pytest.fixture
def refused(sent: Callable[..., Said], office: Office) -> Callable[..., list[str]]:
    """The same where it is refused: what is said, line by line. Nothing is written, and no number is told."""

    def why(text: str | bytes, encoding: str = "utf-8") -> list[str]:
        with pytest.raises(CommandError) as error:
            sent(text, encoding)
        *told, last = str(error.value).splitlines()
        assert last == "Nothing is imported."
        assert not office.clients.exists()
        assert mask_within(str(error.value)) == str(error.value)
        assert all(re.search(r"\. \S.*\.$", line) for line in told[:20]), "what is wrong, and what to do"
        return told

    return why


def one(number: str, kind: str = "person") -> str:
    return f"{HEADER}{number};C. Nulmans;{kind};no;K9\r\n"


# --- The files of the field -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("99900002.0", "decimals"), ("99900002,0", "decimals"), ("999000020.00", "decimals"), ("99900002.", "decimals"),
        ("99.900.002,00", "decimals"), ("1900006.0", "decimals"),
        ("99900087-1", "volgnummer"), ("999000871-01", "volgnummer"), ("99900087/1", "volgnummer"),
        ("99900087 1", "volgnummer"), ("99900087.1", "volgnummer"), ("9990.00.871-2", "volgnummer"),
        ("99900087\u20131", "volgnummer"),
        ("9,99E+08", "shortened"), ("9.99000871E+08", "shortened"), ("9E8", "shortened"),
        ("1234 56782", "grouped"), ("123-456-782", "grouped"), ("12.34.56.782", "grouped"), ("1234:56:782", "grouped"),
        ("•••••6782", "masked"), ("*****6782", "masked"),
        ("", "missing"), ("1234567", "8 or 9 digits"), ("1234567820", "8 or 9 digits"), ("onbekend", "8 or 9 digits"),
        ("NL123456782B01", "8 or 9 digits"), ("１２３４５６７８２", "8 or 9 digits"), ("123456789", "11-test"),
    ],
)  # fmt: skip
def test_a_number_that_is_not_plainly_there_is_refused_by_name(
    refused: Callable[..., list[str]], number: str, told: str
) -> None:
    """float-dot-zero.csv and volgnummer.csv: each of these was, or could be, another person's."""
    (sentence,) = refused(one(number))
    assert sentence.startswith("Row 2: tax_id ")
    assert told in sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written",
    [
        "123456782", " 123456782 ", "1234.56.782", "1234 56 782", "123.456.782", "123 456 782", "123\u00a0456\u00a0782",
        '"123456782"', ' "123456782" ', '="123456782"', '"=""123456782"""', "'123456782",
    ],
)  # fmt: skip
def test_a_number_as_it_is_printed_or_kept_as_text_is_read(
    sent: Callable[..., Said], office: Office, written: str
) -> None:
    assert sent(one(written)) == (
        {"file": "klanten.csv", "office": "kantoor", "rows": 1, "new": 1, "changed": 0, "unchanged": 0},
        "",
    )
    assert office.clients.get().tax_id == "123456782"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "number"),
    [("1900006", RSIN), ("1.900.006", RSIN), ("19.00.006", RSIN), ("12345672", LOST), ("12.345.672", LOST)],
)
def test_the_zeros_that_a_spreadsheet_loses_come_back_and_it_is_told(
    sent: Callable[..., Said], office: Office, written: str, number: str
) -> None:
    """rsin-seven.csv"""
    assert "row 2." in sent(one(written, "company")).err
    assert office.clients.get().tax_id == number


@pytest.mark.django_db
def test_seven_digits_of_a_person_or_that_fail_the_test_say_why(refused: Callable[..., list[str]]) -> None:
    assert "none begins with two zeros" in refused(one("1900006"))[0]
    assert "also with the two zeros that an RSIN may lose" in refused(one("1900007", "company"))[0]


@pytest.mark.django_db
def test_of_many_rows_with_lost_zeros_twenty_are_named(sent: Callable[..., Said]) -> None:
    rows = "".join(f"12345672;Klant {at};person;no;K{at}\r\n" for at in range(25))
    assert sent(HEADER + rows).err.endswith("21 and 5 more.\n")


@pytest.mark.django_db
@pytest.mark.parametrize("text", [f"sep=;\r\n{HEADER}", f'"sep=;"\r\n{HEADER}', f"\ufeffSEP=;\n{HEADER}"])
def test_excels_own_hint_is_read_and_no_row_of_its_own(
    sent: Callable[..., Said], refused: Callable[..., list[str]], text: str
) -> None:
    """sep-line.csv"""
    (sentence,) = refused(f"{text}{BSN};;person;no;K1\r\n")
    assert sentence.startswith("Row 2: name is missing.")
    assert sent(f"{text}{BSN};A.B. Voorbeeldstra;person;no;K1\r\n").out["new"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("hint", ["sep=", "sep=|", "sep=x"])
def test_a_hint_of_another_separator_is_refused(refused: Callable[..., list[str]], hint: str) -> None:
    assert "Use a semicolon" in refused(f"{hint}\r\n{one(BSN)}")[0]


@pytest.mark.django_db
def test_a_quote_that_takes_the_next_client_along_is_refused(refused: Callable[..., list[str]]) -> None:
    """quote-open.csv"""
    (sentence,) = refused(f'{HEADER}{BSN};"Jansen;person;no;K1\r\n{LOST};Nulmans";person;no;K2\r\n')
    assert sentence.startswith("Row 2: name holds a line break.")


@pytest.mark.django_db
@pytest.mark.parametrize("text", ['"Jansen', '"Jansen" en zn.', '"De "Zon"'])
def test_a_quote_that_is_not_closed_or_closes_too_soon_hides_no_row_behind_it(
    refused: Callable[..., list[str]], text: str
) -> None:
    told = refused(f"{HEADER}{BSN};{text};person;no;K1\r\n{LOST};;person;no;K2\r\n")
    assert [line.partition(":")[0] for line in told] == ["Row 2", "Row 3"]
    assert "quote" in told[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "kept"), [('Café "De Zon"', 'Café "De Zon"'), ('"Café ""De Zon"""', 'Café "De Zon"'), ('"A;B"', "A;B")]
)
def test_quotes_that_hide_nothing_stay(sent: Callable[..., Said], office: Office, name: str, kept: str) -> None:
    sent(f"{HEADER}{BSN};{name};person;no;K1\r\n")
    assert office.clients.get().name == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("letter", "told"),
    [
        ("\n", "line break"), ("\r\n", "line break"), ("\r", "line break"), ("\u2028", "line break"),
        ("\0", "U+0000"), ("\t", "U+0009"), ("\x1b", "U+001B"), ("\x9f", "U+009F"), ("\u202e", "U+202E"),
        ("\u200f", "U+200F"), ("\ufffd", "U+FFFD"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["name", "client_number"])
def test_a_letter_that_is_none_is_refused(
    refused: Callable[..., list[str]], letter: str, told: str, column: str
) -> None:
    """name-linebreak.csv and name-nul.csv: PostgreSQL takes no NUL at all."""
    row = {"name": "A.B. Voorbeeldstra", "client_number": "K1", column: f'"A{letter}B"'}
    (sentence,) = refused(f"{HEADER}{BSN};{row['name']};person;no;{row['client_number']}\r\n")
    assert sentence.startswith(f"Row 2: {column} holds a ")
    assert told in sentence


# --- How a program writes a list --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_a_spreadsheet_saves_is_read(
    sent: Callable[..., Said], office: Office, encoding: str, separator: str, end: str
) -> None:
    text = f"{HEADER}{BSN};Zoë Ångström;person;no;K1\r\n".replace(";", separator).replace("\r\n", end)
    sent(("\ufeff" if encoding in ("utf-16-le", "utf-16-be") else "") + text, encoding)
    assert office.clients.get().name == "Zoë Ångström"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (one("123456782").encode("utf-16-le"), "is not UTF-8. Save it as 'CSV UTF-8'."),
        (b"\xff\xfe" + one("123456782").encode("utf-16-le")[:-1], "is not UTF-8."),
        (one("123456782").encode("utf-32"), "is not UTF-8."),
        (f"{HEADER}{BSN};Zoë;person;no;\n".encode("cp1252"), "is not UTF-8."),
        (b"PK\x03\x04" + bytes(40), "is a workbook or a ZIP."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "is a workbook or a ZIP."),
        (b"", "is empty."),
        (b"\xef\xbb\xbf", "is empty."),
        (b"sep=;\r\n", "is empty."),
        (b'tax_id;"name;kind\n', "The first row has a quote"),
        (";".join(f"a{at}" for at in range(201)).encode(), "more than 200 columns"),
        (HEADER.encode() + b"x" * 100_001, "Row 2 is longer than 100000 characters."),
        (HEADER.encode() + b"1;" + b"x" * 1001 + b";person;no;\n", "Row 2: a cell is longer than 1000 characters."),
    ],
)
def test_what_is_no_list_gets_one_sentence_and_a_remedy(
    refused: Callable[..., list[str]], content: bytes, told: str
) -> None:
    (sentence,) = refused(content)
    assert told in sentence


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            "bsn;naam;soort;voormalig",
            "The first row misses the column tax_id, the column name, the column kind and the column former."
            " Call 'bsn' tax_id, 'naam' name, 'soort' kind and 'voormalig' former.",
        ),
        ("BSN/FI;name;kind;former", "The first row misses the column tax_id. Call 'bsn/fi' tax_id."),
        (
            "tax_id;name;kind;former;Klantnummer",
            "The first row must be: tax_id,name,kind,former, and client_number if you like, each of them once."
            " Call 'klantnummer' client_number.",
        ),
        (
            "tax_id;name;kind;former;stad",
            "The first row must be: tax_id,name,kind,former, and client_number if you like, each of them once."
            " Take the other columns out.",
        ),
        (
            "tax_id;name;kind",
            "The first row misses the column former."
            " Make it tax_id,name,kind,former, and client_number if you like.",
        ),
    ],
)  # fmt: skip
def test_a_dutch_header_is_told_how_to_be_called(refused: Callable[..., list[str]], header: str, sentence: str) -> None:
    assert refused(f"{header}\r\n{BSN};A;person;no;K1\r\n") == [sentence]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        ("persoon;no", "not 'persoon'. Write person."), ("Bedrijf;no", "Write company."),
        ("person;nee", "Write no."), ("person;Ja", "Write yes."), ("mens;no", "Write person or company."),
    ],
)  # fmt: skip
def test_a_dutch_word_is_told_which_one_it_means(refused: Callable[..., list[str]], row: str, remedy: str) -> None:
    assert refused(f"{HEADER}{BSN};A;{row};K1\r\n")[0].endswith(remedy)


@pytest.mark.django_db
def test_of_many_bad_rows_twenty_are_named(refused: Callable[..., list[str]]) -> None:
    *named, last = refused(HEADER + "1;A;person;no;\r\n" * 33)
    assert [line.partition(":")[0] for line in named] == [f"Row {at}" for at in range(2, 22)]
    assert last == "And 13 more rows are wrong."


@pytest.mark.django_db
def test_a_number_in_the_name_of_the_file_is_not_told(tmp_path: Path, office: Office) -> None:
    for content in (None, b"", b"PK\x03\x04"):
        path = tmp_path / f"klanten {BSN}.csv"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CommandError) as error:
            call_command("import_clients", path, office="kantoor")
        assert BSN not in str(error.value)


def test_the_list_knows_the_clients_as_the_database_does() -> None:
    """The reader stands free of Django, so it says these for itself."""
    assert list(words.KINDS) == Client.Kind.values
    assert Client._meta.get_field("name").max_length == cells.NAME_LENGTH
    assert Client._meta.get_field("client_number").max_length == cells.NUMBER_LENGTH


def test_every_fault_has_its_sentence() -> None:
    assert {*sentences.OF_A_FILE} == {*FileFlaw}
    assert {*sentences.OF_A_ROW} == {*RowFlaw, *CellFlaw, *NumberFlaw}
    assert {*ListFlaw} == {ListFlaw.MISSING_COLUMNS, ListFlaw.OTHER_COLUMNS}


# --- Never another's number -------------------------------------------------------------------------------------------

NUMBERS = st.sampled_from(
    [BSN, LOST, RSIN, "123456782", "111222333", "999000020", "999000871", "099900002", "099900087"]
)
MARKS = st.sampled_from(["", ".", ",", " ", "-", "/", "_", ":", "\u00a0", "\u2009", "\u2013", ". ", "'", "\u200b"])
AROUND = st.text(st.sampled_from("0123456789.,-/ eE+=\"'()NLB•x"), max_size=4)


def attempt(text: str, is_company: bool) -> str:
    try:
        return read_tax_id(text, is_company).number
    except NoTaxId as error:
        return "" if str(error) == error.flaw else "the text itself"


@settings(max_examples=1000, deadline=None)
@given(NUMBERS, st.booleans(), st.lists(MARKS, min_size=9, max_size=9), AROUND, AROUND, st.booleans())
def test_whatever_stands_around_it_a_number_is_itself_or_none(
    number: str, loses: bool, marks: list[str], before: str, behind: str, is_company: bool
) -> None:
    """`before` and `behind` hold digits of their own: they never become digits of the number."""
    digits = number.lstrip("0") if loses else number
    text = before + "".join(f"{digit}{mark}" for digit, mark in zip(digits, marks, strict=False)) + behind
    found = attempt(text, is_company)
    assert not found or stands_there(found, text)


@settings(max_examples=500, deadline=None)
@given(
    NUMBERS, st.booleans(), st.sampled_from([".0", ",0", ".00", "-1", " 1", "/1", ".1", "-01", "_2", ":1", "E0", " -1"])
)
def test_what_programs_put_behind_a_number_is_never_a_part_of_it(number: str, loses: bool, behind: str) -> None:
    digits = number.lstrip("0") if loses else number
    assert attempt(digits + behind, is_company=True) == ""


def stands_there(number: str, text: str) -> bool:
    """The rule once more, in other words than the reader's: nothing but these digits, in one piece or in three."""
    bare = text.strip(" \u00a0\u2009=\"'")
    groups = re.split(r"[. \u00a0]", bare)
    lengths = [len(group) for group in groups]
    whole = "".join(groups)
    assert set(bare) <= set("0123456789. \u00a0"), bare
    assert len({mark for mark in bare if not mark.isdigit()}) <= 1
    assert len(groups) == 1 or (len(groups) == 3 and lengths[1:] in ([2, 3], [3, 3]))
    return 7 <= len(whole) <= 9 and number == whole.zfill(9)


# --- Never a client lost ----------------------------------------------------------------------------------------------

THREE = [f"{BSN};Jansen;person;no;K1\r\n", f"{LOST};Nulmans;person;no;K2\r\n", "111222333;Smit;company;yes;K3\r\n"]


def read_text(text: str) -> list[Listed | BadRow]:
    return list(read(BufferedReader(BytesIO(text.encode()))))  # type: ignore[arg-type]


@settings(max_examples=1000, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from(['"', '""', ";", "\n", "\r", '"\n', ' "', '";'])), max_size=4
    )
)
def test_wherever_quotes_separators_and_line_ends_slip_in_no_client_is_lost(slips: list[tuple[int, str]]) -> None:
    """Either the list is refused, or its three clients are there with their numbers."""
    text = "".join(THREE)
    for at, slip in slips:
        text = text[:at] + slip + text[at:]
    rows = read_text(HEADER + text)
    if any(isinstance(row, BadRow) for row in rows):
        return
    assert [row.row.tax_id for row in rows if isinstance(row, Listed)] == [BSN, LOST, "111222333"]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_words(content: bytes) -> None:
    for body in (content, HEADER.encode() + content):
        try:
            told = [sentences.of_row(row) for row in read(BufferedReader(BytesIO(body))) if isinstance(row, BadRow)]  # type: ignore[arg-type]
        except BadFile as error:
            told = [sentences.of_file(error, "klanten.csv")]
        assert all(mask_within(line) == line for line in told)
