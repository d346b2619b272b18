"""A feed of what befalls the sources, for who looks after them: `out/_status.atom`, apart from all content."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from feeds import atom, publish, status
from feeds.configuration import Config
from feeds.document import Entry, Feed
from feeds.model import Event, Told
from feeds.store import Store
from feeds.text import line

NAME = "_status.atom"
# As many turns as a reader that looks once a day wants, on a bad day.
SHOWN = 50
# When sources began to be followed where nobody remembers that.
EVER = datetime(2026, 1, 1, tzinfo=UTC)
SAYS = {
    "degraded": "is held: its site is not as it was",
    "healed": "was healed: its list moved, and was found again",
    "recovered": "has recovered",
    "accepted": "is accepted as its site is now",
    "failing": "fails",
    "ended": "has ended",
}


def write(config: Config, store: Store) -> tuple[Path, ...]:
    """Bring the file up to date, and give it if it changed. Raises StoreError and PublishError.

    It is there before anything befell a source: whoever subscribes does so on the first day. A feed with a token is not
    named in it: whoever can read `out/` can read it.
    """
    path = config.out / NAME
    if not config.notify.feed:
        return (path,) if publish.remove(path) else ()
    shown = frozenset(feed.name for feed in config.feeds if not feed.token)
    told = store.turns(shown, SHOWN)
    updated = max(one.event.at for one in told) if told else _began(store)
    return (path,) if publish.write(path, render(told, config.base_url, updated)) else ()


def render(told: Sequence[Told], base_url: str, updated: datetime) -> bytes:
    """The newest first. The same turns give the same bytes, on any day."""
    return atom.render(
        Feed(
            id=_id(base_url, "status"),
            title="How the sources are",
            site_url=f"{base_url}/status",
            updated=updated,
            entries=tuple(_entry(one, base_url) for one in told),
            self_url=f"{base_url}/{NAME}",
            language="en",
            author="Feedwright",
        )
    )


def sentence(name: str, event: Event) -> str:
    """What happened, on one line: for the title of an entry, and for who is told by a command."""
    return f"{name} {SAYS[event.kind]}"


def _began(store: Store) -> datetime:
    """When the first source was followed: of all moments one that stays."""
    return min((source.created for source in store.sources() if source.created), default=EVER)


def _entry(one: Told, base_url: str) -> Entry:
    event = one.event
    what, before, after = status.parts(line(event.said))
    said = f"<p>{escape(what)}</p>"
    if before:
        # Of a source that is well again it is told what was wrong with it, and that is over.
        then = "While it was held" if event.kind == "recovered" else "Now"
        said += f"<p>Before: {escape(before)}<br>{then}: {escape(after)}</p>"
    return Entry(
        id=_id(base_url, f"{one.feed_id} {event.at.isoformat()} {event.kind}"),
        url=f"{base_url}/status/{one.name}",
        title=sentence(one.name, event),
        html=said,
        published=event.at,
        updated=event.at,
        tags=(event.kind,),
    )


def _id(base_url: str, what: str) -> str:
    """Of what happened and when, not of a number that a store would give anew when it is lost."""
    return f"urn:feedwright:{hashlib.sha256(what.encode()).hexdigest()[:32]}"
