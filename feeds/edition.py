"""What stands of a feed in out/ from now on: one record in every format, and a date that moves when it does."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds import atom, jsonfeed, lint, page, rss
from feeds.errors import PublishError
from feeds.lint import Linted
from feeds.model import Feed
from scraper.model import Problem

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


@dataclass(frozen=True, slots=True)
class Edition:
    """A feed as it is published: in each format, Atom first, and what had to be left out."""

    feed: Feed
    documents: tuple[Document, ...]
    problems: tuple[Problem, ...] = ()


def edition(feed: Feed, name: str, forms: Iterable[str], standing: bytes | None) -> Edition:
    """The feed called `name` in each of the formats. `standing` is the Atom that readers have now.

    An entry that is added, edited or removed, for whatever reason, moves the date of the feed on, if only by a second:
    some readers look at nothing else. Where none is, the date never moves back. What a strict reader would refuse is
    left out. Raises PublishError where the feed is refused even so.
    """
    wanted = frozenset(forms) | {"atom"}
    linted = lint.fit(feed)
    made = _rendered(linted, name, wanted, standing)
    if _fault(made) is not None:
        again = lint.without_unreadable(linted.feed)
        made = _rendered(replace(again, problems=linted.problems + again.problems), name, wanted, standing)
        if fault := _fault(made):
            raise PublishError(
                f"{name} would be refused by readers: {fault}.", advice="What readers have still stands."
            )
    return made


def _rendered(linted: Linted, name: str, wanted: frozenset[str], standing: bytes | None) -> Edition:
    dated = _dated(linted.feed, standing)
    made = [Document(form, render(dated)) for form, render in RENDERINGS.items() if form in wanted]
    if PAGE in wanted:
        made.append(Document(PAGE, page.render(dated, name, wanted)))
    return Edition(dated, tuple(made), linted.problems)


def _fault(made: Edition) -> str | None:
    found = (lint.fault(made.feed, each.form, each.content) for each in made.documents if each.form in lint.READERS)
    return next(filter(None, found), None)


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
