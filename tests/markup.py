"""Markup as a test reads it: where a template breaks a line, there is a space."""

import re


def unfolded(html: str) -> str:
    return re.sub(r" *\n\s*", " ", html)
