"""The hub (WebSub, W3C Recommendation): who subscribes is asked back, and gets what is new within seconds.

Its memory is feeds.subscribers; `Hub.receive` takes wishes, `Hub.work` does what is due. It also tells other hubs.
"""

import hashlib
import hmac
import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlencode, urlsplit

from feeds.configuration import Config
from feeds.errors import StoreError
from feeds.subscribers import Delivery, Intent, Ping, Subscribers
from feeds.web import answers, names, shelf
from scraper import addresses
from scraper.callbacks import Caller
from scraper.errors import FetchError

log = logging.getLogger("feedwright")

PATH = "/hub"
# How long a subscription lasts, in seconds: as asked for, within these bounds.
SHORTEST, USUAL, LONGEST = 300, 10 * 86_400, 30 * 86_400
# How many subscriptions one host may hold, and all of them: a hub must not become a means to flood others.
MOST_A_HOST, MOST_IN_ALL = 2_000, 100_000
LONGEST_URL, LONGEST_SECRET = 2_000, 200  # characters, and bytes (section 5.1)
# When a call is tried again that failed, and after the last of them is not: who wants the next news gets that.
AGAIN = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1_800, 7_200, 21_600))
VERIFY_AGAIN = AGAIN[:2]
# Calls at a time, and of those to one host: one that does not answer holds up nobody else.
CALLS, CALLS_A_HOST = 8, 2
GONE = 410


@dataclass(frozen=True, slots=True)
class Said:
    """The answer to a wish."""

    status: int
    words: str


@dataclass(frozen=True, slots=True)
class _Job:
    host: str
    call: Callable[[], None]


