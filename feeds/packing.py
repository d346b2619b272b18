"""A packed copy beside each file in out/, for web servers that send one (nginx: `gzip_static on`)."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

from feeds import publish
from feeds.errors import PublishError

# The ends of files that a web server publishes and that gain by it; a picture is packed already.
ENDS = frozenset((".atom", ".rss", ".json", ".html", ".opml", ".css"))
SIBLING = ".gz"
# Stands while the siblings in out/ are ours: others may have been made by a command of the user's own.
OURS = Path(".state") / "packed"


def pack(out: Path) -> Iterator[Path]:
    """Have a sibling of each file, of its bytes and its mtime, and none of what is gone; give each when it changed.

    A sibling that bears its file's mtime is of it, and is left alone. Raises PublishError.
    """
    try:
        publish.write(out / OURS, b"")
        files = {path for path in _files(out) if path.suffix in ENDS}
        yield from (path for path in _siblings(out) if path.with_suffix("") not in files and publish.remove(path))
        yield from (_packed(path) for path in sorted(files) if not _is_of(_sibling(path), path))
    except OSError as error:
        raise PublishError(f"{out} could not be packed ({error.strerror or error}).") from error


def remove(out: Path) -> Iterator[Path]:
    """Remove every sibling that is ours, and give each when it is. Raises PublishError."""
    if not (out / OURS).exists():
        return
    try:
        yield from (path for path in _siblings(out) if publish.remove(path))
        publish.remove(out / OURS)
    except OSError as error:
        raise PublishError(f"{out} could not be tidied ({error.strerror or error}).") from error


def _packed(path: Path) -> Path:
    """The mtime comes from before the bytes: where they change meanwhile, the sibling is made again next time."""
    sibling, modified = _sibling(path), path.stat().st_mtime_ns
    publish.write(sibling, gzip.compress(path.read_bytes(), mtime=0))
    os.utime(sibling, ns=(modified, modified))
    return sibling


def _is_of(sibling: Path, path: Path) -> bool:
    return sibling.is_file() and sibling.stat().st_mtime_ns == path.stat().st_mtime_ns


def _sibling(path: Path) -> Path:
    return path.with_name(path.name + SIBLING)


def _siblings(out: Path) -> list[Path]:
    """Those that are ours by their names, whether or not their files are there still."""
    found = (path for path in _files(out) if path.suffix == SIBLING)
    return sorted(path for path in found if path.with_suffix("").suffix in ENDS)


def _files(out: Path) -> Iterator[Path]:
    """In out/ and in the folders of archives; what begins with a dot is never published."""
    with os.scandir(out) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from (path for path in sorted(Path(entry).glob("archive-*")) if path.is_file())
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry)
