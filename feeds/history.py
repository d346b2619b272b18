"""All that is known of one entry: its id, how it is known again, its dates and their sources, and its revisions."""

from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise

import click

from feeds import app, console, difference, edits
from feeds.configuration import Config, MergedFeed
from feeds.document import Feed
from feeds.model import Held, Key, Revision
from feeds.update import Updater

# Of an entry with one revision no more is known: what makes none leaves no trace of what was before.
UNTOLD = (
    "Since it was first seen its site has changed nothing of it that readers are told of. Small edits make no "
    "revision, nor does what `feedwright replay` reads by new rules."
)


@dataclass(frozen=True, slots=True)
class History:
    """An entry, by what it is known, and what it said, the last of which it says now."""

    held: Held
    ledger: tuple[Key, ...]
    revisions: tuple[Revision, ...]


def show(config: Config, name: str, entry: str, *, revisions: bool, as_json: bool) -> int:
    """Print it, and give the exit code."""
    with app.opened(config) as updater:
        history = _history(updater, name, entry)
    if history is None:
        console.error(f"{name} has no entry {entry}.", f"`feedwright show {name}` lists them, with their numbers.")
        return console.NOTHING
    if as_json:
        console.json_out(asdict(history))
    else:
        for line in _differences(history) if revisions else _lines(history):
            click.echo(line)
    return 0


def _history(updater: Updater, name: str, wanted: str) -> History | None:
    merged = next((feed for feed in updater.config.merged if feed.name == name), None)
    if merged is not None:
        return _of_merged(updater, merged, wanted)
    settings = next(feed for feed in updater.config.feeds if feed.name == name)
    source, feed = updater.publisher.feed(settings)
    held = updater.store.entry(source.id, _numbered(feed, wanted))
    if held is None:
        return None
    now = Revision(held.revision, held.article.title, held.article.text, held.updated)
    before = (one for one in updater.store.revisions(source.id, held.entry_id) if one.number < held.revision)
    return History(held, updater.store.ledger(source.id, held.entry_id), (*before, now))


def _of_merged(updater: Updater, merged: MergedFeed, wanted: str) -> History | None:
    """An entry of a merged feed is one of a part."""
    entry_id = _numbered(updater.publisher.merged(merged), wanted)
    parts = updater.config.parts(merged)
    return next(filter(None, (_history(updater, part.name, entry_id) for part in parts)), None)


def _numbered(feed: Feed, wanted: str) -> str:
    """The id of the entry with this number; what is none stays as it is."""
    return feed.entries[int(wanted) - 1].id if wanted.isdecimal() and 1 <= int(wanted) <= len(feed.entries) else wanted


def _lines(history: History) -> list[str]:
    held, article = history.held, history.held.article
    dated = next((e.source for e in article.provenance if e.field == "published"), "first seen")
    lines = [
        article.title or article.url,
        f"  id          {held.entry_id}",
        f"  address     {article.url}",
        f"  published   {_moment(held.published)} ({dated})",
        f"  updated     {_moment(held.updated)} (revision {held.revision})",
        f"  first seen  {_moment(held.first_seen)}",
    ]
    if held.restless >= edits.RESTLESS:
        lines.append("  restless    it changed at every look, and is not believed until two looks find the same")
    if held.removed:
        lines.append(f"  removed     its page is gone ({_moment(held.removed)}); the entry stays")
    lines.append("  known by")
    for key in history.ledger:
        why = f" ({key.by}, {_moment(key.since)})" if key.by and key.since else ""
        lines.append(f"    {key.key}{why}")
    return lines


def _differences(history: History) -> list[str]:
    if len(history.revisions) == 1:
        return [UNTOLD]
    lines = []
    for old, new in pairwise(history.revisions):
        lines.append(f"{_moment(old.at)} → {_moment(new.at)}, revision {old.number} → {new.number}")
        if (old.title or "") != (new.title or ""):
            lines += [f"  − {old.title or ''}", f"  + {new.title or ''}"]
        lines += [f"  {line}" for line in difference.texts(old.text, new.text)]
    return lines


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
