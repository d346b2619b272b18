"""config.yaml as a running process follows it: read again when it changed, and taken whole or not at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path

from feeds import config as settings
from feeds import statusrows, word
from feeds.configuration import Config
from feeds.errors import ConfigError
from feeds.secrets import redacted
from scraper import urls

# What is built once, around everything else. A change to it takes a new start.
FIXED = ("out", "web", "websub")
RESTART = "Restart it: until then nothing that has changed in the file is in force."
# Names in a line of the log: what more feeds are called stands in the file.
MOST_NAMED = 5
Stamp = tuple[tuple[int, int, int], ...]


@dataclass(slots=True)
class Followed:
    """The configuration as it was last taken, and the file, which `load` reads: it raises ConfigError."""

    config: Config
    load: Callable[[], Config]
    _taken: Stamp = field(init=False)
    _last: Stamp = field(init=False)
    _asked: bool = False

    def __post_init__(self) -> None:
        self._taken = self._last = self._stamp()

    def ask(self) -> None:
        """Have it read at the next look, changed or not."""
        self._asked = True

    def changed(self) -> bool:
        """Whether it is to be read again: where the file changed, and has stood as it is since the last look.

        An editor may write a file in several steps.
        """
        before, self._last = self._last, self._stamp()
        if self._asked or (self._last != self._taken and self._last == before):
            self._asked, self._taken = False, self._last
            return True
        return False

    def read(self) -> Config:
        """What the file holds now. Raises ConfigError where it is wrong, or takes a new start."""
        config = self.load()
        for key in FIXED:
            if getattr(config, key) != getattr(self.config, key):
                raise _takes_a_start(self.config, config, key)
        return config

    def complain(self, error: ConfigError | None) -> None:
        """Leave word of what is wrong with the file, or that nothing is, for all who tell how the sources are.

        Raises PublishError.
        """
        said = [redacted(_said(error), self.config.secrets)] if error else []
        word.leave(self.config.out / statusrows.COMPLAINT, said)

    def _stamp(self) -> Stamp:
        return tuple(map(_seen, self._files()))

    def _files(self) -> Iterator[Path]:
        yield self.config.path
        yield from (feed.recipe for feed in self.config.feeds if feed.recipe)


def _takes_a_start(before: Config, now: Config, name: str) -> ConfigError:
    """What says that a key has changed, or one below it, and where in the file that stands."""
    old, new = getattr(before, name), getattr(now, name)
    below = [key.name for key in fields(new)] if is_dataclass(new) else []
    key = (name, *[one for one in below if getattr(old, one) != getattr(new, one)][:1])
    line = settings.line_at(now.path, key)
    place = now.path if line is None else f"{now.path}:{line}"
    return ConfigError(f"{place}: {'.'.join(key)}: it can't change while Feedwright runs", advice=RESTART)


def _said(error: ConfigError) -> str:
    """What is wrong, and what can be done."""
    said = str(error)
    return f"{said}{'' if said.endswith(('.', '?', '!')) else '.'} {error.advice}" if error.advice else said


def _seen(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Difference:
    """The names of the feeds that are others than before; of one that was renamed, the former and the new one."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    paused: tuple[str, ...]
    resumed: tuple[str, ...]


def difference(before: Config, now: Config) -> Difference:
    """What another configuration does to feeds. One that has another name at the same address was renamed."""
    names, known = {feed.name for feed in now.published}, {feed.name for feed in before.published}
    former = {urls.key(feed.url): feed.name for feed in before.feeds if feed.name not in names}
    renamed: dict[str, str] = {}
    for feed in now.feeds:
        if feed.name not in known and (name := former.pop(urls.key(feed.url), None)):
            renamed[name] = feed.name
    rested = {renamed.get(feed.name, feed.name): feed.paused for feed in before.feeds}
    return Difference(
        added=tuple(feed.name for feed in now.published if feed.name not in known | set(renamed.values())),
        removed=tuple(feed.name for feed in before.published if feed.name not in names | renamed.keys()),
        renamed=tuple(renamed.items()),
        paused=tuple(feed.name for feed in now.feeds if feed.paused and rested.get(feed.name) is False),
        resumed=tuple(feed.name for feed in now.feeds if not feed.paused and rested.get(feed.name)),
    )


def short(names: Sequence[str]) -> str:
    """Some names in a line of the log: the first few, and how many more there are."""
    more = len(names) - MOST_NAMED
    return ",".join((*names[:MOST_NAMED], *([f"+{more}"] if more > 0 else [])))


def concerned(before: Config, now: Config) -> frozenset[str]:
    """The names of the feeds whose files another configuration may change."""
    every = _common(before) != _common(now)
    known = {feed.name: feed for feed in before.published}
    merged = {feed.name: before.parts(feed) for feed in before.merged}
    changed = (feed.name for feed in now.published if every or known.get(feed.name) != feed)
    return frozenset(changed) | {feed.name for feed in now.merged if merged.get(feed.name) != now.parts(feed)}


def _common(config: Config) -> tuple[object, ...]:
    """What all feeds' files are made of beside the feed's own."""
    return (config.base_url, config.hubs)
