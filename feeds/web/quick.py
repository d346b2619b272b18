"""The connection of a client: uvicorn's own, with limits, and a short way for the answer that nearly all requests get.

A 304 that needs no reading is written as soon as its request is there, without an ASGI task for it: that costs a third
(python bench/serve.py). Whatever is not such a request, whole, plain and alone, takes uvicorn's way.
"""

import re
from asyncio import TimerHandle, Transport
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.web.published import WANTED, Published, gathered

# A GET with its headers and nothing after them, as RFC 9112 has it, with no line that is folded or odd.
REQUEST = re.compile(
    rb"GET (/[!#-~]*) HTTP/1\.1\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ \t]*[\t\x20-\x7e\x80-\xff]*\r\n)+)\r\n"
)
CONDITION = re.compile(rb"\nif-(?:none-match|modified-since):", re.IGNORECASE)
# What asks for more than an answer: a body to be read, another protocol, an end of the connection.
MORE = re.compile(
    rb"\n(?:content-length|transfer-encoding|upgrade|expect|connection:(?![ \t]*keep-alive[ \t]*\r))", re.I
)
HOST = re.compile(rb"\nhost:", re.IGNORECASE)
MOST_BYTES = 8_192
# A request has so many seconds to arrive, and its head so many bytes: uvicorn waits for ever, and keeps all that comes.
PATIENCE, MOST_HEAD = 30.0, 65_536
# A reader asks in the same words each time, and so do all of its kind for one feed: the last ones are not read again.
REMEMBERED = 1_024


class Connection(HttpToolsProtocol):
    """uvicorn's protocol for a `Published` application."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._amid = False  # a request has begun to arrive and has not ended
        self._head = 0  # bytes of its head so far; none when that is complete
        self._patience: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        lines = None if self._busy() else self._unchanged(data)
        if lines is None:
            self._received(data)
            return
        date = b"".join(b"%s: %s\r\n" % header for header in self.server_state.default_headers)
        self.transport.write(b"HTTP/1.1 304 Not Modified\r\n" + date + lines + b"\r\n")
        self.server_state.total_requests += 1
        self._wait_no_more()
        if self.timeout_keep_alive_task is None or self.timeout_keep_alive_task.when() < self.loop.time() + 1:
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_message_begin(self) -> None:
        self._amid, self._head = True, 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._amid = False
        super().on_message_complete()

    def _received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head:
            self._head += len(data)
            if self._head > MOST_HEAD:
                self.send_400_response("The head of this request is too long.")
        if not self._amid:
            self._wait_no_more()
        elif self._patience is None:
            self._wait()

    def _wait(self) -> None:
        self._patience = self.loop.call_later(PATIENCE, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _busy(self) -> bool:
        return self._amid or bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)

    def _unchanged(self, data: bytes) -> bytes | None:
        request = _request(data) if len(data) <= MOST_BYTES else None
        if request is None or not isinstance(self.app, Published):
            return None
        return self.app.unchanged(request.path, request.asked)


@dataclass(frozen=True, slots=True)
class _Request:
    path: str
    asked: Mapping[bytes, str]


@lru_cache(maxsize=REMEMBERED)
def _request(data: bytes) -> _Request | None:
    """What is asked for on a condition, with no more to it; None for any other request."""
    if not CONDITION.search(data) or MORE.search(data) or len(HOST.findall(data)) != 1:
        return None
    request = REQUEST.fullmatch(data)
    if request is None:
        return None
    target, fields = request.groups()
    pairs = (line.split(b":", 1) for line in fields.split(b"\r\n")[:-1])
    asked = gathered((lower, value.strip(b" \t")) for name, value in pairs if (lower := name.lower()) in WANTED)
    path = target.partition(b"?")[0].decode("ascii")
    return _Request(unquote(path) if "%" in path else path, asked)
