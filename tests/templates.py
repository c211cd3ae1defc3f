"""Compiles every template: a tag that does not exist is found before a user finds it. `make check` runs this."""

import os
import sys
from pathlib import Path

import django


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template

    folder = Path(__file__).parent.parent / "templates"
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.html"))
    broken = 0
    for name in names:
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            print(f"{name}: {error}")
            broken += 1
    print(f"{len(names)} templates, {broken} broken")
    return broken or not names


if __name__ == "__main__":
    sys.exit(main())
