"""A mail server of this machine that keeps what it gets: real SMTP, without a dependency."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Mailbox(socketserver.ThreadingTCPServer):
    """`messages` holds what came in; while `refuses` is set, every message is answered with 451."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.messages: list[EmailMessage] = []
        self.refuses = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def deliver(self, content: bytes) -> bytes:
        if self.refuses:
            return b"451 try again later"
        self.messages.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        return b"250 taken"


class Conversation(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.say(b"220 test")
        while line := self.rfile.readline():
            verb = line.split(b" ")[0].strip().upper()
            if verb == b"DATA":
                self.say(b"354 go on")
                self.say(self.server.deliver(b"".join(self.lines())))
            elif verb == b"QUIT":
                return self.say(b"221 bye")
            else:
                self.say(b"250 ok")
        return None

    def lines(self) -> Iterator[bytes]:
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            yield line.removeprefix(b".")

    def say(self, answer: bytes) -> None:
        self.wfile.write(answer + b"\r\n")


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        thread = threading.Thread(target=mailbox.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield mailbox
        mailbox.shutdown()
        thread.join()
