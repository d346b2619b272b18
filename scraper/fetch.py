"""URL → Page: politely, safely, and in bounded time."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self

import requests
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from scraper import asking, caching, decode, failures, login, urls
from scraper.deadline import Deadline
from scraper.errors import BadAddress, BadStatus, Blocked, FetchError, NoConnection, TooLarge
from scraper.hosts import Hosts, LocalHosts
from scraper.model import Access, Login, Page, Unchanged, Validators
from scraper.policy import Manners, Policy
from scraper.robots import MOST_BYTES
from scraper.sample import ADDRESS, ORIGIN
from scraper.sessions import Sessions

CHUNK_BYTES = 64 * 1024
MOST_REDIRECTS = 5
FOR_NOW, FOR_EVER = frozenset((302, 303, 307)), frozenset((301, 308))
BUSY = frozenset((429, 503))
SAMPLE = (ADDRESS, ORIGIN + "/")
STATUS_WORDS = {
    401: "wants a log-in",
    403: "refuses us",
    404: "is not there",
    410: "is gone for good",
    429: "asks us to come back later",
    451: "is withheld for legal reasons",
    503: "is not available for now",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one page may cost: seconds to connect, seconds in all, and bytes, packed as well as unpacked."""

    connect_timeout: float = 10.0
    timeout: float = 30.0
    max_bytes: int = 10_000_000


