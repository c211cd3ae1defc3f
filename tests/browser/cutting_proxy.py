"""A network that fails: passes TCP on to the portal, and cuts every upload in the middle while a test asks for it."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER: close with RST, as a network that is gone does."""
BODY_BEGUN: Final = 16_000
"""A request of this many bytes is an upload that is under way."""


class CuttingProxy:
    """Listens on a port of its own. A browser tries a cut request once more by itself, so each try must be cut."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self.target = (host, int(port))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.cuts_uploads = False
        self.was_cut = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                browser, _ = self.listener.accept()
                threading.Thread(target=self.pass_on, args=(browser,), daemon=True).start()

    def pass_on(self, browser: socket.socket) -> None:
        with socket.create_connection(self.target) as portal:
            back = threading.Thread(target=pump, args=(portal, browser), daemon=True)
            back.start()
            sent = 0
            with suppress(OSError):
                while data := browser.recv(4096):
                    sent = sent + len(data) if not data.startswith((b"GET ", b"POST ")) else len(data)
                    if self.cuts_uploads and sent > BODY_BEGUN:
                        return self.cut(browser)
                    portal.sendall(data)
        return browser.close()

    def cut(self, browser: socket.socket) -> None:
        self.was_cut += 1
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        browser.close()


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def cutting_proxy(url: str) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(url)
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.listener.close()
