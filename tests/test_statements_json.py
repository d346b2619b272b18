"""What every feed must satisfy as JSON Feed, and what all formats say alike, statement by statement."""

import html
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from feeds import atom, jsonfeed, rss
from feeds.document import Feed
from scraper.model import Enclosure
from tests.cases import FEEDS, load_feed
from tests.jsonfeed import json_feed_errors
from tests.made import a_feed, an_entry
from tests.rss import ATOM, CONTENT, CREATOR

each_case = pytest.mark.parametrize("case", FEEDS, ids=lambda case: case.name)


def read(feed: Feed) -> Any:
    document = jsonfeed.render(feed)
    assert json_feed_errors(document) == []
    return json.loads(document)


@each_case
def test_statement_33_it_is_valid(case: Path) -> None:
    feed = load_feed(case)
    document = jsonfeed.render(feed)
    assert json_feed_errors(document) == []
    assert document.startswith(b'{\n "version": "https://jsonfeed.org/version/1.1"')
    said = json.loads(document)
    assert said["home_page_url"] == feed.site_url
    assert said.get("feed_url") == feed.url("json")


@each_case
def test_statement_34_what_an_item_has(case: Path) -> None:
    feed = load_feed(case)
    for item, entry in zip(read(feed)["items"], feed.entries, strict=True):
        assert (item["id"], item["url"]) == (entry.id, entry.url)
        assert "content_html" in item


def test_statement_34_titles_and_summaries_are_plain_text() -> None:
    (item,) = read(a_feed(an_entry(title="a < b & c", summary="1 < 2")))["items"]
    assert (item["title"], item["summary"]) == ("a < b & c", "1 < 2")


def test_statement_35_authors_tags_attachments_and_hubs() -> None:
    files = (Enclosure("https://c.example/a.mp3", "audio/mpeg", 7), Enclosure("https://c.example/b", "x"))
    entry = an_entry(authors=("Ann", "Bo"), tags=("a", "b", "a"), enclosures=files)
    feed = read(a_feed(entry, hubs=("https://hub.example/",), self_url="https://feeds.example/club.atom"))
    (item,) = feed["items"]
    assert (item["authors"], item["author"]) == ([{"name": "Ann"}, {"name": "Bo"}], {"name": "Ann"})
    assert item["tags"] == ["a", "b"]
    assert item["attachments"] == [
        {"url": "https://c.example/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7},
        {"url": "https://c.example/b", "mime_type": "application/octet-stream"},
    ]
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert feed["feed_url"] == "https://feeds.example/club.json" and "next_url" not in feed


@each_case
def test_statement_36_all_formats_say_the_same(case: Path) -> None:
    feed = load_feed(case)
    assert from_atom(atom.render(feed)) == from_rss(rss.render(feed)) == from_json(jsonfeed.render(feed))
    assert len(from_atom(atom.render(feed))) == len(feed.entries)


def from_atom(document: bytes) -> list[tuple[Any, ...]]:
    return [
        (
            entry.findtext(f"{ATOM}id"),
            entry.findtext(f"{ATOM}title"),
            [link.get("href") for link in entry.iterfind(f"{ATOM}link[@rel='alternate']")],
            moment(entry.findtext(f"{ATOM}published")),
            moment(entry.findtext(f"{ATOM}updated")),
            entry.findtext(f"{ATOM}content") or "",
            entry.findtext(f"{ATOM}summary"),
            [name.text for name in entry.iterfind(f"{ATOM}author/{ATOM}name")],
            [category.get("term") for category in entry.iterfind(f"{ATOM}category")],
        )
        for entry in etree.fromstring(document).iterfind(f"{ATOM}entry")
    ]


def from_rss(document: bytes) -> list[tuple[Any, ...]]:
    said = []
    for item in etree.fromstring(document).iterfind("channel/item"):
        content, description = item.findtext(CONTENT), item.findtext("description")
        said.append(
            (
                item.findtext("guid"),
                item.findtext("title"),
                [item.findtext("link")],
                parsedate_to_datetime(item.findtext("pubDate") or "").astimezone(UTC),
                moment(item.findtext(f"{ATOM}updated")),
                (description or "") if content is None else content,
                None if content is None else html.unescape(description or ""),
                [creator.text for creator in item.iterfind(CREATOR)],
                [category.text for category in item.iterfind("category")],
            )
        )
    return said


def from_json(document: bytes) -> list[tuple[Any, ...]]:
    return [
        (
            item["id"],
            item["title"],
            [item["url"]],
            moment(item["date_published"]),
            moment(item["date_modified"]),
            item["content_html"],
            item.get("summary"),
            [author["name"] for author in item["authors"]],
            item.get("tags", []),
        )
        for item in json.loads(document)["items"]
    ]


def moment(text: str | None) -> datetime:
    return datetime.fromisoformat(text or "")