class Fetcher:
    """Fetches pages through one pool of connections. To be closed; safe to share between threads."""

    def __init__(
        self,
        user_agent: str = "Feedwright",
        *,
        limits: Limits = Limits(),
        manners: Manners = Manners(),
        allow_private: bool = False,
        hosts: Hosts | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], bool | None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._now = now
        self._sessions = Sessions(user_agent, allow_private)
        self._logged_in: set[requests.Session] = set()
        self._logging_in: dict[requests.Session, threading.Lock] = {}
        self.policy = Policy(hosts or LocalHosts(), manners, now, sleep, self._robots)

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        """The page at `url`, or None where the server says that it has not changed. Raises FetchError.

        `access` is how its source is to be asked; what is secret in it goes to the origin of `url` only.
        """
        return asking.page(self.ask(url, validators, access))

    def ask(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | Unchanged:
        """The same, with what an answer says that brings no page. Raises FetchError."""
        url = urls.parse(url)
        if access.login is not None:
            self._log_in(access.login, access if _same_origin(urls.parse(access.login.url), url) else _bare(access))
        return self._page(url, _conditions(validators), access)

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        """The addresses of the sitemaps that the site of `url` names in its robots.txt."""
        return tuple(self.policy.robots(url, access).sitemaps)

    def close(self) -> None:
        self._sessions.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _page(self, url: str, conditions: dict[str, str], access: Access) -> Page | Unchanged:
        """Ask, and go where the answers point, as far as that is allowed."""
        here, seen, moved, left = url, {url}, True, self._limits.timeout
        for _ in range(MOST_REDIRECTS + 1):
            whose = access if _same_origin(here, url) else access.abroad()
            if not here.startswith(SAMPLE):
                self.policy.permit(here, whose)
            with Deadline(left) as whole, self._asked("GET", here, whose, whole, headers=conditions) as answer:
                location = _location(answer)
                if location is None:
                    if answer.status_code == 304 and conditions:
                        if "Transfer-Encoding" not in answer.headers:
                            answer.raw.read()  # there is no body; a connection is kept once that is known
                        return Unchanged(caching.fresh_for(answer.headers, self._now()))
                    return self._read(url, here, answer, whole, moved=moved)
                there = _next(here, location, secret=whose.secret)
                _read_off(answer)
            if there in seen:
                raise NoConnection(f"{url} redirects in a circle.", about=url)
            here, moved, left = there, moved and answer.status_code in FOR_EVER, whole.remaining
            seen.add(here)
        raise NoConnection(f"{url} redirects more than {MOST_REDIRECTS} times.", about=url)

    def _asked(
        self, method: str, url: str, access: Access, whole: Deadline, *, headers: dict[str, str], data: Any = None
    ) -> requests.Response:
        """One request, with its body not yet read. A kept connection that turns out to be closed is replaced once."""
        if not whole.remaining:
            raise failures.late(url, self._limits.timeout)
        sent, cookies = headers | access.headers_sent(), None
        if access.login:  # its cookies and ours are to be one header
            cookies = dict(access.cookies)
            sent.pop("Cookie", None)
        for again in (True, False):
            left = max(whole.remaining, 0.001)  # urllib3 takes no 0
            try:
                return self._sessions.of(access).ask(
                    method,
                    url,
                    headers=sent,
                    cookies=cookies,
                    data=data,
                    timeout=(min(self._limits.connect_timeout, left), left),
                )
            except (RequestException, HTTPError, OSError) as error:
                if not again or whole.expired or not failures.stale(error):
                    raise self._failure(url, error, whole) from error
            except ValueError as error:
                raise BadAddress(f"{url} can't be asked for: {error}.", about=url) from error
        raise AssertionError("the second attempt returns or raises")

    def _read(self, url: str, here: str, answer: requests.Response, whole: Deadline, *, moved: bool) -> Page:
        if not 200 <= answer.status_code < 300:
            _read_off(answer)
            raise self._bad_status(here, answer)
        headers = answer.headers
        return Page(
            url=answer.url if here.startswith(SAMPLE) else here,
            requested=url,
            content=self._body(here, answer, whole),
            content_type=headers.get("Content-Type"),
            validators=Validators(
                caching.validator(headers.get("ETag")), caching.validator(headers.get("Last-Modified"))
            ),
            moved=here if moved and here != url else None,
            fresh_for=caching.fresh_for(headers, self._now()),
        )

    def _body(
        self,
        url: str,
        answer: requests.Response,
        whole: Deadline,
        unpacked: Callable[[Iterable[bytes], str, int], bytes] = decode.decoded,
        limit: int = 0,
    ) -> bytes:
        """The body, unpacked, within the limits of size and time."""
        limit = limit or self._limits.max_bytes
        try:
            chunks = answer.raw.stream(CHUNK_BYTES, decode_content=False)
            body = unpacked(chunks, answer.headers.get("Content-Encoding", ""), limit)
        except decode.TooMuch as error:
            raise TooLarge(f"{url} is larger than {limit:,} bytes.", about=url) from error
        except (decode.Broken, HTTPError, OSError, ValueError) as error:
            if isinstance(error, decode.Broken) and not whole.expired:
                raise NoConnection(f"{url} arrived damaged: {error}.", about=url) from error
            raise self._failure(url, error, whole) from error
        if whole.expired:  # a body without a length ends where it was cut
            raise failures.late(url, self._limits.timeout)
        return body

    def _bad_status(self, url: str, answer: requests.Response) -> BadStatus:
        status, until = answer.status_code, None
        if status in BUSY:
            until = self._hold(url, answer)
        words = STATUS_WORDS.get(status, "has a fault of its own" if status >= 500 else "gives no page")
        when = f" until {until:%Y-%m-%d %H:%M} UTC" if until else ""
        return BadStatus(f"{url} {words}{when} (HTTP {status}).", about=url, status=status, until=until)

    def _hold(self, url: str, answer: requests.Response) -> datetime:
        """Leave the host alone for as long as its answer asks for. Gives until when that is."""
        until = caching.come_back(answer.headers.get("Retry-After"), self._now())
        self.policy.hosts.hold(urls.host(url), until)
        return until

    def _robots(self, url: str, access: Access) -> tuple[int, bytes]:
        """A robots.txt, through redirects too (RFC 9309, section 2.3.1.2), asked for without anything secret.

        The policy has a turn at the site's own host; each further host that it leads to is waited for.
        """
        here, plain, left, paced = url, access.abroad(), self._limits.timeout, {urls.host(url)}
        for _ in range(MOST_REDIRECTS + 1):
            if urls.host(here) not in paced:
                self.policy.take_turn(here, plain)
                paced.add(urls.host(here))
            with Deadline(left) as whole, self._asked("GET", here, plain, whole, headers={}) as answer:
                location = _location(answer)
                if location is None:
                    status = answer.status_code
                    if status in BUSY:
                        self._hold(here, answer)
                    body = self._body(here, answer, whole, decode.beginning, MOST_BYTES) if status < 300 else b""
                    return status, body
                here, left = _next(here, location, secret=False), whole.remaining
        return 404, b""

    def _log_in(self, wanted: Login, access: Access) -> None:
        """Fill in the log-in form, once for each session. Raises ScrapeError."""
        session = self._sessions.of(access)
        with self._logging_in.setdefault(session, threading.Lock()):
            if session in self._logged_in:
                return
            page = self._page(urls.parse(wanted.url), {}, access)
            assert isinstance(page, Page)  # it was asked for without conditions
            form = login.form(page, wanted)
            if not _same_origin(form.action, urls.parse(wanted.url)):
                raise Blocked(f"The log-in form at {page.url} sends to another site.", about=page.url)
            self.policy.permit(form.action, access)
            with (
                Deadline(self._limits.timeout) as whole,
                self._asked("POST", form.action, access, whole, headers={}, data=form.fields) as answer,
            ):
                status = answer.status_code
                shown = self._read(page.url, form.action, answer, whole, moved=False) if status == 200 else None
            login.check(wanted, status, shown, has_cookies=bool(session.cookies))
            self._logged_in.add(session)

    def _failure(self, url: str, error: Exception, whole: Deadline) -> FetchError:
        return failures.translated(url, error, expired=whole.expired, seconds=self._limits.timeout)


def _read_off(answer: requests.Response) -> None:
    """Read a small body that nobody wants: only then the connection can be used again."""
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) <= CHUNK_BYTES:
        try:
            answer.raw.read(CHUNK_BYTES, decode_content=False)
        except (HTTPError, OSError):
            return  # then it is closed


def _conditions(validators: Validators) -> dict[str, str]:
    headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in headers.items() if value}


def _bare(access: Access) -> Access:
    """The same without what is for the source's own origin; the log-in stays."""
    return replace(access, headers=(), cookies=(), basic=None, bearer=None)


def _same_origin(one: str, other: str) -> bool:
    return urls.origin(one) == urls.origin(other)


def _location(answer: requests.Response) -> str | None:
    """Where an answer sends us. Often it is raw UTF-8, which http.client reads as Latin-1."""
    location = answer.headers.get("Location")
    if location is None or answer.status_code not in FOR_NOW | FOR_EVER:
        return None
    return location.encode("latin-1", "replace").decode("utf-8", "replace")


def _next(here: str, location: str, *, secret: bool) -> str:
    """The address that a redirect means. Raises Blocked for what is no web address, or where a secret would be seen."""
    there = urls.absolute(location, here)
    if there is None:
        raise Blocked(f"{here} redirects to what is not the address of a web page.", about=here)
    if secret and here.startswith("https:") and there.startswith("http:"):
        raise Blocked(f"{here} redirects to an address without encryption: no secret is sent there.", about=here)
    return urls.without_fragment(there)
