"""config.yaml gains feeds: a block at the right place, and every other byte as it was.

Nothing is written out anew from what was read: the place is found by the parser's marks, the lines are put there, and
the outcome is read again and compared before it replaces the file, whole or not at all.
"""

import codecs
import errno
import os
import secrets
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from feeds import block, config, listmarks, yamlmarks
from feeds.configuration import Config
from feeds.errors import ConfigError, PublishError
from feeds.listmarks import INDENT, Place
from feeds.settings import Settings
from feeds.yamlmarks import Node

# What a new file says beside its feeds: what almost everyone changes, as it is by default.
SKELETON = """\
# What Feedwright follows, and how. Its README tells every key; `feedwright check` whether all is right.

feeds:
{feeds}

base_url: http://127.0.0.1:8085         # where readers will find what is in out/
out: out                                # the folder for all that is made, seen from this file
every: auto                             # when sites are looked at; or so far apart: 30m
"""
MOST_SHOWN = 3  # feeds in a message


@dataclass(frozen=True, slots=True)
class Addition:
    """A feed that is to be added, with hints for comments below it."""

    settings: Settings
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """config.yaml as it would be: not written yet. `added` are the new lines, `before` is None for a new file."""

    path: Path
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    added: str
    config: Config

    def write(self) -> None:
        """Put it in place of what was read. Raises ConfigError where the file changed meanwhile, and PublishError."""
        try:
            _write(self.path.resolve(), self.before, self.after)
        except OSError as error:
            said = f"{self.path} could not be written ({error.strerror or error}); it is as it was."
            raise PublishError(said, advice=_advice(error, self.path.resolve().parent)) from error


def exists(path: Path) -> bool:
    """Whether anything stands at the path, be it a link that leads nowhere."""
    return path.exists() or path.is_symlink()


def existing(path: Path, environ: Mapping[str, str]) -> Config | None:
    """The configuration as it is, None where there is none, or no feed in it. Raises ConfigError."""
    if not exists(path):
        return None
    root = yamlmarks.read(path)
    if _empty(_feeds(root)) and (root is None or isinstance(root.value, dict | None)):
        return None
    return config.read(root, path, environ)


def drafted(path: Path, additions: Sequence[Addition], environ: Mapping[str, str]) -> Draft:
    """The file with these feeds at the end of its list. Raises ConfigError, naming file and line."""
    if not exists(path):
        added = "\n".join(_block(additions, INDENT))
        after = SKELETON.format(feeds=added).encode()
        return Draft(path, None, after, added, config.read(yamlmarks.parsed(after, path), path, environ))
    before = yamlmarks.content(path)
    text, root = yamlmarks.decoded(before, path), yamlmarks.parsed(before, path)
    if root is not None and not isinstance(root.value, dict | None):
        config.read(root, path, environ)  # says so
    try:
        place = listmarks.find(text, path)
        added = _written(additions, place)
        mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
        after = mark + (text[: place.start] + added + text[place.end :]).encode()
        outcome = yamlmarks.parsed(after, path)
        if not _only_added(root, outcome, len(additions)):
            raise ConfigError(f"{path}:{place.line}: feeds: nothing can be added to a list that is written so")
    except ConfigError as error:
        raise _no_room(str(error), additions) from error
    return Draft(path, before, after, added.strip("\r\n"), config.read(outcome, path, environ))


def _written(additions: Sequence[Addition], place: Place) -> str:
    if place.inline:
        feeds = place.between.join(block.inline(each.settings) for each in additions)
    else:
        feeds = place.newline.join(_block(additions, place.indent))
    return place.before + feeds + place.after


def _block(additions: Iterable[Addition], indent: int) -> list[str]:
    lines: list[str] = []
    for addition in additions:
        lines += ["", *block.lines(addition.settings, indent, addition.hints)]
    return lines[1:]


def _no_room(error: str, additions: Sequence[Addition]) -> ConfigError:
    feeds = ", ".join(block.inline(each.settings) for each in additions[:MOST_SHOWN])
    more = ", …" if len(additions) > MOST_SHOWN else ""
    return ConfigError(error, advice=f"Nothing was written; add it by hand: {feeds}{more}")


def _only_added(before: Node | None, after: Node | None, count: int) -> bool:
    """Whether all that was said is said, and nothing else than `count` feeds at the end of the list is new."""
    old, new = yamlmarks.plain(before) or {}, yamlmarks.plain(after) or {}
    feeds = new.pop("feeds", None)
    kept = old.pop("feeds", None) or []
    return old == new and isinstance(feeds, list) and feeds[: len(kept)] == kept and len(feeds) == len(kept) + count


def _feeds(root: Node | None) -> Node | None:
    return root.value.get("feeds") if root and isinstance(root.value, dict) else None


def _empty(feeds: Node | None) -> bool:
    return feeds is None or feeds.value in (None, [], {})


def _advice(error: OSError, folder: Path) -> str:
    """What to do where it is no matter of room."""
    match error.errno:
        case errno.EROFS:
            return (
                f"{folder} is read-only for Feedwright: keep config.yaml where it can be written "
                "(contrib/feedwright.service says how), or add the feed to it by hand."
            )
        case errno.EACCES | errno.EPERM:
            return (
                f"Let the user who runs Feedwright write to {folder}: a new file is made there, and takes this one's "
                "place. Or add the feed to it by hand."
            )
    return ""


def _write(path: Path, before: bytes | None, after: bytes) -> None:
    """Replace the file, its rights kept, unless it is no longer what it was."""
    beside = path.with_name(f".{path.name}-{secrets.token_hex(8)}.tmp")
    mode = stat.S_IMODE(path.stat().st_mode) if before is not None else 0o644
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(after)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        if (path.read_bytes() if path.exists() else None) != before:
            raise ConfigError(f"{path}: it was changed meanwhile, and is left as it is", advice="Try again.")
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
