"""The files of a feed in out/, in every format that is wanted."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from feeds import edition, publish
from feeds.document import Feed
from feeds.edition import Edition
from feeds.errors import PublishError
from feeds.focus import OURS
from feeds.lint import MOST_OF_DOCUMENT
from scraper.model import Problem


@dataclass(frozen=True, slots=True)
class Written:
    """What was done: the paths of what changed, how many entries are published, and what had to be left out.

    `archives` are the paths of archive documents that changed.
    """

    paths: tuple[Path, ...]
    entries: int
    problems: tuple[Problem, ...] = ()
    archives: tuple[Path, ...] = ()


def write(out: Path, name: str, feed: Feed, forms: Sequence[str], max_size: int = MOST_OF_DOCUMENT) -> Written:
    """Bring the files of a feed up to date, and remove those of formats that are not wanted any more.

    Raises PublishError.
    """
    return put(out, name, draft(out, name, feed, forms, max_size))


def draft(out: Path, name: str, feed: Feed, forms: Sequence[str], max_size: int = MOST_OF_DOCUMENT) -> Edition:
    """What would be written. Raises PublishError."""
    return edition.edition(feed, name, forms, _before(out / f"{name}.atom"), max_size)


def put(out: Path, name: str, made: Edition) -> Written:
    """Write it. Raises PublishError."""
    contents = {out / f"{name}.{document.form}": document.content for document in made.documents}
    with OURS.lent():  # the disk takes its time
        changed = list(publish.write_all(contents))
    wanted = {document.form for document in made.documents}
    for form in edition.FORMS:
        if form not in wanted and publish.remove(path := out / f"{name}.{form}"):
            changed.append(path)
    return Written(tuple(changed), len(made.feed.entries), made.problems)


def standing(out: Path, name: str) -> Iterator[Path]:
    """The files of a feed that are there, those of its archives with them."""
    forms = (out / f"{name}.{form}" for form in edition.FORMS)
    yield from (path for path in forms if os.path.lexists(path))
    archives = out / name
    if archives.is_dir():
        yield from sorted(archives.iterdir())


def _before(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PublishError(f"{path} could not be read ({error.strerror or error}).") from error
