"""Archive documents (RFC 5005, section 4): what a feed has no room for any more, put away for good.

A sealed entry is in `NAME/archive-0001.atom` or in a later document. Each of them names the one before, and the feed
names the newest. None is ever written anew, not even when an entry in it is edited, so none names the one after it,
which was not there yet. What is lost is written again from what is held.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from feeds import atom, atomfile, lint, publish
from feeds.document import Entry, Feed, Paging
from feeds.errors import PublishError
from feeds.model import Held, Source
from feeds.store import Store
from feeds.text import line

_FILE = re.compile(r"archive-([0-9]{4,9})\.atom")
# A document says what it is and where within so many bytes, unless a title is as long as a book.
HEAD = 8192
# So many articles are looked at in one go: no feed shows more.
MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Sealing:
    """The archive documents of the feed whose files are called `name`, in `folder`, and served under `base_url`.

    `build` makes a feed of articles as the feed itself is made, `takes` says which of them are the feed's at all. A
    document has `size` entries at most, and no more than `max_size` bytes where that can be.
    """

    store: Store
    source: Source
    folder: Path
    name: str
    base_url: str
    build: Callable[[Sequence[Held]], Feed]
    takes: Callable[[Sequence[Held]], Sequence[Held]]
    size: int
    max_size: int

    def mend(self) -> tuple[Path, ...]:
        """Write what is lost, and take for sealed what the store does not know of; give the files that changed.

        Raises StoreError and PublishError.
        """
        changed = []
        sealed = self.store.archives(self.source.id)  # once for all: of documents that follow none is known sooner
        for number, path in self._files():
            known = number <= sealed
            if self._stands(number, path):
                if not known:  # the store was lost since
                    self.store.seal(self.source.id, number, _ids(path))
            elif known and self._write(number):
                changed.append(path)
            elif not self._ours(path):
                publish.remove(path)
                changed.append(path)
        return (*changed, *self._lost())

    def seal(self, shown: Sequence[Entry]) -> tuple[Path, ...]:
        """Put the oldest entries away until the feed shows all that are not; give the files that were written.

        Raises StoreError and PublishError.
        """
        there = frozenset(entry.id for entry in shown)
        written: list[Path] = []
        while not self.store.unsealed(self.source.id) <= there:
            sealed = [self.store.seal(self.source.id, self.newest() + 1, ids) for ids in self._batches(there)]
            if not any(sealed):  # what is left is none of the feed's
                break
            written += self._lost()
        return tuple(written)

    def newest(self) -> int:
        """The number of the newest document; 0 while there is none. Raises StoreError."""
        return max(self.store.archives(self.source.id), *(number for number, _ in self._files()), 0)

    def named(self, feed: Feed) -> Feed:
        """The feed, naming the newest document. Raises StoreError."""
        newest = self.newest()
        return replace(feed, paging=Paging(previous=self._address(newest))) if newest else feed

    def _batches(self, there: Collection[str]) -> Iterator[tuple[str, ...]]:
        """The ids of the entries for one document after another, oldest first."""
        fit = self._fit(self.takes(self.store.unsealed_articles(self.source.id, MOST_AT_ONCE)))
        left = fit.entries[::-1]
        while any(entry.id not in there for entry in left):
            some = left[: self.size]
            while len(some) > 1 and len(atom.render(replace(fit, entries=some))) > self.max_size:
                some = some[: len(some) // 2]
            yield tuple(entry.id for entry in some)
            left = left[len(some) :]

    def _lost(self) -> list[Path]:
        """Write the documents that are not there."""
        there = {number for number, _ in self._files()}
        numbers = range(1, self.store.archives(self.source.id) + 1)
        return [self._path(number) for number in numbers if number not in there and self._write(number)]

    def _write(self, number: int) -> bool:
        """Whether it could be: what was sealed before the store was lost is not held any more."""
        held = self.store.sealed(self.source.id, number)
        feed = self._fit(held)
        if not feed.entries:
            return False
        document = replace(
            feed,
            self_url=self._address(number),
            updated=max(entry.updated for entry in feed.entries),
            paging=Paging(previous=self._address(number - 1) if number > 1 else None, current=feed.self_url),
        )
        content = atom.render(document)
        if fault := lint.fault(document, {"atom": content}):
            raise PublishError(f"{self._path(number)} would be refused by readers: {fault}.")
        publish.write(self._path(number), content)
        return True

    def _fit(self, held: Sequence[Held]) -> Feed:
        """The feed of these articles, without what a strict reader would refuse."""
        return lint.without_unreadable(lint.fit(self.build(held)).feed).feed

    def _files(self) -> tuple[tuple[int, Path], ...]:
        folder = self.folder / self.name
        if folder.is_symlink() or not folder.is_dir():
            return ()
        found = ((_FILE.fullmatch(path.name), path) for path in folder.iterdir())
        return tuple(sorted((int(name[1]), path) for name, path in found if name))

    def _stands(self, number: int, path: Path) -> bool:
        """Whether a document is this feed's and was written for the address that it has now."""
        head = _bytes(path, HEAD)
        said = f"<id>{escape(line(self.source.feed_id), quote=False)}</id>", f'href="{escape(self._address(number))}"'
        return all(each.encode() in head for each in said)

    def _ours(self, path: Path) -> bool:
        """Whether a document is at least this feed's: one of a feed that had the name before is not."""
        try:
            return atomfile.read(_bytes(path)).id == line(self.source.feed_id)
        except atomfile.NotOurs:
            return False

    def _path(self, number: int) -> Path:
        return self.folder / file(self.name, number)

    def _address(self, number: int) -> str:
        return f"{self.base_url}/{file(self.name, number)}"


def file(name: str, number: int) -> str:
    """Where the document with this number is, below the folder that the feed is in."""
    return f"{name}/archive-{number:04}.atom"


def _ids(path: Path) -> list[str]:
    """The ids of the entries of a document; none where it was torn by another hand."""
    try:
        return [entry.id for entry in atomfile.read(_bytes(path)).entries]
    except atomfile.NotOurs:
        return []


def _bytes(path: Path, most: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise PublishError(f"{path} could not be read ({error.strerror or error}).") from error
