"""What stands of a feed in out/ from now on: one record in every format, and a date that moves when it does."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds import atom, jsonfeed, lint, page, rss
from feeds.document import Feed
from feeds.errors import PublishError
from feeds.lint import Linted
from scraper.model import Problem

SECOND = timedelta(seconds=1)
# The formats of a feed, by the ends of their files' names. Atom is always among them: it tells what was published last.
# The page for people comes beside those for programs.
RENDERINGS: dict[str, Callable[[Feed], bytes]] = {"atom": atom.render, "rss": rss.render, "json": jsonfeed.render}
PAGE = "html"
# However large entries are, so many are in a feed: a site that publishes several at once would lose readers some.
FEWEST = 5
FORMS = (*RENDERINGS, PAGE)
_UPDATED = re.compile(rb"<updated>([^<]+)</updated>")


@dataclass(frozen=True, slots=True)
class Document:
    """A feed in one format, `form` being the end of its file's name."""

    form: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Edition:
    """A feed as it is published: in each format, Atom first, and what had to be left out."""

    feed: Feed
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def read(self) -> dict[str, bytes]:
        """The documents that programs read, by their form."""
        return {each.form: each.content for each in self.documents if each.form in RENDERINGS}


def edition(
    feed: Feed, name: str, forms: Iterable[str], standing: bytes | None, max_size: int = lint.MOST_OF_DOCUMENT
) -> Edition:
    """The feed called `name` in each of the formats. `standing` is the Atom that readers have now.

    An entry that is added, edited or removed, for whatever reason, moves the date of the feed on, if only by a second:
    some readers look at nothing else. Where none is, the date never moves back. What a strict reader would refuse is
    left out. Of the entries that are more than `max_size` bytes of a document have room for, the oldest are not in it.
    Raises PublishError where the feed is refused even so.
    """
    wanted = frozenset(forms) | {"atom"}
    made = _within(lint.fit(feed), wanted, standing, max_size)
    if lint.fault(made.feed, made.read) is not None:
        again = lint.without_unreadable(made.feed)
        made = _rendered(replace(again, problems=made.problems + again.problems), wanted, standing)
        if fault := lint.fault(made.feed, made.read):
            raise PublishError(
                f"{name} would be refused by readers: {fault}.", advice="What readers have still stands."
            )
    if PAGE not in wanted:
        return made
    return replace(made, documents=(*made.documents, Document(PAGE, page.render(made.feed, name, wanted))))


def _within(linted: Linted, wanted: frozenset[str], standing: bytes | None, max_size: int) -> Edition:
    """The feed with as many of its newest entries as there is room for."""
    while True:
        made = _rendered(linted, wanted, standing)
        largest = max(map(len, made.read.values()))
        fewest, most = (FEWEST, max_size) if largest <= lint.MOST_OF_DOCUMENT else (1, lint.MOST_OF_DOCUMENT)
        kept, spare = list(linted.feed.entries), largest - most
        if spare <= 0 or len(kept) <= fewest:
            return made
        # So many of the oldest go as make up what is too much, at least one; then it is looked at again.
        while len(kept) > fewest and spare > 0:
            spare -= len(kept.pop().html.encode())
        linted = replace(linted, feed=replace(linted.feed, entries=tuple(kept)))


def _rendered(linted: Linted, wanted: frozenset[str], standing: bytes | None) -> Edition:
    """What programs read of it."""
    dated = _dated(linted.feed, standing)
    made = (Document(form, render(dated)) for form, render in RENDERINGS.items() if form in wanted)
    return Edition(dated, tuple(made), linted.problems)


def _dated(feed: Feed, standing: bytes | None) -> Feed:
    before = _updated(standing)
    if standing is None or before is None or before < feed.updated:
        return feed
    same = _entries(atom.render(feed)) == _entries(standing)
    return replace(feed, updated=before if same else before + SECOND)


def _updated(document: bytes | None) -> datetime | None:
    """The date of a feed, which stands before those of its entries."""
    found = _UPDATED.search(document or b"")
    try:
        return datetime.fromisoformat(found[1].decode()) if found else None
    except ValueError:  # it is none of ours
        return None


def _entries(document: bytes) -> bytes:
    _, entry, rest = document.partition(b"<entry")
    return entry + rest
