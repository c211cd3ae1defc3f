"""What a kind of import says of its ZIPs: how it calls what is wrong, which members may be its own, and the limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from migration.problems import Problem

MB: Final = 1024 * 1024
GB: Final = 1024 * MB


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipProblems:
    """How a kind of import calls what is wrong with a ZIP, or with one member of it.

    Each comes with the facts that its `cause` may name; `detail` is the end of a sentence, in Dutch.
    """

    not_a_zip: Problem  # detail
    damaged: Problem  # detail
    encrypted: Problem
    too_large: Problem  # detail
    nothing_of_ours: Problem  # found: which files there are instead
    unsafe: Problem  # detail

    member_encrypted: Problem
    member_method: Problem  # method
    member_unsafe: Problem  # detail
    member_too_large: Problem  # size and limit, in MB
    member_damaged: Problem  # detail


@dataclass(frozen=True, slots=True)
class Limits:
    """What a whole file may ask of us, and one `member`. Sizes in bytes; `ratio` is unpacked ÷ packed of the file."""

    members: int = 200_000
    unpacked: int = 4 * GB
    ratio: int = 200
    member: int = 20 * MB


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipRules:
    """All that the reader of ZIPs must be told. A member may be the kind's own by its `suffixes`, in lower case.

    `loose` are the first bytes of what users upload instead of the ZIP that it belongs in, and what that is.
    """

    problems: ZipProblems
    suffixes: tuple[str, ...]
    loose: Mapping[bytes, str] = field(default_factory=dict)
    limits: Limits = Limits()
