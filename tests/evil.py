"""A web server that misbehaves on purpose, on this machine only: raw sockets, one thread a connection."""

import gzip
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import brotli

from tests.installed import program

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# However a test goes wrong, no connection is served for longer than this, in seconds, nor sends more than this.
LONGEST, MOST_BYTES = 20.0, 200_000_000
MOST_CONNECTIONS = 500
BOMB_BYTES = 512 * 1024 * 1024
MEGABYTE = bytes(1024 * 1024)


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked, with header names in lower case; `connection` counts from 0, as does `turn` on it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    time: float
    connection: int
    turn: int


@dataclass(slots=True)
class Talk:
    """The server's end of one connection."""

    sock: socket.socket
    over: threading.Event
    until: float
    sent: int = 0

    def send(self, data: bytes) -> None:
        self.sent += len(data)
        if self.over.is_set() or time.monotonic() > self.until or self.sent > MOST_BYTES:
            raise ConnectionAbortedError("this has gone on for long enough")
        self.sock.sendall(data)

    def drip(self, data: Iterable[bytes], seconds: float) -> None:
        for piece in data:
            self.send(piece)
            self.over.wait(seconds)

    def reset(self) -> None:
        """End the connection at once, without a goodbye (RST)."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        raise ConnectionAbortedError("reset on purpose")


Handler = Callable[[Talk, Request], None]


@dataclass(slots=True)
class Evil:
    """The server: `routes` says what each target is answered with, `requests` what was asked."""

    port: int
    scheme: str = "http"
    routes: dict[str, Handler] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.at("127.0.0.1")

    def at(self, host: str) -> str:
        """The server's origin under another name."""
        return f"{self.scheme}://{host}:{self.port}"

    def url(self, path: str, handler: Handler | None = None) -> str:
        """The address of a path, and what is to be answered there."""
        if handler is not None:
            self.routes[path] = handler
        return self.origin + path

    def asked(self, target: str) -> list[Request]:
        return [request for request in self.requests if request.target == target]


@contextmanager
def serving(certificate: Path | None = None, *, connections: int = MOST_CONNECTIONS) -> Iterator[Evil]:
    """A server on a free port of 127.0.0.1; over TLS with this certificate and key. robots.txt is 404 of itself."""
    listener = socket.create_server(("127.0.0.1", 0))
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    evil = Evil(listener.getsockname()[1], "https" if tls else "http")
    over, socks, threads = threading.Event(), list[socket.socket](), list[threading.Thread]()

    def accept() -> None:
        for number in range(connections):
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            socks.append(sock)
            thread = threading.Thread(target=_serve, args=(evil, sock, tls, over, number, socks), daemon=True)
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield evil
    finally:
        over.set()
        for sock in (listener, *socks):
            try:
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                pass
            sock.close()
        for thread in (acceptor, *threads):
            thread.join(LONGEST)
            assert not thread.is_alive()


def _serve(
    evil: Evil,
    sock: socket.socket,
    tls: ssl.SSLContext | None,
    over: threading.Event,
    number: int,
    socks: list[socket.socket],
) -> None:
    sock.settimeout(LONGEST)
    try:
        if tls is not None:
            sock = tls.wrap_socket(sock, server_side=True)
            socks.append(sock)
        talk = Talk(sock, over, time.monotonic() + LONGEST)
        with sock, sock.makefile("rb") as stream:
            turn = 0
            while (line := stream.readline(100_000).decode("latin-1").split()) and len(line) == 3:
                headers = dict(_headers(stream))
                body = stream.read(int(headers.get("content-length", "0")))
                request = Request(line[0], line[1], headers, body, time.monotonic(), number, turn)
                evil.requests.append(request)
                evil.routes.get(line[1], MISSING)(talk, request)
                turn += 1
    except (OSError, ValueError):
        pass  # the client has gone, or was made to
    finally:
        sock.close()


