"""The pages of the sources as they came: contents in the archive, and in the store what they are."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds import keeping
from feeds.archive import Archive
from feeds.errors import StoreError
from feeds.keeping import Room
from feeds.model import Decision, Kept
from feeds.recorder import Recorder
from feeds.store import Store
from scraper.model import Page, ScrapeResult

# A content that has lain in the archive for so long without a row in the store is of no run that is still to be saved.
SWEPT = timedelta(days=1)


def of_run(
    store: Store, source_id: int, recorder: Recorder, result: ScrapeResult, decisions: Sequence[Decision]
) -> tuple[Kept, ...]:
    """The pages that came in a run, each with the entry that is made of it. Raises StoreError."""
    kept = recorder.kept(result.fetched)
    if not kept:
        return ()
    again = any(decision.kind == "same" for decision in decisions)
    known = store.kept(source_id) if again else ()  # what is new or changed is made of the page that came
    return keeping.attributed(kept, decisions, known, alone=not result.discovery.links)


@dataclass(frozen=True, slots=True)
class KeptPages:
    """The two together. A content without a row is swept away in the end, a row without a content is passed over."""

    store: Store
    archive: Archive

    def of(self, source_id: int) -> tuple[Kept, ...]:
        """The newest last. Raises StoreError."""
        return self.store.kept(source_id)

    def page(self, source_id: int, kept: Kept) -> Page | None:
        """The page itself; None where its content is gone or damaged. Raises StoreError."""
        try:
            content = self.archive.get(source_id, kept.digest, kept.size)
        except OSError as error:
            raise _unreadable(self.archive, error) from error
        return None if content is None else Page(kept.url, kept.requested, content, kept.content_type)

    def tidy(self, source_id: int, room: Room, now: datetime) -> None:
        """Let go what there is no room for. Raises StoreError."""
        before = self.of(source_id)
        gone = keeping.surplus(before, room, now)
        self.store.forget_kept(source_id, gone)
        left = {one.digest for one in set(before) - set(gone)}  # two addresses may have given one content
        for digest in {one.digest for one in gone} - left:
            with suppress(OSError):  # what can't be deleted now is swept away later
                self.archive.remove(source_id, digest)

    def maintain(self, rooms: Mapping[int, Room], age: timedelta, now: datetime) -> None:
        """Tidy every source; of those without a room, what is older than `age` goes. Raises StoreError."""
        self.store.forget_unconfigured(now - age)
        for source_id, room in rooms.items():
            self.tidy(source_id, room, now)
        try:
            for source_id in self.archive.sources():
                self.archive.sweep(source_id, {one.digest for one in self.of(source_id)}, now - SWEPT)
        except OSError as error:
            raise _unreadable(self.archive, error) from error


def _unreadable(archive: Archive, error: OSError) -> StoreError:
    return StoreError(f"The kept pages in {archive.folder} can't be read or written ({error.strerror or error}).")
