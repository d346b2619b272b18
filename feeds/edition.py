"""What stands of a feed in out/ from now on: one record in every format, and a date that moves when it does."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds import atom, jsonfeed, page, rss
from feeds.model import Feed

SECOND = timedelta(seconds=1)
# The formats of a feed, by the ends of their files' names. Atom is always among them: it tells what was published last.
# The page for people comes beside those for programs.
RENDERINGS: dict[str, Callable[[Feed], bytes]] = {"atom": atom.render, "rss": rss.render, "json": jsonfeed.render}
PAGE = "html"
FORMS = (*RENDERINGS, PAGE)
_UPDATED = re.compile(rb"<updated>([^<]+)</updated>")


@dataclass(frozen=True, slots=True)
class Document:
    """A feed in one format, `form` being the end of its file's name."""

    form: str
    content: bytes


def documents(feed: Feed, name: str, forms: Iterable[str], standing: bytes | None) -> tuple[Document, ...]:
    """The feed called `name` in each of the formats, Atom first. `standing` is the Atom that readers have now.

    An entry that is added, edited or removed, for whatever reason, moves the date of the feed on, if only by a second:
    some readers look at nothing else. Where none is, the date never moves back.
    """
    wanted = frozenset(forms) | {"atom"}
    dated = _dated(feed, standing)
    made = [Document(form, render(dated)) for form, render in RENDERINGS.items() if form in wanted]
    if PAGE in wanted:
        made.append(Document(PAGE, page.render(dated, name, wanted)))
    return tuple(made)


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
