"""What the files of a feed were made of, noted beside the store: those that stand so need not be made again."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path

from feeds import output
from feeds.configuration import Config, FeedConfig
from feeds.model import Shown

FOLDER = Path(".state") / "imprints"
# Whose every change may change a rendering: our own code, down to the last letter, and the libraries that we render by.
CODE, LIBRARIES = ("feeds", "scraper"), ("feedwright", "feedgen", "lxml", "nh3")


@dataclass(frozen=True, slots=True)
class Imprint:
    """A note, at `path`, on the files of the feed called `name` in `folder`.

    `made_of` is a digest of the program, the configuration, and what the store had.
    """

    path: Path
    folder: Path
    name: str
    made_of: str

    def stands(self) -> bool:
        """Whether all of the feed's files are what they were when they were written, and were made of the same."""
        try:
            return self.path.read_text("utf-8", "replace") == self._said()
        except OSError:  # there is none, or none that can be read: the feed is rendered, and tells what is wrong
            return False

    def put(self) -> None:
        """Note that the files are as they have to be."""
        with suppress(OSError):  # the feed is written all the same, and is rendered again at the next start
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Not emptied first: some file systems then have the disk take it at once.
            with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644), "wb") as file:
                file.write(self._said().encode())
                file.truncate()

    def _said(self) -> str:
        """Nobody changes a file's bytes without its times: the kernel sets the second of them itself."""
        seen = ((path, path.lstat()) for path in output.standing(self.folder, self.name))
        lines = (f"{path.name} {at.st_size} {at.st_mtime_ns} {at.st_ctime_ns}" for path, at in seen)
        return "\n".join((self.made_of, *lines, ""))


def of(config: Config, settings: FeedConfig, shown: Shown) -> Imprint | None:
    """The imprint of a feed as the store has it; None where what it shows depends on the day."""
    if settings.max_age is not None:
        return None
    made_of = (settings, config.base_url, config.hubs, config.fresh_for(settings), bool(settings.token), shown)
    digest = hashlib.sha256(f"{program()}\n{made_of!r}".encode("utf-8", "replace")).hexdigest()
    return Imprint(config.out / FOLDER / settings.name, config.folder(settings), settings.name, digest)


def tidy(config: Config) -> None:
    """Forget those of feeds that are not configured any more."""
    names = {settings.name for settings in config.feeds}
    with suppress(OSError):  # they are in nobody's way
        for path in (config.out / FOLDER).iterdir():
            if path.name not in names:
                path.unlink()


@cache
def program() -> str:
    """A digest of all that renders."""
    digest = hashlib.sha256(" ".join(map(version, LIBRARIES)).encode())
    for package in CODE:
        with as_file(files(package)) as root:
            for path in sorted(root.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    digest.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return digest.hexdigest()
