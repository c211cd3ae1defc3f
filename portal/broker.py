"""How to speak to each broker: tight time-outs, because a page may not wait for a doorbell."""

import logging
import os
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)

SECONDS = 2
ONE_TRY = {"max_retries": 0, "interval_start": 0, "interval_step": 0, "interval_max": 0}
"""Without these a client tries to connect for ever."""


def transport_options(url: str, data_dir: Path) -> dict[str, Any]:
    """Celery's transport options for the broker at this URL; makes the folders of the embedded one."""
    scheme = url.partition("://")[0]
    if scheme == "filesystem":
        return embedded(data_dir / "broker")
    if scheme in ("redis", "rediss"):
        return {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "retry_on_timeout": False}
    return {"confirm_publish": True, "write_timeout": SECONDS}


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
