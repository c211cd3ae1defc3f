"""Settings under which a lease runs out within seconds, so that a test need not wait for minutes (hurry.py)."""

from tests.crash.settings import *  # noqa: F403
from tests.crash.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.crash.hurry.HurryConfig"]
