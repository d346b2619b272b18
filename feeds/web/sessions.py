"""Who may change something: whoever gave the token, for a while and in one browser; and nobody by guessing."""

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from urllib.parse import urlsplit

LASTS_SECONDS = 12 * 3600.0
MOST_SESSIONS = 100
# Wrong tokens of one client, and of all together, within so many seconds. A token has 128 bits: this is for the log.
WRONG, WRONG_OF_ALL, WITHIN_SECONDS = 5, 100, 300.0
MOST_CLIENTS = 10_000


class Sessions:
    """Sessions live in memory: a restart ends them. `token` is None where nobody may change anything."""

    def __init__(self, token: str | None) -> None:
        self._token = token
        self._ends: OrderedDict[str, float] = OrderedDict()
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()
        self._turn = threading.Lock()

    @property
    def open(self) -> bool:
        """Whether there is a token at all."""
        return self._token is not None

    def begin(self, given: str, client: str) -> str | None:
        """A new session's secret for whoever gives the token; None for a wrong one, which counts."""
        right = self._token is not None and hmac.compare_digest(self._token.encode(), given.encode())
        with self._turn:
            now = time.monotonic()
            if not right:
                self._wrong.setdefault(client, []).append(now)
                self._wrong.move_to_end(client)
                while len(self._wrong) > MOST_CLIENTS:
                    self._wrong.popitem(last=False)
                return None
            secret = secrets.token_urlsafe(32)
            self._ends[_known(secret)] = now + LASTS_SECONDS
            while len(self._ends) > MOST_SESSIONS:
                self._ends.popitem(last=False)
            return secret

    def wait(self, client: str) -> int:
        """For how many seconds this client may not try another token; 0 where it may."""
        with self._turn:
            now = time.monotonic()
            for tries in self._wrong.values():
                tries[:] = [moment for moment in tries if moment > now - WITHIN_SECONDS]
            own = self._wrong.get(client, [])
            everybody = sorted(moment for tries in self._wrong.values() for moment in tries)
            if len(own) >= WRONG:
                return int(own[-WRONG] + WITHIN_SECONDS - now) + 1
            if len(everybody) >= WRONG_OF_ALL:
                return int(everybody[-WRONG_OF_ALL] + WITHIN_SECONDS - now) + 1
            return 0

    def holds(self, secret: str | None) -> bool:
        if not secret:
            return False
        with self._turn:
            return self._ends.get(_known(secret), 0.0) > time.monotonic()

    def end(self, secret: str | None) -> None:
        with self._turn:
            self._ends.pop(_known(secret or ""), None)


def same_origin(host: str, origin: str | None, site: str | None) -> bool:
    """Whether a request that changes something comes from a page of ours. A browser says so in one way at least."""
    if site is not None and site != "same-origin":
        return False
    if origin is None:
        return site is not None
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc.lower() == host.lower()


def _known(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
