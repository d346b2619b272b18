"""How the sources are, for all who ask over HTTP: read at most once in two seconds, however many ask."""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from feeds import bulletin, statusrows
from feeds.configuration import Config
from feeds.status import Overview
from feeds.statusrows import Unreadable
from feeds.web import health, metrics
from feeds.web.visitors import Visitor, may_see

# Ten thousand sources take a quarter of a second to be read.
FRESH_SECONDS = 2.0
NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


# What strangers are told of a configuration that is wrong: in the sentence itself stand paths, and what somebody wrote.
WRONG = "config.yaml is wrong, and the one before it is in force"
# And of what stands in the daemon's way.
TROUBLED = "a file can't be written, or a command fails"


@dataclass(frozen=True, slots=True)
class Work:
    """The work of this process, as it is told to those who ask.

    `silent` is for how many seconds the scheduler has not been heard, `ended` counts updates by how they ended, and
    `troubles` are what stands in its way: they are asked for here, since of a disk that is full no file can tell.
    """

    silent: Callable[[], float]
    ended: Callable[[], Mapping[str, int]] = dict
    troubles: Callable[[], tuple[str, ...]] = tuple


class Sight:
    """Without `work` nothing is scheduled in this process."""

    def __init__(self, config: Config, now: Callable[[], datetime], work: Work | None = None) -> None:
        self.use(config)
        self._now = now
        self._work = work
        self._turn = threading.Lock()
        self._read = float("-inf")
        self._found: Overview | None = None
        self._trouble = ""

    def use(self, config: Config) -> None:
        """Go by this configuration from now on."""
        self._shown_to = config.web.status
        self._out = config.out
        self._store: Path = config.out / statusrows.STORE
        self._closed = frozenset(feed.name for feed in config.feeds if feed.token)
        self._bulletin: Path = config.out / bulletin.NAME

    def look(self, *, anew: bool = False) -> Overview | None:
        """How the sources are; None where the store can't be read."""
        with self._turn:
            if anew or time.monotonic() >= self._read + FRESH_SECONDS:
                now = self._now()
                try:
                    found = statusrows.look(self._out, now)
                    if self._work:  # the daemon is here
                        found = replace(found, troubles=self._work.troubles(), deserted=False)
                    self._found, self._trouble = found, ""
                except Unreadable as error:
                    self._found, self._trouble = None, str(error)
                self._read = time.monotonic()
            return self._found

    def public(self, found: Overview) -> Overview:
        """What all may know: of feeds with a token nothing, that they are there included."""
        open_ones = tuple(one for one in found.conditions if one.known.name not in self._closed)
        complaint, troubles = WRONG if found.complaint else "", (TROUBLED,) if found.troubles else ()
        return replace(found, conditions=open_ones, complaint=complaint, troubles=troubles)

    @property
    def trouble(self) -> str:
        """Why the store can't be read."""
        return self._trouble

    @property
    def store(self) -> Path:
        return self._store

    async def health(self, request: Request) -> Response:
        if not self.shown(request):
            return nothing()
        found = await run_in_threadpool(self.look)
        if found is not None and self._shown_to == "all" and not visitor(request).local:
            found = self.public(found)
        verdict = health.judge(found, self._trouble, self._quiet())
        return Response(verdict.body(), verdict.code, NO_STORE, "application/json")

    async def metrics(self, request: Request) -> Response:
        if not self.shown(request):
            return nothing()
        found = await run_in_threadpool(self.look)
        content = await run_in_threadpool(
            metrics.exposition, found, self._quiet(), self._work.ended() if self._work else {}
        )
        return Response(content, 200, NO_STORE | {"Content-Type": metrics.TYPE})

    async def bulletin(self, request: Request) -> Response:
        """The feed of what befalls the sources."""
        content = await run_in_threadpool(self._written) if self.shown(request) else None
        if content is None:
            return nothing()
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "private, max-age=300", "X-Content-Type-Options": "nosniff"}
        if request.headers.get("if-none-match", "").removeprefix("W/") == etag:
            return Response(status_code=304, headers=headers)
        return Response(content, 200, headers, "application/atom+xml")

    def _written(self) -> bytes | None:
        try:
            return self._bulletin.read_bytes()
        except OSError:  # it is not wanted, or not written yet
            return None

    def shown(self, request: Request) -> bool:
        """Whether pages about the sources are for whoever asks."""
        return may_see(self._shown_to, visitor(request))

    def _quiet(self) -> float | None:
        return None if self._work is None else self._work.silent()


def visitor(request: Request) -> Visitor:
    peer = request.client.host if request.client else ""
    return Visitor(peer, request.headers.get("host", ""), frozenset(request.headers.keys()))


def nothing() -> Response:
    """What is not for somebody is not there."""
    return PlainTextResponse("There is no such page here.\n", status_code=404)
