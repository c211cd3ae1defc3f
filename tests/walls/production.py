"""The settings of production, in a process of its own: run as a module it signs in and prints the cookies it got."""

import json
import os
from pathlib import Path


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """HTTPS, a host, a broker and a mail server, as a real installation has them."""
    own = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
        "SECRET_KEY": "of-no-installation-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "portal.example",
        "SITE_URL": "https://portal.example",
        "CELERY_BROKER_URL": "redis://127.0.0.1:6379/9",
        "EMAIL_URL": "smtp://127.0.0.1:25",
        "SUPPORT_EMAIL": "support@kantoor.nl",
        "LOG_LEVEL": "ERROR",
    }
    inherited = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return {**inherited, **own, **changes}


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client as Browser

    from portal.models import Office, User

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    office = Office.objects.create(slug="kantoor", name="Kantoor")
    User.objects.create_user("anna@kantoor.example", "een-lange-zin-voor-de-muren", name="Anna", office=office)
    browser = Browser(headers={"host": "portal.example"})
    browser.get("/inloggen/", secure=True)
    answers = {"login": "anna@kantoor.example", "password": "een-lange-zin-voor-de-muren"}
    browser.post("/inloggen/", answers, secure=True)
    cookies = browser.cookies.items()
    print(json.dumps({name: dict(morsel) for name, morsel in cookies}))


if __name__ == "__main__":
    main()
