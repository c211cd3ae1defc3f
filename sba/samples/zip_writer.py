"""Writes a ZIP of any size with flat memory."""

import struct
import zlib
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import BinaryIO


class ZipWriter:
    """Writes a ZIP as it goes. The directory waits in a temporary file, so memory stays flat whatever the count."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._directory = SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 - closed in close()
        self._count = 0

    def add(self, name: str, content: bytes, dated_on: date, *, is_encrypted: bool = False) -> None:
        """Add one deflated member; `is_encrypted` makes one that says it has a password."""
        stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = stream.compress(content) + stream.flush()
        if is_encrypted:
            packed = bytes(12) + packed  # APPNOTE 6.1.3: the encryption header; what follows looks like noise anyway
        day = max(dated_on.year - 1980, 0) << 9 | dated_on.month << 5 | dated_on.day
        flags = 0x800 | is_encrypted
        sizes = (zlib.crc32(content), len(packed), len(content), len(name.encode()), 0)
        common = struct.pack("<5H3L2H", 20, flags, 8, 6 << 11, day, *sizes)
        head = struct.pack("<4sH", b"PK\x01\x02", 20) + common
        self._directory.write(head + struct.pack("<3H2L", 0, 0, 0, 0, self._file.tell()) + name.encode())
        self._file.write(b"PK\x03\x04" + common + name.encode() + packed)
        self._count += 1

    def close(self) -> None:
        """Write the directory and the end records, those of Zip64 too where the count needs them (APPNOTE 4.3.14)."""
        start, length = self._file.tell(), self._directory.tell()
        self._directory.seek(0)
        while block := self._directory.read(1 << 20):
            self._file.write(block)
        self._directory.close()
        end = start + length
        count, full = self._count, min(self._count, 0xFFFF)
        if full == 0xFFFF:
            self._file.write(struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, start))
            self._file.write(struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1))
        self._file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, full, full, length, start, 0))
