"""Cases are folders: whole feeds in tests/feeds, whole pages in tests/pages, and what is expected of each."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from feeds.document import Entry, Feed
from scraper.model import Enclosure, Image

FEEDS = sorted(path.parent for path in (Path(__file__).parent / "feeds").glob("*/feed.json"))
PAGES = sorted(path.parent for path in (Path(__file__).parent / "pages").glob("*/case.json"))


def load_feed(case: Path) -> Feed:
    said = json.loads((case / "feed.json").read_text("utf-8"))
    return Feed(**_dated(said) | {"entries": tuple(map(_entry, said["entries"]))})


def _entry(said: dict[str, Any]) -> Entry:
    for name in ("authors", "tags"):
        said[name] = tuple(said.get(name, ()))
    said["enclosures"] = tuple(Enclosure(**each) for each in said.get("enclosures", ()))
    if "image" in said:
        said["image"] = Image(**said["image"])
    return Entry(**_dated(said))


def _dated(said: dict[str, Any]) -> dict[str, Any]:
    return said | {k: datetime.fromisoformat(said[k]) for k in ("published", "updated") if k in said}
