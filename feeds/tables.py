"""Tables for people, on stdout. What a site says in them is no markup of ours."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from feeds.document import Feed

# A narrower terminal has no room for titles and addresses in one line.
ROOM_FOR_ADDRESSES = 110
# As wide as anything is: what is read by another program is not cut.
UNCUT = 10_000


def print_rows(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table that wraps what is too long."""
    table = Table(*names, box=None, header_style="bold")
    for row in rows:
        table.add_row(*row)
    _console().print(table)


def print_entries(feed: Feed) -> None:
    """A line each, cut where a terminal ends; without the address where that leaves no room for the title."""
    console = _console()
    cut = console.is_terminal
    table = Table(box=None, header_style="bold", title=feed.title, expand=cut)
    for name in ("", "published"):
        table.add_column(name, no_wrap=True)
    shares = {"title": 3, "by": 1, "address": 3}
    if any(entry.origin for entry in feed.entries):
        shares |= {"feed": 1}
    shown = [name for name in shares if name != "address" or console.width >= ROOM_FOR_ADDRESSES]
    for name in shown:
        table.add_column(name, no_wrap=True, overflow="ellipsis", ratio=shares[name] if cut else None)
    for number, entry in enumerate(feed.entries, 1):
        said = {"title": entry.title, "by": ", ".join(entry.authors), "address": entry.url}
        said |= {"feed": entry.origin.title} if entry.origin else {}
        table.add_row(str(number), f"{entry.published:%Y-%m-%d %H:%M}", *(said[name] for name in shown))
    console.print(table)


def _console() -> Console:
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = UNCUT
    return console
