"""The published files over HTTP: who asks for what, who has it already, and who has had enough.

It is an ASGI application of its own beside Starlette's routes, since nearly all that a feed server ever says is 304.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from feeds import farewell, freshness, values
from feeds.configuration import Config
from feeds.model import Slug
from feeds.web import access, answers, coding, conditions, fairness, names, styled
from feeds.web.answers import Answer, Heads
from feeds.web.conditions import Verdict
from feeds.web.names import PUSHED, Name
from feeds.web.shelf import Crowded, Document, Shelf

CONDITIONS = (b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since")
WANTED = frozenset((*CONDITIONS, b"accept-encoding", b"sec-fetch-dest", b"x-forwarded-for", b"authorization"))
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
LONGEST = int(freshness.LONGEST.total_seconds())
# For so many seconds a copy of an archive document is good: these stay as they are.
ARCHIVED = 30 * 24 * 3600
COME_BACK = 30  # seconds, by when any crowd that was let in has been served
NOTHING = answers.text(404, "There is no such feed here.")
CROWDED = answers.later(503, "Too many ask at the moment; please come back.", COME_BACK)


# What became of a name that is in no configuration is looked up anew after so many seconds; so many are remembered.
LOOKED_UP_FOR, MOST_LOOKED_UP = 5.0, 10_000
ENDED = answers.text(410, "This feed has ended.", [(b"cache-control", b"public, max-age=3600")])


@dataclass(frozen=True, slots=True)
class Terms:
    """On which a feed is served: from which folder, for how many seconds a copy is good, and to whom."""

    folder: str
    max_age: int
    token: str | None = None


class Published:
    """Answers for what is published, and hands everything else on to the pages that `made` gives for a configuration.

    `became` tells what became of a name that is not configured; `clock` gives the seconds since 1970.
    """

    def __init__(
        self,
        config: Config,
        made: Callable[[Config], ASGIApp],
        became: Callable[[str], Slug | None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._became = became
        self._clock = clock
        self._shelf = Shelf(styled.page, clock)
        self._fairness = fairness.Fairness()
        self._looked_up: OrderedDict[str, tuple[float, Slug | None]] = OrderedDict()
        self._running = 0
        self._made = made
        self.use(config)

    def use(self, config: Config) -> None:
        """Go by this configuration from the next request on."""
        self._base_url = config.base_url
        self._hubs = config.hubs
        self._pages = self._made(config)
        self._offered = (coding.BROTLI, coding.GZIP) if config.web.brotli else (coding.GZIP,)
        self._usual = Terms(str(config.out), _seconds(freshness.USUAL))
        terms: dict[str | None, Terms] = dict.fromkeys((None, *values.RESERVED - {values.ALL}), self._usual)
        for feed in config.published:
            terms[feed.name] = Terms(str(config.folder(feed)), _seconds(config.fresh_for(feed)), feed.token)
        self._terms = terms

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
        terms = self._terms.get(name.slug) if name else None
        if name is None or terms is None or terms.token is not None:
            return None
        look = _look(name, asked)
        document = self._shelf.known(terms.folder, name, styled=look)
        if document is None or document.modified > self._clock():
            return None
        packed = coding.choose(asked.get(b"accept-encoding"), self._offered)
        heads = self._heads(name, terms, document, packed, look=look)
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
        try:
            terms = self._terms.get(name.slug)
            if terms is None:
                slug = await self._slug(name.slug or "")
                if slug is not None and slug.now is not None and slug.now != slug.name:
                    return self._moved(name, slug.now, scope, asked)
                if slug is not None and slug.now is None and not self._last_words(slug):
                    return ENDED
                terms = self._usual
            return self._refused(terms, scope, asked) or await self._served(name, terms, scope, asked)
        except Crowded:
            return CROWDED

    async def _served(self, name: Name, terms: Terms, scope: Scope, asked: Mapping[bytes, str]) -> Answer | None:
        look = _look(name, asked)
        packed = coding.choose(asked.get(b"accept-encoding"), self._offered)
        document = await self._shelf.document(terms.folder, name, styled=look, packed=packed)
        if document is None:
            return None if name.path == "index.html" else NOTHING
        heads = self._heads(name, terms, document, packed, look=look)
        verdict = conditions.judge(document.digest, document.modified, heads.etag, asked)
        if verdict is Verdict.UNCHANGED:
            return Answer(304, heads.unchanged)
        if verdict is Verdict.FAILED:
            return answers.text(412, "The feed is not what it was.")
        if wait := self._too_much(name.path, scope, asked, conditional=conditions.conditional(asked)):
            return wait
        body = await self._shelf.body(terms.folder, name, styled=look, packed=packed)
        if body is None:
            return NOTHING
        document, content = body
        whole = self._heads(name, terms, document, packed, look=look).whole
        return Answer(200, [*whole, (b"content-length", b"%d" % len(content))], content)

    def _heads(self, name: Name, terms: Terms, document: Document, packed: str, *, look: bool) -> Heads:
        known = document.told.get(packed)
        if not isinstance(known, Heads):
            age = ARCHIVED if name.archive else terms.max_age
            private = terms.token is not None
            pushed = name.kind in PUSHED and not name.archive and not private
            link = answers.links(self._hubs, f"{self._base_url}/{name.path}") if pushed else None
            known = answers.heads(name, document, packed, styled=look, max_age=age, link=link, private=private)
            document.told[packed] = known
        return known

    def _refused(self, terms: Terms, scope: Scope, asked: Mapping[bytes, str]) -> Answer | None:
        """The answer to who does not know the token, if the feed has one. Nobody may guess for long."""
        if terms.token is None or access.allowed(terms.token, scope["query_string"], asked.get(b"authorization")):
            return None
        guesses = self._too_much("?", scope, asked, conditional=True)
        return guesses or answers.text(401, "This feed is read with its token.", [access.ASK])

    async def _slug(self, name: str) -> Slug | None:
        now = time.monotonic()
        until, slug = self._looked_up.get(name, (0.0, None))
        if until < now:
            slug = await run_in_threadpool(self._became, name)
            self._looked_up[name] = now + LOOKED_UP_FOR, slug
            self._looked_up.move_to_end(name)
            if len(self._looked_up) > MOST_LOOKED_UP:
                self._looked_up.popitem(last=False)
        return slug

    def _last_words(self, slug: Slug) -> bool:
        """Whether a feed that has ended is still there to say so."""
        return slug.given_up is not None and self._clock() < (slug.given_up + farewell.SAID_FOR).timestamp()

    def _moved(self, name: Name, slug: str, scope: Scope, asked: Mapping[bytes, str]) -> Answer:
        """To the same document of the feed under the name that it has now, the token going along."""
        terms = self._terms.get(slug, self._usual)
        if refused := self._refused(terms, scope, asked):
            return refused
        assert name.slug is not None
        query = scope["query_string"]
        there = f"{self._base_url}/{slug}{name.path.removeprefix(name.slug)}".encode() + (
            b"?" + query if query else b""
        )
        shared = b"private" if terms.token else b"public"
        headers = [(b"location", there), (b"cache-control", b"%s, max-age=%d" % (shared, LONGEST))]
        return answers.text(301, "The feed has moved.", headers)

    def _too_much(self, path: str, scope: Scope, asked: Mapping[bytes, str], *, conditional: bool) -> Answer | None:
        peer = scope.get("client")
        client = fairness.client(peer[0], asked.get(b"x-forwarded-for")) if peer else None
        if client is None:
            return None
        wait = self._fairness.wait(client, path, conditional=conditional, now=time.monotonic())
        return answers.later(429, f"That was much at once; please come back in {wait} seconds.", wait) if wait else None


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


def _look(name: Name, asked: Mapping[bytes, str]) -> bool:
    return name.styled and asked.get(b"sec-fetch-dest") == "document"


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
