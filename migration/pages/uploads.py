"""Receives an upload: counted and hashed while it streams to disk, never as a whole in memory."""

import os
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes to the private upload folder, and stops writing at the cap of the request, whatever Content-Length said.

    The file it gives has two attributes of its own: `digest` (SHA-256, hex) and `is_too_large`.
    """

    chunk_size = 2**20

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.limit = settings.UPLOAD_MAX_MB * 10**6
        self.received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.hash = sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received += len(raw_data)
        if self.received > self.limit:
            self.file.truncate(0)
            return None
        self.hash.update(raw_data)
        self.file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.seek(0)
        self.file.size = file_size
        self.file.digest = self.hash.hexdigest()  # type: ignore[attr-defined]
        self.file.is_too_large = self.received > self.limit  # type: ignore[attr-defined]
        return self.file
