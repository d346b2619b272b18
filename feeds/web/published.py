"""The published files over HTTP: who asks for what, who has it already, and who has had enough.

It is an ASGI application of its own beside Starlette's routes, since nearly all that a feed server ever says is 304.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.config import Config
from feeds.web import answers, coding, conditions, fairness, names, styled
from feeds.web.answers import Answer, Heads
from feeds.web.conditions import Verdict
from feeds.web.names import Name
from feeds.web.shelf import Crowded, Document, Shelf

CONDITIONS = (b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since")
WANTED = frozenset((*CONDITIONS, b"accept-encoding", b"sec-fetch-dest", b"x-forwarded-for"))
READING = frozenset(("GET", "HEAD"))
ALLOWED = (b"allow", b"GET, HEAD, OPTIONS")
PREFLIGHT = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"If-None-Match, If-Modified-Since"),
    (b"access-control-max-age", b"86400"),
)
# Answers that are on their way at one time, those to slow readers included. Above that, others are told to come later.
MOST_AT_ONCE = 2_000
COME_BACK = 30  # seconds, by when any crowd that was let in has been served
NOTHING = answers.text(404, "There is no such feed here.")
CROWDED = answers.later(503, "Too many ask at the moment; please come back.", COME_BACK)


class Published:
    """Answers for what is published, and hands everything else on to `pages`. `clock` gives the seconds since 1970."""

    def __init__(self, config: Config, pages: ASGIApp, clock: Callable[[], float] = time.time) -> None:
        self._out = str(config.out)
        self._pages = pages
        self._clock = clock
        self._shelf = Shelf(styled.page, clock)
        self._fairness = fairness.Fairness()
        self._offered = (coding.BROTLI, coding.GZIP) if config.web.brotli else (coding.GZIP,)
        self._ages = {feed.name: answers.max_age(None if feed.cron else feed.every) for feed in config.feeds}
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        name = names.name("/index.html" if path == "/" else path) if scope["type"] == "http" else None
        if name is None:
            await self._pages(scope, receive, send)
            return
        if self._running >= MOST_AT_ONCE:
            await _send(CROWDED, scope, send)
            return
        self._running += 1
        try:
            answer = await self._answer(name, scope)
            if answer is None:
                await self._pages(scope, receive, send)
            else:
                await _send(answer, scope, send)
        finally:
            self._running -= 1

    def unchanged(self, path: str, asked: Mapping[bytes, str]) -> bytes | None:
        """The headers of the answer to a GET that is 304 and needs no reading; None for every other."""
        name = names.name("/index.html" if path == "/" else path)
        if name is None:
            return None
        look = name.styled and asked.get(b"sec-fetch-dest") == "document"
        document = self._shelf.known(self._out, name, styled=look)
        if document is None or document.modified > self._clock():
            return None
        packed = coding.choose(asked.get(b"accept-encoding"), self._offered)
        heads = self._heads(name, document, packed, look=look)
        verdict = conditions.judge(document.digest, document.modified, heads.etag, asked)
        return heads.lines if verdict is Verdict.UNCHANGED else None

    def close(self) -> None:
        self._shelf.close()

    async def _answer(self, name: Name, scope: Scope) -> Answer | None:
        """None where the answer is for the pages to give."""
        if scope["method"] not in READING:
            if scope["method"] == "OPTIONS":
                return Answer(204, [ALLOWED, *PREFLIGHT])
            return answers.text(405, "Feeds can only be read.", [ALLOWED])
        asked = gathered(scope["headers"])
        look = name.styled and asked.get(b"sec-fetch-dest") == "document"
        packed = coding.choose(asked.get(b"accept-encoding"), self._offered)
        try:
            document = await self._shelf.document(self._out, name, styled=look, packed=packed)
            if document is None:
                return None if name.path == "index.html" else NOTHING
            heads = self._heads(name, document, packed, look=look)
            verdict = conditions.judge(document.digest, document.modified, heads.etag, asked)
            if verdict is Verdict.UNCHANGED:
                return Answer(304, heads.unchanged)
            if verdict is Verdict.FAILED:
                return answers.text(412, "The feed is not what it was.")
            if wait := self._too_much(name, asked, scope):
                return answers.later(429, f"That was much at once; please come back in {wait} seconds.", wait)
            body = await self._shelf.body(self._out, name, styled=look, packed=packed)
        except Crowded:
            return CROWDED
        if body is None:
            return NOTHING
        document, content = body
        whole = self._heads(name, document, packed, look=look).whole
        return Answer(200, [*whole, (b"content-length", b"%d" % len(content))], content)

    def _heads(self, name: Name, document: Document, packed: str, *, look: bool) -> Heads:
        known = document.told.get(packed)
        if not isinstance(known, Heads):
            known = answers.heads(name, document, packed, styled=look, max_age=self._age(name), link=None)
            document.told[packed] = known
        return known

    def _age(self, name: Name) -> int:
        return answers.LONGEST if name.archive else self._ages.get(name.slug or "", answers.USUAL)

    def _too_much(self, name: Name, asked: Mapping[bytes, str], scope: Scope) -> int:
        peer = scope.get("client")
        client = fairness.client(peer[0], asked.get(b"x-forwarded-for")) if peer else None
        if client is None:
            return 0
        conditional = conditions.conditional(asked)
        return self._fairness.wait(client, name.path, conditional=conditional, now=time.monotonic())


def gathered(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, str]:
    """The headers that matter, those that come twice as one (RFC 9110, section 5.3)."""
    found: dict[bytes, str] = {}
    for name, value in headers:
        if name in WANTED:
            text = value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if name in found else text
    return found


async def _send(answer: Answer, scope: Scope, send: Send) -> None:
    start: dict[str, Any] = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
    length = any(name == b"content-length" for name, _ in answer.headers) or answer.status in (204, 304)
    if not length:
        start["headers"] = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
    await send(start)
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})
