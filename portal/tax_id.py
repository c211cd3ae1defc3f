"""The number by which the tax office knows a client: a BSN for people, an RSIN for the rest. One shape for both."""

import re
from typing import Final

from stdnum.exceptions import ValidationError
from stdnum.nl import bsn

SHAPE: Final = re.compile(r"[0-9]{8,9}")


def digits_of(text: str) -> str:
    """Nine digits of what may be a BSN or RSIN, written plainly or as 1234.56.789; empty when it cannot be one."""
    bare = re.sub(r"[ .-]", "", text.strip())
    return bare.zfill(9) if SHAPE.fullmatch(bare) else ""


def read_tax_id(text: str) -> str:
    """Nine digits that pass the 11-test (the same for BSN and RSIN); a lost leading zero is put back.

    ValueError says in Dutch what is wrong, without the number.
    """
    number = digits_of(text)
    if not number:
        raise ValueError("het BSN/FI moet uit 8 of 9 cijfers bestaan")
    try:
        return bsn.validate(number)
    except ValidationError:
        raise ValueError("het BSN/FI klopt niet (elfproef)") from None
