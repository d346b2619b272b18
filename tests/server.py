"""A web site on this machine that answers as it is told, and remembers what it was asked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: the path with its query, and the headers."""

    path: str
    headers: Message


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered. A body of text is HTML in UTF-8."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Response | Callable[[Request], Response]


@dataclass(slots=True)
class Site:
    """`pages` are answers by path, and can change at any time; whatever is not there is a 404."""

    address: str
    pages: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def __call__(self, path: str = "/") -> str:
        """The whole address of a path."""
        return self.address + path

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, in order; robots.txt is not a page."""
        return [request.path for request in self.requests if request.path != "/robots.txt"]


def redirect(to: str, status: int = 302) -> Response:
    return Response(status=status, headers={"Location": to})


def unchanged_since(page: Response, etag: str) -> Answer:
    """The page with an ETag, and a 304 for whoever has it."""

    def answer(request: Request) -> Response:
        if request.headers["If-None-Match"] == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(page.body, page.status, {**page.headers, "ETag": etag})

    return answer


@contextmanager
def serve() -> Iterator[Site]:
    """A site that answers on a free port of 127.0.0.1 for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one piece, or each answer waits for an acknowledgement

        def do_GET(self) -> None:
            request = Request(self.path, self.headers)
            site.requests.append(request)
            answer = site.pages.get(self.path, Response("<h1>Not found</h1>", 404))
            response = answer(request) if callable(answer) else answer
            body = response.body.encode() if isinstance(response.body, str) else response.body
            self.send_response(response.status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **response.headers}.items():
                self.send_header(name, value)
            if "Content-Length" not in response.headers and response.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The tests say what matters."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        site = Site(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
