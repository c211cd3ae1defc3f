"""How gunicorn runs (`--config python:portal.running.gunicorn`): its log looks like the portal's own."""

import os

from portal.running.logs import config_of_gunicorn

logconfig_dict = config_of_gunicorn(os.environ.get("LOG_FORMAT", "line"))
