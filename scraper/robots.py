"""robots.txt: may we, and how fast? RFC 9309; the one door to its parser."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

# The name that site owners address us by.
AGENT = "feedwright"
# Looked at again after this, however it went (RFC 9309, section 2.4: not more than 24 hours).
LASTS = timedelta(days=1)
# A server that is ill may get well sooner.
LASTS_UNREACHED = timedelta(hours=1)
# What a parser must read at least is 500 KiB (section 2.5); more we do not.
MOST_BYTES = 512 * 1024
# A longer Crawl-delay than this means "stay away", and is said as such.
LONGEST_DELAY = 3600.0
# The parser keeps each rule once for each agent above it: in 512 KiB that can be 400 million. Real files have some
# thousands.
MOST_WORK = 1_000_000
AGENT_LINE = re.compile(r"user[\s-]*agent.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What a site's robots.txt answered: its text, or None where it could not be asked (which forbids everything)."""

    text: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site. `delay` is in seconds between two requests, 0 where the site asks for none."""

    _rules: Protego | None
    delay: float = 0.0

    @property
    def known(self) -> bool:
        """Whether the site's robots.txt could be asked for."""
        return self._rules is not None

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that it names (sitemaps.org, "Specifying the Sitemap location")."""
        return tuple(self._rules.sitemaps) if self._rules is not None else ()

    def allow(self, url: str) -> bool:
        return self._rules is not None and bool(self._rules.can_fetch(url, AGENT))


def parse(text: str | None) -> Robots:
    """The rules in a robots.txt. A file that makes no sense allows everything, one that is a bomb nothing."""
    if text is None:
        return Robots(None)
    if len(set(AGENT_LINE.findall(text))) * len(text.splitlines()) > MOST_WORK:
        return Robots(None)
    rules = Protego.parse(text)
    delay = rules.crawl_delay(AGENT) or 0.0
    rate = rules.request_rate(AGENT)
    if rate is not None and rate.requests:
        delay = max(delay, min(rate.seconds, int(LONGEST_DELAY) * rate.requests) / rate.requests)
    return Robots(rules, min(max(float(delay), 0.0), LONGEST_DELAY))


def answered(status: int, body: bytes, now: datetime) -> RobotsFile:
    """What an answer to /robots.txt means (section 2.3.1): no such file allows all, a failing server nothing."""
    if status < 300:
        if len(body) >= MOST_BYTES:  # half a line may forbid more than the whole one
            body = body[:MOST_BYTES].rpartition(b"\n")[0]
        return RobotsFile(body.decode("utf-8", "replace").lstrip("\ufeff"), now + LASTS)
    if status < 500 and status != 429:
        return RobotsFile("", now + LASTS)
    return RobotsFile(None, now + LASTS_UNREACHED)
