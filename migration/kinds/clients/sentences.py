"""What `import_clients` says of a list that is wrong: which row, what it is, and what to do. Never with a BSN/FI."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from migration.files.csv.flaws import BadFile, BadRow, FileFlaw, RowFlaw
from migration.kinds.clients.client_list import BadList, Listed
from migration.kinds.clients.flaws import CellFlaw, ListFlaw
from migration.kinds.clients.words import OPTIONAL, REQUIRED
from portal.tax_id import NumberFlaw

HEADER: Final = ",".join(REQUIRED)
OPTION: Final = ",".join(OPTIONAL)
WHOLE: Final = "Put all nine there; in a column of text a spreadsheet keeps the zeros."

OF_A_FILE: Final[Mapping[StrEnum, str]] = {
    FileFlaw.EMPTY: "{file} is empty. Its first row must be {header}.",
    FileFlaw.NOT_A_CSV: "{file} is a workbook or a ZIP. Open it and save it as 'CSV UTF-8'.",
    FileFlaw.ENCODING: "{file} is not UTF-8. Save it as 'CSV UTF-8'.",
    FileFlaw.SEPARATOR: "'sep=' names no separator that is read. Use a semicolon, a comma or a tab.",
    FileFlaw.HEADER: 'The first row has a quote (") that is not closed, or text behind one. Take the quotes away.',
    FileFlaw.TOO_MANY_COLUMNS: "The first row has more than {limit} columns. It must be {header}.",
    FileFlaw.TOO_MANY_ROWS: "The list has more than {limit} rows. Split it.",
    FileFlaw.ROW_TOO_LONG: "Row {row} is longer than {limit} characters. Look for line ends that were lost there.",
}

OF_A_ROW: Final[Mapping[StrEnum, str]] = {
    RowFlaw.OPEN_QUOTE: 'a quote (") opens a cell and is not closed. Close it or take it away.',
    RowFlaw.BEHIND_QUOTE: 'text stands behind the quote (") that closes a cell. Double the quotes within a cell.',
    RowFlaw.CELLS: "{found} columns instead of {expected}. Put a cell that holds a separator between quotes.",
    RowFlaw.LONG_CELL: "a cell is longer than {limit} characters. Look for a quote that is not closed.",
    CellFlaw.MISSING: "{column} is missing. Fill it in.",
    CellFlaw.TOO_LONG: "{column} is longer than {limit} characters. Make it shorter.",
    CellFlaw.LINE_BREAK: '{column} holds a line break. Make it one line, or close the quote (") that took the next'
    " row along.",
    CellFlaw.UNPRINTABLE: "{column} holds a character that is none of a text ({letter}). Take it out.",
    CellFlaw.NOT_ONE_OF: "{column} must be {choices}, not '{value}'.",
    CellFlaw.TWICE: "the same client stands in row {first} already. Take one of them out.",
    NumberFlaw.MISSING: "tax_id is missing. Fill in the BSN or RSIN.",
    NumberFlaw.DIGITS: f"tax_id must have 8 or 9 digits. {WHOLE}",
    NumberFlaw.SEVEN_OF_A_PERSON: "tax_id must have 8 or 9 digits. These 7 are no BSN, for none begins with two zeros:"
    " put all nine there.",
    NumberFlaw.SEVEN_DIGITS: "tax_id must have 8 or 9 digits. These 7 fail the 11-test, also with the two zeros that"
    " an RSIN may lose: put all nine there.",
    NumberFlaw.WRONG: "tax_id is wrong (it fails the 11-test). Compare it with a letter of the tax office.",
    NumberFlaw.DECIMALS: "tax_id is a number with decimals (as '.0' or ',0'). Take them away; in a column of text no"
    " program adds them.",
    NumberFlaw.EXPONENT: "tax_id is shortened (as '9,99E+08'), its digits are lost. Make the column text where the"
    " list comes from, and export it again.",
    NumberFlaw.SUFFIX: "tax_id has something behind the number, such as a volgnummer ('-1'). Leave the BSN or RSIN"
    " alone there, with all nine digits.",
    NumberFlaw.GROUPS: "tax_id is not grouped as a number is printed. Write its digits with nothing in between.",
    NumberFlaw.MASKED: f"tax_id is masked. {WHOLE}",
}


def of_file(error: BadFile, file: str) -> str:
    """`file`: its name, masked."""
    if isinstance(error.flaw, ListFlaw):
        return of_columns(**error.facts)
    return OF_A_FILE[error.flaw].format(file=file, header=HEADER, **error.facts)


def of_columns(renames: Mapping[str, str], missing: Sequence[str] = ()) -> str:
    """What the first row lacks, else that it has too much; and how to mend it, also where it is in Dutch."""
    whole = f"{HEADER}, and {OPTION} if you like"
    wrong = f"The first row must be: {whole}, each of them once."
    if missing:
        wrong = f"The first row misses {listed([f'the column {name}' for name in missing])}."
    if renames:
        calls = [f"'{name}' {meant}" for name, meant in renames.items()]
        return f"{wrong} Call {listed(calls)}."
    return f"{wrong} {f'Make it {whole}.' if missing else 'Take the other columns out.'}"


def of_list(error: BadList) -> str:
    """A line per row, and one for those that are not named."""
    lines = [of_row(row) for row in error.rows]
    if more := error.count - len(lines):
        lines.append(f"And {more} more {'row is' if more == 1 else 'rows are'} wrong.")
    return "\n".join(lines)


def of_row(row: BadRow) -> str:
    return f"Row {row.number}: {OF_A_ROW[row.flaw].format(**shown(**row.facts))}{remedy(**row.facts)}"


def shown(choices: Iterable[str] = (), **facts: Any) -> dict[str, Any]:
    return {**facts, "choices": " or ".join(choices)}


def remedy(choices: Iterable[str] = (), meant: str = "", **facts: Any) -> str:
    """Of a cell that must be one of a few."""
    return f" Write {meant or ' or '.join(choices)}." if choices else ""


def of_zeros(rows: list[Listed], named: int) -> str:
    """Which numbers got their zeros back; empty when none did."""
    numbers = [str(row.number) for row in rows if row.zeros]
    if not numbers:
        return ""
    more = [f"{len(numbers) - named} more"] if len(numbers) > named else []
    return f"tax_id had lost zeros at the beginning, and got them back: row {listed(numbers[:named] + more)}."


def listed(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
