"""Settings under which some documents stop their process (poison.py)."""

from tests.crash.settings import *  # noqa: F403
from tests.crash.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.crash.poison.PoisonConfig"]
