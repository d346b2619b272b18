"""What passes between a file of another program and config.yaml."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from feeds.settings import Settings

# As config.yaml has it, in characters and feeds: beyond it a file is no list that anybody wrote.
MOST_BYTES = 5_000_000
MOST_FEEDS = 10_000


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that was said of a feed and is not taken over: its name in the file that it stands in, and why."""

    feed: str
    key: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.feed}: {self.key}" + (f" ({self.why})" if self.why else "")


@dataclass(frozen=True, slots=True)
class Imported:
    """The feeds of a file, in their order, with names as they are there, be they taken or doubled."""

    feeds: tuple[Settings, ...]
    unsupported: tuple[Unsupported, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """A file for another program, and what it has no place for."""

    content: bytes
    unsupported: tuple[Unsupported, ...] = ()


def lost(feeds: Iterable[Settings], held: Collection[str]) -> tuple[Unsupported, ...]:
    """What is said of the feeds beside what a format holds, by the names of config.yaml."""
    return tuple(Unsupported(feed.name, key) for feed in feeds for key in feed.said() if key not in held)
