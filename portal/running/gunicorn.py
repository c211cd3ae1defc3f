"""How gunicorn runs (`--config python:portal.running.gunicorn`): with the portal's own log, and few connections."""

from portal.environment.reading import env
from portal.environment.rules import or_exit, refuse_nonsense
from portal.running import connections
from portal.running.logs import config_of_gunicorn

with or_exit():  # in the main process: what its workers say of a setting, it only counts
    refuse_nonsense()

connections.share()

logconfig_dict = config_of_gunicorn(env.str("LOG_FORMAT", default="line"))
control_socket_disable = True  # nobody manages it but by signals, so nothing listens in somebody's home