class Hub:
    """To be closed. `clock` gives the time, aware and in UTC."""

    def __init__(self, config: Config, subscribers: Subscribers, caller: Caller, clock: Callable[[], datetime]) -> None:
        self.use(config)
        self._subscribers = subscribers
        self._caller = caller
        self._clock = clock
        self._pool = ThreadPoolExecutor(CALLS, thread_name_prefix="hub")
        self._calling: set[_Job] = set()
        self._lock = threading.Lock()

    def use(self, config: Config) -> None:
        """Go by this configuration from now on."""
        self._config = config
        self._pushed = {feed.name: feed.formats for feed in config.published if not feed.token}
        self._reviewed = False

    def receive(self, form: Mapping[str, str]) -> Said:
        """A wish to subscribe or unsubscribe: to be verified, or refused with the reason. Raises StoreError."""
        mode, topic, callback = (form.get(f"hub.{key}", "") for key in ("mode", "topic", "callback"))
        secret, seconds = form.get("hub.secret") or None, form.get("hub.lease_seconds") or str(USUAL)
        if mode not in ("subscribe", "unsubscribe"):
            return Said(400, "hub.mode has to be subscribe or unsubscribe.")
        host = self._host(callback)
        if host is None:
            return Said(400, "hub.callback has to be the public address of a web server.")
        if secret is not None and len(secret.encode()) >= LONGEST_SECRET:
            return Said(400, f"hub.secret has to be shorter than {LONGEST_SECRET} bytes.")
        if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 16):
            return Said(400, "hub.lease_seconds has to be a whole number.")
        if mode == "subscribe" and self._published(topic) is None:
            return Said(404, "hub.topic is no feed that is published here.")
        of_host, of_all = self._subscribers.counted(host)
        if of_host >= MOST_A_HOST or of_all >= MOST_IN_ALL:
            return Said(429, "There are too many subscriptions already.")
        lease = min(max(int(seconds), SHORTEST), LONGEST)
        self._subscribers.wish(Intent(topic, callback, host, mode, secret, lease), self._clock())
        return Said(202, "You will be asked whether that is meant.")

    def work(self, *, wait: bool = False) -> int:
        """Begin what is due, as far as there are hands free, and say how much that is. Raises StoreError."""
        if not self._reviewed:
            self._reviewed = True
            over = [topic for topic in self._subscribers.topics() if self._offered(topic) is None]
            self._subscribers.announce(over, (), self._clock())
        begun = []
        while len(self._calling) < CALLS and (job := self._next()):
            with self._lock:
                self._calling.add(job)
            try:
                begun.append(self._pool.submit(self._run, job))
            except RuntimeError:  # there is no thread for it: it is due again when the claim is over
                self._over(job)
                raise
        if wait:
            for future in begun:
                future.result()
        return len(begun)

    def _next(self) -> "_Job | None":
        now = self._clock()
        with self._lock:
            calling = Counter(job.host for job in self._calling)
        busy = [host for host, calls in calling.items() if calls >= CALLS_A_HOST]
        if delivery := self._subscribers.claim_delivery(now, busy):
            return _Job(delivery.host, partial(self._deliver, delivery))
        if ping := self._subscribers.claim_ping(now, busy):
            return _Job(ping.hub, partial(self._ping, ping))
        if intent := self._subscribers.claim_intent(now, busy):
            return _Job(intent.host, partial(self._verify, intent))
        return None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._caller.close()

    def _run(self, job: "_Job") -> None:
        try:
            job.call()
        except StoreError as error:  # it is due again when the claim is over
            log.error("store failed reason=%r", str(error))
        except Exception:  # nobody may ask what became of it
            log.exception("hub call crashed host=%s", job.host)
            raise
        finally:
            self._over(job)

    def _over(self, job: "_Job") -> None:
        with self._lock:
            self._calling.discard(job)

    def _verify(self, intent: Intent) -> None:
        """Ask whether the wish is the subscriber's own (section 5.3), unless it can't be granted any more."""
        if intent.mode == "subscribe" and self._offered(intent.topic) is None:
            self._subscribers.unverified(intent, self._denied(intent))
            return
        challenge = secrets.token_urlsafe(32)
        asked = {"hub.mode": intent.mode, "hub.topic": intent.topic, "hub.challenge": challenge}
        if intent.mode == "subscribe":
            asked["hub.lease_seconds"] = str(intent.seconds)
        now = self._clock()
        try:
            reply = self._caller.get(_asking(intent.callback, asked))
        except FetchError as error:
            again = _again(VERIFY_AGAIN, intent.attempts, now, permanent=error.permanent)
            log.info("unverified topic=%s host=%s reason=%r", intent.topic, intent.host, error.kind)
            self._subscribers.unverified(intent, again)
            return
        if reply.good and hmac.compare_digest(reply.body, challenge.encode()):
            log.info("%sd topic=%s host=%s", intent.mode, intent.topic, intent.host)
            self._subscribers.verified(intent, now)
        else:
            log.info("unverified topic=%s host=%s status=%d", intent.topic, intent.host, reply.status)
            self._subscribers.unverified(intent, None)

    def _denied(self, of: Intent | Delivery) -> datetime | None:
        """Tell a subscriber that there is nothing to subscribe to any more (section 5.2); when again, if need be."""
        reason = "This feed is not pushed any more."
        try:
            asked = {"hub.mode": "denied", "hub.topic": of.topic, "hub.reason": reason}
            self._caller.get(_asking(of.callback, asked))
        except FetchError as error:
            again = _again(VERIFY_AGAIN, of.attempts, self._clock(), permanent=error.permanent)
            log.info("not denied topic=%s host=%s reason=%r", of.topic, of.host, error.kind)
            return again
        log.info("denied topic=%s host=%s", of.topic, of.host)
        return None

    def _deliver(self, delivery: Delivery) -> None:
        """Send the feed as it is now (section 7)."""
        if self._offered(delivery.topic) is None:
            if again := self._denied(delivery):
                self._subscribers.delivered(delivery, again)
            else:
                self._subscribers.gone(delivery)
            return
        name = self._published(delivery.topic)
        loaded = name and shelf.load(str(self._config.out), name.path)
        if name is None or not loaded:
            self._subscribers.delivered(delivery)
            return
        _, content = loaded
        links = answers.links(self._config.hubs, delivery.topic) or b""
        headers = {"Content-Type": name.type, "Link": links.decode()}
        if delivery.secret is not None:
            signature = hmac.new(delivery.secret.encode(), content, hashlib.sha256).hexdigest()
            headers["X-Hub-Signature"] = f"sha256={signature}"
        try:
            reply = self._caller.post(delivery.callback, content, headers)
        except FetchError as error:
            good, permanent, why = False, error.permanent, error.kind
        else:
            good, permanent, why = reply.good, False, str(reply.status)
            if reply.status == GONE:
                self._subscribers.gone(delivery)
                return
        if good:
            self._subscribers.delivered(delivery)
            return
        log.info("not delivered topic=%s host=%s reason=%r", delivery.topic, delivery.host, why)
        self._subscribers.delivered(delivery, _again(AGAIN, delivery.attempts, self._clock(), permanent=permanent))

    def _ping(self, ping: Ping) -> None:
        """Tell another hub (by the custom that all of them know: the standard leaves it open)."""
        form = urlencode({"hub.mode": "publish", "hub.url": ping.topic, "hub.topic": ping.topic}).encode()
        why = None
        try:
            reply = self._caller.post(ping.hub, form, {"Content-Type": "application/x-www-form-urlencoded"})
            why = None if reply.good else str(reply.status)
        except FetchError as error:
            why = error.kind
        if why:
            log.warning("hub not told hub=%s topic=%s reason=%r", ping.hub, ping.topic, why)
        again = _again(AGAIN, ping.attempts, self._clock(), permanent=False) if why else None
        self._subscribers.pinged(ping, again)

    def _host(self, callback: str) -> str | None:
        """The host of a callback that may be called."""
        try:
            parts = urlsplit(callback)
            port = parts.port
        except ValueError:
            return None
        host = parts.hostname
        good = parts.scheme in ("http", "https") and host and not parts.fragment and "@" not in parts.netloc
        if not good or len(callback) > LONGEST_URL or not callback.isascii() or not callback.isprintable():
            return None
        assert host is not None
        if " " in callback or (addresses.literally_private(host) and not self._config.network.allow_private):
            return None
        return host if port is None else f"{host}:{port}"

    def _published(self, topic: str) -> names.Name | None:
        """The file that is pushed under this address, and is there."""
        name = self._offered(topic)
        return name if name and shelf.standing(f"{self._config.out}/{name.path}") else None

    def _offered(self, topic: str) -> names.Name | None:
        """The file that is pushed under this address, there or not: what everybody may read, archives excepted.

        These never change, so there is nothing to push.
        """
        path = topic.removeprefix(self._config.base_url)
        name = names.name(path) if path != topic else None
        if name is None or name.kind not in names.PUSHED or name.archive:
            return None
        return name if name.kind in self._pushed.get(name.slug or "", ()) else None


def _asking(callback: str, asked: Mapping[str, str]) -> str:
    return f"{callback}{'&' if urlsplit(callback).query else '?'}{urlencode(asked)}"


def _again(steps: tuple[timedelta, ...], attempts: int, now: datetime, *, permanent: bool) -> datetime | None:
    return None if permanent or attempts >= len(steps) else now + steps[attempts]
