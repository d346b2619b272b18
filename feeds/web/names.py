"""Which addresses are published files: those that we write into out/, and nothing else."""

import re
from dataclasses import dataclass
from functools import lru_cache

# By the end of its name: what a file is told to be. JSON has no charset parameter (RFC 8259, section 11).
TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json",
    "html": "text/html; charset=utf-8",
    "opml": "text/x-opml; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "ico": "image/x-icon",
}
# A feed's own documents and its archives; and the few that belong to all feeds.
FEED = re.compile(r"([a-z0-9][a-z0-9-]{0,63})(?:/[a-z0-9][a-z0-9-]{0,63})?\.(atom|rss|json|html)")
COMMON = frozenset(("feeds.opml", "favicon.ico", "style.css"))
# What hubs push.
PUSHED = frozenset(("atom", "rss", "json"))
# How many addresses are remembered: more than one machine publishes, less than strangers can think of.
KNOWN = 32_768


@dataclass(frozen=True, slots=True)
class Name:
    """A file that may be published: its path below out/, the feed that it belongs to, and the end of its name."""

    path: str
    slug: str | None
    kind: str

    @property
    def type(self) -> str:
        return TYPES[self.kind]

    @property
    def styled(self) -> bool:
        """Whether a browser that navigates here is shown more than bare XML."""
        return self.kind in ("atom", "rss")

    @property
    def archive(self) -> bool:
        return "/" in self.path


@lru_cache(maxsize=KNOWN)
def name(address: str) -> Name | None:
    """The file behind the path of a URL, decoded; None where there can be none."""
    path = address[1:]
    if match := FEED.fullmatch(path):
        return Name(path, match[1], match[2])
    if path in COMMON:
        return Name(path, None, path.rpartition(".")[2])
    return None
