"""A WebSub subscriber on this machine, which confirms what it is asked, and remembers what it is sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Push:
    """What was posted."""

    path: str
    headers: Message = field(compare=False)
    content: bytes


@dataclass(slots=True)
class Subscriber:
    """`confirms` says what is answered to a challenge; with `status` every post is answered."""

    address: str
    confirms: bool = True
    status: int = 204
    asked: list[dict[str, str]] = field(default_factory=list)
    pushed: list[Push] = field(default_factory=list)


@contextmanager
def subscriber() -> Iterator[Subscriber]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {key: value[0] for key, value in parse_qs(urlsplit(self.path).query).items()}
            known.asked.append(asked)
            self.answer(200 if known.confirms else 404, asked.get("hub.challenge", "").encode())

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            known.pushed.append(Push(self.path, self.headers, content))
            self.answer(known.status, b"")

        def answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """What was asked and sent is remembered."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        known = Subscriber(f"http://127.0.0.1:{server.server_port}/push?of=club")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield known
        finally:
            server.shutdown()
            thread.join()
