"""The names of a ZIP's members: read, cleaned to be shown, and judged. A name is text, never a path. No Django."""

import zlib
from typing import Final

from migration.files.zip.headers import UNICODE_PATH_EXTRA, UTF8, Header, extra_fields

NAME_LENGTH: Final = 255
DEVICES: Final = ("//./", "//?/")  # how Windows is told that a name is none of its folders'
UNIX_HOSTS: Final = (3, 19)  # "version made by", APPNOTE 4.4.2: Unix and macOS


def decoded(header: Header) -> str:
    """The member's name as its archiver meant it (APPNOTE appendix D), not cleaned."""
    name = header.name
    if name.isascii():
        return name.decode("ascii")
    if header.flags & UTF8:
        return name.decode("utf-8", "replace")
    for kind, body in extra_fields(header.extra):
        if kind == UNICODE_PATH_EXTRA and body[1:5] == zlib.crc32(name).to_bytes(4, "little"):
            return body[5:].decode("utf-8", "replace")
    return _unmarked(name, header.made_by >> 8)


def _unmarked(name: bytes, host: int) -> str:
    """A name without the UTF-8 flag: cp437 by the rule, but macOS and Unix archivers leave UTF-8 unmarked."""
    if host in UNIX_HOSTS:
        try:
            return name.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return name.decode("cp437")


def clean(name: str) -> str:
    """The name fit to show: forward slashes and none in front, no controls, bidi marks or surrogates.

    Of a long one the end is kept.
    """
    name = name.replace("\\", "/")
    if not name.isprintable():
        name = "".join(letter for letter in name if letter.isprintable())
    name = name.lstrip("/")
    if len(name) > NAME_LENGTH:
        name = "…" + name[1 - NAME_LENGTH :]
    return name or "(zonder naam)"


def is_candidate(name: str, suffixes: tuple[str, ...]) -> bool:
    """Whether a cleaned name ends on one of the suffixes, and is not what macOS adds beside the files."""
    if not name.lower().endswith(suffixes):
        return False
    *folders, base = name.split("/")
    return "__MACOSX" not in folders and not base.startswith("._")


def is_unsafe(name: str) -> bool:
    """Whether a name, used as a path, would lead out of its folder: by '..', a drive letter or a device.

    A slash in front leads nowhere: several .NET writers put one there, and every reader takes it off.
    """
    name = "".join(filter(str.isprintable, name)).replace("\\", "/")
    return name.lstrip("/")[1:2] == ":" or name.startswith(DEVICES) or ".." in name.split("/")


def suffix(name: str) -> str:
    base = name.rpartition("/")[2]
    return "." + base.rpartition(".")[2].lower()[:10] if "." in base else "bestand zonder extensie"
