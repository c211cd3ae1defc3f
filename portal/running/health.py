"""Is this process alive, and can it do its work? For a probe: nobody signs in, and it hears 'ok' or 'not ok' alone.

What exactly is wrong stands in the log: an answer that anybody can read names no host, no path and no error.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from health_check import Database, HealthCheck, Storage
from health_check.exceptions import ServiceUnavailable, ServiceWarning
from health_check.views import HealthCheckView

from portal.celery import app
from portal.running import disk, static
from portal.running.broker import SECONDS

PREFIX: Final = "/gezond/"


class Nobody:
    """Middleware, the first of all: whoever asks for health has no session, and none is read or renewed for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIX):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Alive as long as it answers. It asks nothing of the database: a restart would not bring that back."""
    return JsonResponse({"status": "ok"})


class Check(HealthCheck):
    """One thing to look at, in the thread of the request and over its connection to the database.

    Without an `essential` thing the web cannot do its work, so nothing should be sent here; the others concern what
    happens later, and a web that is taken away would not make them better.
    """

    name: ClassVar[str]
    essential: ClassVar[bool] = False

    async def run(self) -> None:
        await sync_to_async(self.look)()

    def look(self) -> None:
        """Raises one of the library's exceptions where something is wrong."""
        raise NotImplementedError


CHECKS: Final[list[type[Check]]] = []


def register(*checks: type[Check]) -> None:
    CHECKS.extend(check for check in checks if check not in CHECKS)


class Ready(HealthCheckView):
    """Every check in turn. 503 where something essential is wrong; else 200, 'degraded' where anything is."""

    http_method_names = ["get", "head"]  # noqa: RUF012 (as Django has it)

    async def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        checks = [check() for check in CHECKS]
        wrong = [check for check in checks if (await check.get_result()).error]
        down = any(check.essential for check in wrong)
        status = "down" if down else "degraded" if wrong else "ok"
        said = {check.name: "not ok" if check in wrong else "ok" for check in checks}
        return JsonResponse({"status": status, "checks": said}, status=503 if down else 200)


# --- What the shell itself needs -------------------------------------------------------------------------------------


class DatabaseAnswers(Check):
    name = "database"
    essential = True

    def look(self) -> None:
        Database().run()


class ProbeFile(Storage):
    def get_file_name(self) -> str:
        """Where uploads lie; one that a killed process leaves is removed as a file that no run knows."""
        return super().get_file_name().rpartition("/")[2]


class StorageTakesFiles(Check):
    name = "storage"
    essential = True

    def look(self) -> None:
        ProbeFile(alias="uploads").run()


class StaticFilesAreThere(Check):
    """Without them signing in ends in an error, as every page does."""

    name = "static"
    essential = True

    def look(self) -> None:
        if missing := static.missing_here():
            raise ServiceUnavailable(f"{len(missing)} static files are missing: run collectstatic, then start anew")


class DiskHasRoom(Check):
    """For an upload of the largest size."""

    name = "room"

    def look(self) -> None:
        if not has_room():
            raise ServiceWarning("little room on the disk")


def has_room() -> bool:
    least: int = settings.MIN_FREE_MB * 10**6
    return disk.free_space() >= least


class BrokerAnswers(Check):
    """The portal works without its doorbell: what comes in waits for the next sweep. So this is a warning."""

    name = "broker"
    timeout = timedelta(seconds=2 * SECONDS)

    def look(self) -> None:
        try:
            with app.connection_for_write(connect_timeout=SECONDS) as connection:
                connection.ensure_connection(max_retries=1, timeout=SECONDS)
        except Exception as error:  # away, or it refuses: each client has exceptions of its own for that
            raise ServiceUnavailable("the broker does not answer") from error


register(DatabaseAnswers, StorageTakesFiles, StaticFilesAreThere, DiskHasRoom, BrokerAnswers)
