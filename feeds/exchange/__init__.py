"""What other programs know of feeds, to and fro: one small file for each format, all of one shape.

Each has `NAME`, `reads(content)`, which says whether bytes look like it, `imported(content, file)`, and
`exported(feeds, base_url)`.
"""

from pathlib import Path
from types import ModuleType

from feeds.errors import ExchangeError
from feeds.exchange import freshrss, ftr, html2rss, opml, rsspls, scotty
from feeds.exchange.model import MOST_BYTES, Exported, Imported, Unsupported

__all__ = ["FORMATS", "NAMES", "Exported", "Imported", "Unsupported", "called", "imported"]

# In the order in which they are tried: what is told by more comes first.
FORMATS = (freshrss, opml, rsspls, scotty, html2rss, ftr)
NAMES = tuple(sorted(form.NAME for form in FORMATS))


def called(name: str) -> ModuleType:
    return next(form for form in FORMATS if name == form.NAME)


def imported(content: bytes, file: Path, name: str | None = None) -> Imported:
    """The feeds of a file, in the format `name` or the first that it looks like. Raises ExchangeError."""
    if len(content) > MOST_BYTES:
        raise ExchangeError(f"{file}: expected at most {MOST_BYTES:,} bytes, and it is larger")
    form = called(name) if name else next((form for form in FORMATS if form.reads(content)), None)
    if form is None:
        raise ExchangeError(
            f"{file}: it is in none of the formats {', '.join(NAMES)}", advice="Name one with --format."
        )
    found: Imported = form.imported(content, file)
    return found
