"""May we fetch this, and when? robots.txt, and each host's pace."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from scraper import addresses, failures, robots, urls
from scraper.errors import Blocked, FetchError, HostNotFound, NoConnection, NotYet
from scraper.hosts import Hosts
from scraper.model import Access
from scraper.robots import Robots, RobotsFile

ROBOTS_ADVICE = "If the site's owner agrees, set `robots: ignore` for this feed, or pass --ignore-robots."
# A status that no server sends: robots.txt could not be asked for at all.
NO_ANSWER = 599
# How long others wait for who asks for a robots.txt, and how often they look whether it is there, in seconds.
ASKING, GLANCE = timedelta(seconds=5), 0.05
# Who waits for a host that wants long pauses waits as long as so many of them take: others may ask it in turn.
TURNS = 3
# So many sites' rules are kept in memory: some kilobytes each.
MOST_PARSED = 5_000


@dataclass(frozen=True, slots=True)
class Manners:
    """Seconds between two requests to one host, at least, and how many of them we wait for our turn.

    Where the host itself wants long pauses it is waited for longer, up to `longest`.
    """

    delay: float = 0.5
    patience: float = 5.0
    longest: float = 0.0


@dataclass(slots=True)
class Policy:
    """Decides for one fetcher. `ask` gets a robots.txt: status and body; it raises FetchError.

    What `sleep` gives is true where it was woken: then nothing more is asked for.
    """

    hosts: Hosts
    manners: Manners
    now: Callable[[], datetime]
    sleep: Callable[[float], bool | None]
    ask: Callable[[str, Access], tuple[int, bytes]]
    _parsed: dict[str, tuple[RobotsFile, Robots]] = field(default_factory=dict)
    _unasked: dict[str, str] = field(default_factory=dict)  # why a site's robots.txt could not be read

    def permit(self, url: str, access: Access) -> None:
        """Wait for our turn at the host. Raises Blocked, NotYet, and where the host can't be asked, FetchError."""
        delay = self._usual_delay(url, access)
        if not access.ignore_robots:
            rules = self.robots(url, access)
            if not rules.known:  # RFC 9309, section 2.3.1.4: then nothing is allowed, for now
                why = f"{url} was not fetched: the site's robots.txt could not be read."
                cause = self._unasked.get(urls.origin(url), "")
                raise NoConnection(f"{why} {cause}".rstrip(), about=url, advice=ROBOTS_ADVICE)
            if not rules.allow(url):
                why = f"{url} was not fetched: the site's robots.txt does not allow it."
                raise Blocked(why, about=url, advice=ROBOTS_ADVICE)
            delay = max(delay, rules.delay)
        self._wait(url, delay)

    def take_turn(self, url: str, access: Access) -> None:
        """Wait for our turn at the host for a robots.txt, which none rules. Raises NotYet."""
        self._wait(url, self._usual_delay(url, access))

    def robots(self, url: str, access: Access) -> Robots:
        """The rules of the site that `url` is on; asked for once a day."""
        origin = urls.origin(url)
        kept = self._parsed.get(origin)
        if kept is not None and kept[0].until > self.now():
            return kept[1]
        begun = self.now()
        while (file := self.hosts.robots(origin, self.now())) is None:
            now = self.now()
            # Where the clock was put back, a claim may last for hours.
            waited = not begun <= now < begun + ASKING
            if self.hosts.claim_robots(origin, now, now + ASKING) or waited:
                file = self._ask(url, origin, access)
                break
            if self.sleep(GLANCE):  # somebody else is asking
                raise NotYet(f"{url} waits: its robots.txt is being asked for.", about=url, until=now)
        if kept is None or kept[0] != file:
            if len(self._parsed) >= MOST_PARSED:
                self._parsed.clear()
            kept = self._parsed[origin] = (file, robots.parse(file.text))
        return kept[1]

    def _ask(self, url: str, origin: str, access: Access) -> RobotsFile:
        try:
            self.take_turn(url, access)
            if (kept := self.hosts.robots(origin, self.now())) is not None:  # another had his turn before ours
                return kept
            status, body = self.ask(f"{origin}/robots.txt", access)
        except NotYet as error:  # this host, or one that it leads to, waits: that says nothing of the site
            self.hosts.unclaim_robots(origin)  # whoever comes next need not wait to be told the same
            raise NotYet(str(error), about=url, until=error.until) from error
        except FetchError as error:  # the page would fare no better
            nothing = robots.answered(NO_ANSWER, b"", self.now())
            if isinstance(error, Blocked | HostNotFound) or failures.ours(error):
                nothing = replace(nothing, until=self.now())  # that says nothing of the site
            self.hosts.keep_robots(origin, nothing)
            if len(self._unasked) >= MOST_PARSED:
                self._unasked.clear()
            self._unasked[origin] = str(error)
            raise type(error)(str(error), about=url, advice=error.advice) from error
        self._unasked.pop(origin, None)
        file = robots.answered(status, body, self.now())
        self.hosts.keep_robots(origin, file)
        return file

    def _wait(self, url: str, delay: float) -> None:
        """Wait for our turn; for another one, where the host meanwhile asked somebody to be left alone."""
        host, patience = urls.host(url), max(self.manners.patience, min(TURNS * delay, self.manners.longest))
        while True:
            now = self.now()
            turn = self.hosts.reserve(host, timedelta(seconds=delay), now, timedelta(seconds=patience))
            wait = (turn - self.now()).total_seconds()  # taking the turn took its time too
            if wait > patience or (wait > 0 and self.sleep(wait)):
                when = f"{turn:%H:%M:%S}" if turn.date() == now.date() else f"{turn:%Y-%m-%d %H:%M}"
                raise NotYet(f"{url} waits: {host} is to be asked again at {when} UTC.", about=url, until=turn)
            if wait <= 0 or not self.hosts.held_beyond(host, turn):
                return
            patience -= wait

    def _usual_delay(self, url: str, access: Access) -> float:
        """What we keep to of ourselves. A machine of our own need not be spared, unless that is said."""
        if access.delay is not None:
            return access.delay
        return 0.0 if addresses.literally_private(urlsplit(url).hostname or "") else self.manners.delay
