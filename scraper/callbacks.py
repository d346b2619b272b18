"""Calls to addresses that strangers gave us: checked and watched like every fetch, led nowhere else, short."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from scraper import failures
from scraper.deadline import Deadline
from scraper.errors import BadAddress
from scraper.model import Access
from scraper.sessions import Sessions

# A call may take so many seconds in all, and of what is answered so many bytes are read: a challenge is shorter.
SECONDS, MOST_BYTES = 10.0, 4_096


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered: the beginning of the body."""

    status: int
    body: bytes

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


class Caller:
    """Calls through connections that go only where they may. To be closed; safe to share between threads."""

    def __init__(self, user_agent: str, *, allow_private: bool = False, allow_ports: tuple[int, ...] = ()) -> None:
        self._sessions = Sessions(user_agent, allow_private)
        self._access = Access(allow_ports=allow_ports)

    def get(self, url: str) -> Reply:
        """Raises FetchError."""
        return self._call("GET", url)

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Reply:
        """Raises FetchError."""
        return self._call("POST", url, data=content, headers=dict(headers))

    def close(self) -> None:
        self._sessions.close()

    def _call(self, method: str, url: str, **sent: Any) -> Reply:
        with Deadline(SECONDS) as whole:
            try:
                answer = self._sessions.of(self._access).request(
                    method, url, stream=True, allow_redirects=False, timeout=SECONDS, **sent
                )
                with answer:
                    return Reply(answer.status_code, answer.raw.read(MOST_BYTES, decode_content=False) or b"")
            except (RequestException, HTTPError, OSError) as error:
                raise failures.translated(url, error, expired=whole.expired, seconds=SECONDS) from error
            except ValueError as error:
                raise BadAddress(f"{url} can't be asked for: {error}.", about=url) from error
