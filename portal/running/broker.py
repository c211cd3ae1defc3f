"""How to speak to each broker: tight time-outs, because a page may not wait for a doorbell.

This is the one module that reaches into kombu, and past what it promises: pyproject.toml keeps the next minor release
out, and one that changes what is used here fails `tests/portal/test_private_parts.py` by name.
"""

import logging
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem, pyamqp
from kombu.utils.json import dumps

logger = logging.getLogger(__name__)

SECONDS = 2
ONE_RETRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
"""Of a page's connection; without these it would try for ever. A worker does: it has nothing else to do."""


TRANSPORTS = {
    "filesystem": "portal.running.broker:Embedded",
    "amqp": "portal.running.broker:RabbitMQ",
    "pyamqp": "portal.running.broker:RabbitMQ",
    "amqps": "portal.running.broker:RabbitMQOverTLS",
}


def transport(url: str) -> str | None:
    """The class that speaks to the broker at this URL; None where Celery's own choice is right."""
    return TRANSPORTS.get(url.partition("://")[0])


def transport_options(url: str, data_dir: Path) -> dict[str, Any]:
    """Celery's transport options for the broker at this URL; makes the folders of the embedded one."""
    scheme = url.partition("://")[0]
    if scheme == "filesystem":
        return embedded(data_dir / "broker")
    if scheme in ("redis", "rediss"):
        timeouts = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "retry_on_timeout": False}
        return {**ONE_RETRY, **timeouts}
    return {**ONE_RETRY, "confirm_publish": True, "write_timeout": SECONDS}


def embedded(folder: Path) -> dict[str, Any]:
    """A queue of files, for one machine: in and out are one folder, and only its owner may look into it."""
    folders = {name: folder / name for name in ("queue", "control", "processed")}
    for path in (folder, *folders.values()):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folders["queue"]),
        "data_folder_out": str(folders["queue"]),
        "control_folder": str(folders["control"]),
        "processed_folder": str(folders["processed"]),
        "polling_interval": 0.2,
    }


# --- RabbitMQ ---------------------------------------------------------------------------------------------------------


class Bounded:
    """py-amqp waits for ever for an answer; this gives up after seconds, and says no goodbye to who does not listen."""

    connection: Any

    def wait(self, method: Any, callback: Any = None, timeout: float | None = None, returns_tuple: bool = False) -> Any:
        connection = self.connection
        try:
            return super().wait(method, callback, timeout or SECONDS, returns_tuple)  # type: ignore[misc]
        except TimeoutError:
            connection.collect()
            raise


class BoundedChannel(Bounded, pyamqp.Channel):
    pass


class BoundedConnection(Bounded, pyamqp.Connection):
    Channel = BoundedChannel


class RabbitMQ(pyamqp.Transport):
    Connection = BoundedConnection


class RabbitMQOverTLS(pyamqp.SSLTransport):
    Connection = BoundedConnection


# --- The embedded broker ----------------------------------------------------------------------------------------------


class EmbeddedChannel(filesystem.Channel):
    """Fit for `kill -9` and for a power cut: half a file is no message, and stops no worker."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """A message appears whole: a reader never finds it half written."""
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        part = Path(self.data_folder_out, f"{name}.part")
        try:
            part.write_text(dumps(payload))
            part.replace(Path(self.data_folder_out, name))
        except OSError:  # a full disk: nothing half is left behind
            part.unlink(missing_ok=True)
            raise

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except ValueError:
            logger.warning("A message that was cut off is thrown away; the sweeper rings again")
            raise Empty from None

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        try:
            super()._queue_bind(exchange, routing_key, pattern, queue)
        except ValueError:
            logger.warning("A table of queues that was cut off is made anew")
            self._exchange_file(exchange).unlink(missing_ok=True)
            super()._queue_bind(exchange, routing_key, pattern, queue)


class Embedded(filesystem.Transport):
    """Polled by the worker's event loop, as Redis and RabbitMQ are.

    So its processes are those of every broker: without the loop they would share a pipe and a lock, and a process that
    is killed while it waits for work would keep that lock for ever.
    """

    Channel = EmbeddedChannel
    implements = filesystem.Transport.implements.extend(asynchronous=True)

    def register_with_event_loop(self, connection: Any, loop: Any) -> None:
        loop.call_repeatedly(self.polling_interval, self.look, connection)

    def look(self, connection: Any) -> None:
        with suppress(TimeoutError):  # none, or none any more
            while True:
                self.drain_events(connection, timeout=0)
