"""The status pages, and what a person who knows the token may do there: add, pause, fetch, accept, explain."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from feeds import adding, app, bulletin, configfile, explanation, firstlook, slugs, statusrows
from feeds.adding import Known
from feeds.configfile import Addition
from feeds.configuration import Config
from feeds.hosts import StoredHosts
from feeds.secrets import redacted
from feeds.settings import Settings
from feeds.status import Condition, Overview
from feeds.statusrows import Run
from feeds.store import Store
from feeds.text import line
from feeds.web import fairness, sessions, statuspage
from feeds.web.sessions import Sessions
from feeds.web.sight import Sight, nothing
from feeds.web.statuspage import Person, Preview
from feeds.web.visitors import allowed_hosts, hostname
from scraper import urls
from scraper.errors import FeedwrightError

log = logging.getLogger("feedwright")

SHEET = files("feeds.web").joinpath("status.css").read_bytes()
COOKIE = "feedwright"
# What was done is said by the page that comes next, once: in its address it would be said at every reload.
SAYING, SAYING_SECONDS = "feedwright-said", 60
A_PAGE = 100
TURNS_SHOWN = 20
EXCERPT = 160
MOST_BYTES, MOST_FIELDS = 8_192, 10
FORM = "application/x-www-form-urlencoded"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    # Not «no-referrer»: with that, browsers say «Origin: null» for our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
# What is said after something was done: a page is told by a word, and never says what a browser sends.
SAID = {
    "paused": "It is paused.",
    "resumed": "It goes on.",
    "fetch": "It is looked at as soon as a worker is free.",
    "accept": "What is there at the next look is accepted; that is as soon as a worker is free.",
    "added": "It stands in config.yaml now, and is followed as soon as that is read again.",
}


class Desk:
    """Without a `store` nothing can be changed. All that is done goes through the store or config.yaml: whoever does
    the work finds it there, in this process or another."""

    def __init__(self, config: Config, sight: Sight, store: Store | None = None) -> None:
        self._config = config
        self._sight = sight
        self._store = store
        self._sessions = Sessions(config.web.admin_token if store else None)
        self._hosts = allowed_hosts(config.base_url, [config.web.host])
        self._looking = threading.Lock()

    def use(self, config: Config) -> None:
        """Go by this configuration from now on; who is logged in stays so."""
        self._config = config
        self._hosts = allowed_hosts(config.base_url, [config.web.host])
        self._sight.use(config)

    def routes(self) -> list[Route]:
        post = ["POST"]
        return [
            Route("/healthz", self._sight.health),
            Route("/metrics", self._sight.metrics),
            Route(f"/{bulletin.NAME}", self._sight.bulletin),
            Route("/status", self._index),
            Route("/status/-/status.css", _sheet),
            Route("/status/-/login", self._login, methods=post),
            Route("/status/-/logout", self._changing(self._logout), methods=post),
            Route("/status/-/add", self._changing(self._add), methods=post),
            Route("/status/{name}", self._one),
            Route("/status/{name}/{act}", self._changing(self._act), methods=post),
        ]

    # What is shown

    async def _index(self, request: Request) -> Response:
        person = self._person(request)
        if refused := self._unseen(request, person):
            return refused
        found = self._for(person, await run_in_threadpool(self._sight.look, anew=person.has))
        if found is None:
            return _html(statuspage.trouble(self._sight.trouble, person), 503)
        pages = max(1, -(-len(found.conditions) // A_PAGE))
        page = min(max(1, _number(request.query_params.get("page"))), pages)
        some = found.conditions[(page - 1) * A_PAGE : page * A_PAGE]
        runs = await self._runs(some)
        # The counts are of all of them, the list is of this page.
        content = statuspage.index(found, runs, person, shown=some, page=page, pages=pages, said=_said(request))
        return _once(request, _html(content))

    async def _one(self, request: Request) -> Response:
        person = self._person(request)
        if refused := self._unseen(request, person):
            return refused
        return _once(request, await self._shown(request.path_params["name"], person, _said(request)))

    async def _shown(self, name: str, person: Person, said: str) -> Response:
        found = self._for(person, await run_in_threadpool(self._sight.look, anew=person.has))
        condition = found.called(name) if found else None
        if found is None or condition is None:
            return nothing()
        id = condition.known.id
        runs = await run_in_threadpool(statusrows.runs, self._sight.store, [id], statuspage.RUNS_SHOWN)
        turns = await run_in_threadpool(statusrows.turns, self._sight.store, id, TURNS_SHOWN)
        return _html(statuspage.one(condition, runs[id], turns, found.now, person, said))

    async def _runs(self, some: Sequence[Condition]) -> dict[int, tuple[Run, ...]]:
        ids = [one.known.id for one in some]
        return await run_in_threadpool(statusrows.runs, self._sight.store, ids, statuspage.RUNS_SHOWN) if ids else {}

    def _for(self, person: Person, found: Overview | None) -> Overview | None:
        """Feeds with a token are for those who may know it: shown to all, the page does not name them."""
        if found is None or person.has or self._config.web.status != "all":
            return found
        return self._sight.public(found)

    def _person(self, request: Request) -> Person:
        may = self._sessions.open and self._hosted(request)
        return Person(may, may and self._sessions.holds(request.cookies.get(COOKIE)))

    def _unseen(self, request: Request, person: Person) -> Response | None:
        if person.has or self._sight.shown(request):
            return None
        return _html(statuspage.login(person), 401) if person.may else nothing()

    def _hosted(self, request: Request) -> bool:
        return hostname(request.headers.get("host", "")) in self._hosts

    # What is done

    def _refused(self, request: Request) -> Response | None:
        """The answer to whoever may not change anything from where he is, logged in or not."""
        if not self._sessions.open:
            return nothing()
        if not self._hosted(request):
            return Response("This is not the name of this server.\n", 421, HEADERS, "text/plain")
        headers = request.headers
        if not sessions.same_origin(headers.get("host", ""), headers.get("origin"), headers.get("sec-fetch-site")):
            return Response("This form was not sent from a page of this server.\n", 403, HEADERS, "text/plain")
        if headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            return Response(f"Forms are sent as {FORM}.\n", 415, HEADERS, "text/plain")
        return None

    def _changing(self, change: Callable[[Request, dict[str, str]], object]) -> Callable[[Request], object]:
        """A handler of forms, for those who are logged in."""

        async def handle(request: Request) -> Response:
            if refused := self._refused(request):
                return refused
            if not self._sessions.holds(request.cookies.get(COOKIE)):
                return _html(statuspage.login(Person(may=True), "Please log in first."), 401)
            form = await _form(request)
            if form is None:
                return Response("That is no form of ours.\n", 400, HEADERS, "text/plain")
            return await change(request, form)  # type: ignore[misc,no-any-return]

        return handle

    async def _login(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        form = await _form(request)  # first: who is asked to wait may not have sent a hundred tokens meanwhile
        peer = request.client.host if request.client else ""
        client = fairness.client(peer, request.headers.get("x-forwarded-for")) or peer
        if wait := self._sessions.wait(client):
            content = statuspage.login(Person(may=True), f"Too many wrong tokens: try again in {wait} seconds.")
            return _html(content, 429, {"Retry-After": str(wait)})
        secret = self._sessions.begin((form or {}).get("token", ""), client)
        if secret is None:
            log.warning("wrong token client=%s", client)  # no more of them than `Sessions` lets anyone try
            return _html(statuspage.login(Person(may=True), "That is not the token."), 403)
        answer = _to("/status")
        secure = self._config.base_url.startswith("https:") and not self._sight.shown(request)
        answer.set_cookie(COOKIE, secret, path="/status", httponly=True, samesite="strict", secure=secure)
        return answer

    async def _logout(self, request: Request, form: dict[str, str]) -> Response:
        self._sessions.end(request.cookies.get(COOKIE))
        answer = _to("/status")
        answer.delete_cookie(COOKIE, path="/status", httponly=True, samesite="strict")
        return answer

    async def _act(self, request: Request, form: dict[str, str]) -> Response:
        name, act = request.path_params["name"], request.path_params["act"]
        found = await run_in_threadpool(self._sight.look)
        if found is None or found.called(name) is None or self._store is None:
            return nothing()
        if act == "explain":
            return await self._explain(name)
        now = datetime.now(UTC)
        match act:
            case "pause" | "resume":
                await run_in_threadpool(self._store.rest, name, rested=act == "pause")
            case "fetch" | "accept":
                await run_in_threadpool(self._store.want, name, now, accepts=act == "accept")
            case _:
                return nothing()
        log.info("done on the status page feed=%s act=%s", name, act)
        word = {"pause": "paused", "resume": "resumed"}.get(act, act)
        return _to(f"/status/{name}", word)

    async def _explain(self, name: str) -> Response:
        feed = next((feed for feed in self._config.feeds if feed.name == name), None)
        if feed is None:
            return nothing()

        def explain() -> str:
            assert self._store is not None
            source, hosts = self._store.source(name), StoredHosts(self._store)
            with self._looking, app.once(replace(self._config, feeds=(feed,)), hosts) as updater:
                return "\n".join(explanation.lines(feed, updater.fetcher, source))

        found = redacted(await run_in_threadpool(explain), self._config.secrets)
        return _html(statuspage.text(f"What becomes of {name}", found, name, Person(True, True)))

    async def _add(self, request: Request, form: dict[str, str]) -> Response:
        wished, sure = form.get("url", ""), form.get("confirm") == "yes"
        try:
            found = await run_in_threadpool(self._follow, wished, sure=sure)
        except FeedwrightError as error:
            return await self._again(redacted(f"{error} {error.advice}".strip(), self._config.secrets))
        return _to("/status", "added") if found is None else _html(statuspage.preview(found, Person(True, True)))

    async def _again(self, said: str) -> Response:
        """The first page once more, with what went wrong."""
        person = Person(True, True)
        found = await run_in_threadpool(self._sight.look)
        if found is None:
            return _html(statuspage.trouble(self._sight.trouble, person), 503)
        some = found.conditions[:A_PAGE]
        runs = await self._runs(some)
        return _html(statuspage.index(found, runs, person, shown=some, page=1, pages=1, said=said), 422)

    def _follow(self, wished: str, *, sure: bool) -> Preview | None:
        """Look at an address, and where a person is `sure` add it to config.yaml. Raises FeedwrightError."""
        url = urls.parse(wished)
        with self._looking:  # one at a time: looking costs a site as much as reading it does
            path = self._config.path
            known = Known.of(configfile.existing(path, os.environ))
            if name := known.follows(url):
                raise FeedwrightError(f"{name} follows this address already.")
            feed = Settings(slugs.of(None, url, known.names), url)
            assert self._store is not None  # or nobody were logged in
            hosts = StoredHosts(self._store)
            looked = firstlook.look(configfile.drafted(path, [Addition(feed)], os.environ).config, hosts)
            report = looked.report
            if report.error:
                raise FeedwrightError(report.error, advice=report.advice)
            title = report.discovery.title
            feed = replace(feed, name=slugs.of(title, url, known.names), note=firstlook.note(looked))
            draft = configfile.drafted(path, [Addition(feed, adding.hints(title))], os.environ)
            if sure:
                draft.write()
                log.info("done on the status page feed=%s act=%s", feed.name, "add")
                return None
        found = report.discovery
        listed = f"{len(found.links)} article{'s' * (len(found.links) != 1)}"
        how = f"{listed}, found by {found.tier}." if found.tier else "One page, an article itself."
        articles = tuple(
            (
                line(article.title) or "(no title)",
                f"{article.published:%Y-%m-%d}" if article.published else "undated",
                line(article.text)[:EXCERPT],
            )
            for article in firstlook.in_order(looked)
        )
        own = str(looked.own) if looked.own else ""
        return Preview(url, line(title) or urls.host(url), how, articles, own, draft.added)


async def _sheet(request: Request) -> Response:
    return Response(SHEET, 200, {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}, "text/css")


async def _form(request: Request) -> dict[str, str] | None:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        return None


def _html(content: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(content, status, HEADERS | (headers or {}), "text/html")


def _to(path: str, said: str = "") -> Response:
    """To a page of ours, and never elsewhere: paths are our own, with names that are configured."""
    answer = RedirectResponse(path, 303, HEADERS)
    if said:
        answer.set_cookie(SAYING, said, SAYING_SECONDS, path="/status", httponly=True, samesite="strict")
    return answer


def _said(request: Request) -> str:
    return SAID.get(request.cookies.get(SAYING, ""), "")


def _once(request: Request, answer: Response) -> Response:
    """A page after which nothing is left to be said."""
    if SAYING in request.cookies:
        answer.delete_cookie(SAYING, path="/status", httponly=True, samesite="strict")
    return answer


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 1
