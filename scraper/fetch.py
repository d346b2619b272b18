"""URL → Page: the one door to HTTP."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import requests
from requests.adapters import BaseAdapter
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError, NameResolutionError

from scraper.errors import (
    BadAddress,
    BadStatus,
    Blocked,
    FetchError,
    HostNotFound,
    NoConnection,
    TimedOut,
    TooLarge,
)
from scraper.guard import GuardedAdapter, PrivateAddress
from scraper.model import Page, Validators
from scraper.sample import ADDRESS, ORIGIN
from scraper.sample.adapter import SampleAdapter

CHUNK_BYTES = 64 * 1024
MOST_REDIRECTS = 5
ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, text/plain;q=0.8, */*;q=0.5"
STATUS_WORDS = {
    401: "wants a log-in",
    403: "refuses us",
    404: "is not there",
    410: "is gone for good",
    429: "asks us to come back later",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, in seconds, and how much, in bytes, one page may cost."""

    connect_timeout: float = 10.0
    timeout: float = 30.0
    max_bytes: int = 10_000_000


@dataclass(slots=True)
class Fetcher:
    """Fetches pages through one pool of connections. To be closed; safe to share between threads."""

    user_agent: str = "Feedwright"
    limits: Limits = Limits()
    allow_private: bool = False
    clock: Callable[[], float] = time.monotonic
    _session: requests.Session = field(init=False)

    def __post_init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.max_redirects = MOST_REDIRECTS
        self._session.headers.update({"User-Agent": self.user_agent, "Accept": ACCEPT, "Accept-Encoding": "gzip, br"})
        adapter = GuardedAdapter(allow_private=self.allow_private, pool_connections=64, pool_maxsize=2)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        self.mount(SampleAdapter())

    def mount(self, sample: BaseAdapter) -> None:
        """Have the sample site answered by `sample`: under its own scheme, and under the host that it says it is."""
        for prefix in (ADDRESS, ORIGIN + "/"):
            self._session.mount(prefix, sample)

    def get(
        self, url: str, validators: Validators = Validators(), headers: Iterable[tuple[str, str]] = ()
    ) -> Page | None:
        """The page at `url`, or None where the server says that it has not changed. Raises FetchError."""
        asked = dict(headers)
        if validators.etag:
            asked["If-None-Match"] = validators.etag
        if validators.last_modified:
            asked["If-Modified-Since"] = validators.last_modified
        try:
            with self._session.get(
                url,
                headers=asked,
                stream=True,
                timeout=(self.limits.connect_timeout, self.limits.timeout),
            ) as response:
                if response.status_code == 304:
                    return None
                if not response.ok:
                    raise _bad_status(url, response)
                return Page(
                    url=response.url,
                    requested=url,
                    content=self._body(url, response),
                    content_type=response.headers.get("Content-Type"),
                    validators=Validators(response.headers.get("ETag"), response.headers.get("Last-Modified")),
                )
        except (RequestException, HTTPError, OSError) as error:
            raise _translated(url, error) from error

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _body(self, url: str, response: requests.Response) -> bytes:
        """The whole body, decompressed, within the limits of size and time."""
        ends = self.clock() + self.limits.timeout
        chunks, size = [], 0
        for chunk in response.iter_content(CHUNK_BYTES):
            chunks.append(chunk)
            size += len(chunk)
            if size > self.limits.max_bytes:
                raise TooLarge(f"{url} is larger than {self.limits.max_bytes:,} bytes.", about=url)
            if self.clock() > ends:
                raise TimedOut(f"{url} took longer than {self.limits.timeout:g} s to arrive.", about=url)
        return b"".join(chunks)


def _bad_status(url: str, response: requests.Response) -> BadStatus:
    status = response.status_code
    words = STATUS_WORDS.get(status, "has a fault of its own" if status >= 500 else "gives no page")
    return BadStatus(f"{url} {words} (HTTP {status}).", about=url, status=status)


def _translated(url: str, error: Exception) -> FetchError:
    """What went wrong, in our words. The cause may be several exceptions deep."""
    for cause in _causes(error):
        if isinstance(cause, PrivateAddress):
            return Blocked(
                f"{url} was not fetched: {cause}.",
                about=url,
                advice="Pass --allow-private, or set network.allow_private, if that is meant.",
            )
        if isinstance(cause, NameResolutionError):
            return HostNotFound(f"{url} was not fetched: there is no host of that name.", about=url)
        if isinstance(cause, requests.TooManyRedirects):
            return NoConnection(f"{url} redirects more than {MOST_REDIRECTS} times.", about=url)
        if isinstance(cause, requests.exceptions.InvalidSchema | requests.exceptions.InvalidURL):
            return BadAddress(f"{url} is not the address of a web page.", about=url)
        if isinstance(cause, requests.Timeout):
            return TimedOut(f"{url} did not answer in time.", about=url)
        if isinstance(cause, requests.exceptions.SSLError):
            return NoConnection(f"{url} has no valid certificate.", about=url)
        if isinstance(cause, ConnectionRefusedError):
            return NoConnection(f"{url} was not fetched: nobody answers at that host and port.", about=url)
    return NoConnection(f"{url} was not fetched: the connection failed ({type(error).__name__}).", about=url)


def _causes(error: BaseException | None) -> list[BaseException]:
    """An error with everything that led to it, arguments that are errors included, the innermost first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        inner = next((a for a in (*error.args, getattr(error, "reason", None)) if isinstance(a, BaseException)), None)
        error = error.__cause__ or inner or error.__context__
    return found[::-1]