def _headers(stream: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    for line in stream:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            return
        yield name.strip().lower(), value.strip()


def head(status: int = 200, headers: Mapping[str, str] | Iterable[tuple[str, str]] = (), reason: str = "Word") -> bytes:
    """A status line and headers, sent as they are."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in pairs), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def answer(body: bytes = b"", status: int = 200, /, **headers: str) -> Handler:
    """A whole and correct answer, after which the connection is kept. Header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    empty = {} if status == 304 else {"Content-Length": str(len(body))}
    return raw(head(status, empty | named) + body, close=False)


def redirect(location: str, status: int = 302, /, **headers: str) -> Handler:
    return answer(b"elsewhere", status, Location=location.encode().decode("latin-1"), **headers)


def raw(data: bytes, *, close: bool = True) -> Handler:
    """These bytes, whatever they are."""

    def handler(talk: Talk, _: Request) -> None:
        talk.send(data)
        if close:
            talk.sock.shutdown(socket.SHUT_RDWR)

    return handler


def dripped(begin: bytes, rest: bytes, seconds: float = 0.2) -> Handler:
    """`begin` at once, then `rest` again and again, a byte at a time."""

    def handler(talk: Talk, _: Request) -> None:
        talk.send(begin)
        while True:
            talk.drip((rest[i : i + 1] for i in range(len(rest))), seconds)

    return handler


def endless(begin: bytes, rest: bytes) -> Handler:
    """`begin`, then `rest` for ever, as fast as it goes."""

    def handler(talk: Talk, _: Request) -> None:
        talk.send(begin)
        while True:
            talk.send(rest)

    return handler


def reset_after(data: bytes = b"") -> Handler:
    """These bytes, then a reset."""

    def handler(talk: Talk, _: Request) -> None:
        if data:
            talk.send(data)
        talk.reset()

    return handler


def in_turn(*handlers: Handler) -> Handler:
    """One handler for each request, the last one for all that follow."""
    waiting = list(handlers)

    def handler(talk: Talk, request: Request) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(talk, request)

    return handler


def only_first(handler: Handler) -> Handler:
    """What answers the first request of each connection; a second one is met by a reset."""

    def first(talk: Talk, request: Request) -> None:
        if request.turn:
            talk.reset()
        handler(talk, request)

    return first


@contextmanager
def refusing() -> Iterator[str]:
    """The origin of a port that nobody listens at; it is kept, so that nobody begins to."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


@contextmanager
def never_accepting() -> Iterator[str]:
    """The origin of a server whose backlog is full, so that a connection to it is not even refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for sock in waiting:
            sock.close()


def certificate(folder: Path, *names: str, days: int = 1) -> Path:
    """A certificate that nobody vouches for, and its key, in one file; valid for these names."""
    path, key = folder / "certificate.pem", folder / "key.pem"
    options = f"-x509 -newkey rsa:2048 -nodes -days {days} -subj /CN=evil.example -keyout {key} -out {path}"
    valid = "subjectAltName=" + ",".join(names)
    command = [program("openssl"), "req", *options.split(), "-addext", valid]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    path.write_bytes(path.read_bytes() + key.read_bytes())
    return path


@cache
def bomb(encoding: str) -> bytes:
    """512 MB of zeros, packed in a few hundred kilobytes or less. `encoding` as in Content-Encoding."""
    first, _, second = encoding.partition(", ")
    packed = _brotli_bomb() if first == "br" else _zlib_bomb(31 if first == "gzip" else 15)
    for layer in second.split(", ") if second else ():
        packed = brotli.compress(packed) if layer == "br" else gzip.compress(packed)
    return packed


def zstandard(content: bytes) -> bytes:
    """Packed as we never ask for."""
    return zstd.compress(content)


def _zlib_bomb(bits: int) -> bytes:
    """The same compressed block again and again: a full flush makes each stand by itself."""
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    first = packer.compress(MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * (BOMB_BYTES // len(MEGABYTE) - 1)


def _brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=1)
    pieces = [packer.process(MEGABYTE) for _ in range(BOMB_BYTES // len(MEGABYTE))]
    return b"".join([*pieces, packer.finish()])


# What is answered at a path that no test has said anything of.
MISSING = answer(b"There is nothing here.", 404)
