"""What can be wrong with a list of clients, beside what can be wrong with a CSV and with a number."""

from enum import StrEnum


class ListFlaw(StrEnum):
    """Of the header; the facts that come with it stand behind."""

    MISSING_COLUMNS = "missing columns"  # missing, renames: what a column must be called, by what it is called
    OTHER_COLUMNS = "other columns"  # renames


class CellFlaw(StrEnum):
    """Of one row."""

    MISSING = "cell missing"  # column
    TOO_LONG = "too long"  # column, limit
    LINE_BREAK = "line break"  # column
    UNPRINTABLE = "unprintable"  # column, letter: by its number in Unicode
    NOT_ONE_OF = "not one of"  # column, choices, value (masked), meant: the choice that it is a word for, or ""
    TWICE = "twice"  # first: the row in which the same client stands
