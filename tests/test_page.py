"""The pages for people: whole, escaped, the same on any day, and nothing in them that acts."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from feeds import front, page
from feeds.document import Origin
from feeds.page import Listed
from tests.cases import FEEDS, load_feed
from tests.made import NOON, a_feed, an_entry

ALL = ("atom", "rss", "json", "html")
VOID = frozenset(("meta", "link", "img", "br", "hr"))
EVIL = "\"><script>boo()</script>'&<b>"
each_case = pytest.mark.parametrize("case", FEEDS, ids=lambda case: case.name)


class Page(HTMLParser):
    """The elements of a page, which all have their ends."""

    def __init__(self, document: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(document.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str, name: str) -> list[str | None]:
        return [attributes[name] for each, attributes in self.found if each == tag and name in attributes]


@each_case
def test_it_is_whole_and_the_same_each_time(case: Path) -> None:
    document = page.render(load_feed(case), "club", ALL)
    assert document.startswith(b'<!DOCTYPE html>\n<html lang="') and document == page.render(
        load_feed(case), "club", ALL
    )
    read = Page(document)
    assert [tag for tag, _ in read.found].count("h1") == 1
    assert not {"script", "style", "iframe", "form"} & {tag for tag, _ in read.found}


def test_statement_55_it_names_the_feed_in_all_formats_atom_first() -> None:
    feed = a_feed(an_entry(), self_url="https://feeds.example/club.atom")
    read = Page(page.render(feed, "club", ALL))
    links = [attributes for tag, attributes in read.found if tag == "link" and attributes["rel"] == "alternate"]
    assert [(link["type"], link["href"]) for link in links] == [
        ("application/atom+xml", "https://feeds.example/club.atom"),
        ("application/rss+xml", "https://feeds.example/club.rss"),
        ("application/feed+json", "https://feeds.example/club.json"),
    ]
    only = Page(page.render(feed, "club", ("atom", "html")))
    assert only.all("link", "type") == ["application/atom+xml"]


def test_statement_55_the_index_names_all_feeds() -> None:
    listed = [
        Listed(name, name, ("atom", "json", "html"), f"https://feeds.example/{name}.atom") for name in ("club", "pier")
    ]
    read = Page(page.index(listed))
    hrefs = [href for href in read.all("link", "href") if href and href.startswith("https:")]
    assert hrefs == [f"https://feeds.example/{n}.{e}" for n in ("club", "pier") for e in ("atom", "json")]
    assert {"club.html", "pier.html", "club.atom", "club.json", "feeds.opml"} <= set(read.all("a", "href"))
    assert "club.rss" not in read.all("a", "href")


def test_nothing_that_is_said_becomes_markup() -> None:
    entry = an_entry(title=EVIL, authors=(EVIL,), url=f"https://club.example/{EVIL}")
    for document in (
        page.render(a_feed(entry, title=EVIL, site_url=f"https://x/{EVIL}"), "club", ALL),
        page.index([Listed("club", EVIL, ALL, f"https://x/{EVIL}", group=EVIL, state=EVIL)]),
    ):
        read = Page(document)
        assert "script" not in {tag for tag, _ in read.found}
        assert EVIL in read.words


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ar", ("ar", "rtl")),
        ("he-IL", ("he-IL", "rtl")),
        ("de-CH", ("de-CH", "ltr")),
        (None, ("und", "ltr")),
        ("no language", ("und", "ltr")),
    ],
)
def test_language_and_direction(language: str | None, said: tuple[str, str]) -> None:
    read = Page(page.render(a_feed(an_entry(), language=language), "club", ALL))
    assert (read.found[0][1]["lang"], read.found[0][1]["dir"]) == said


def test_an_entry_of_another_direction_is_of_it_as_a_whole() -> None:
    read = Page(page.render(a_feed(an_entry(language="fa"), an_entry(2), language="en"), "club", ALL))
    assert [attributes for tag, attributes in read.found if tag == "article"] == [
        {"class": "entry", "lang": "fa", "dir": "rtl"},
        {"class": "entry"},
    ]


@pytest.mark.parametrize(
    ("authors", "site", "said"),
    [
        (("Pier",), "https://pier.example/", "1 May 2024 · Pier\n"),
        (("Ann",), "https://pier.example/", "1 May 2024 · Ann · Pier\n"),
        (("Ann",), None, "1 May 2024 · Ann · Pier\n"),
    ],
)
def test_an_entry_of_a_merged_feed_names_its_own(authors: tuple[str, ...], site: str | None, said: str) -> None:
    origin = Origin("tag:pier.example,2026:1", "Pier", NOON, None, site)
    read = Page(page.render(a_feed(an_entry(authors=authors, origin=origin)), "club", ALL))
    assert said in read.words
    assert (site in read.all("a", "href")) is (site is not None)


@pytest.mark.parametrize(("authors", "said"), [((), ""), (("Club",), ""), (("Ann", "Bo"), " · Ann, Bo")])
def test_an_author_who_is_but_the_feed_is_not_repeated(authors: tuple[str, ...], said: str) -> None:
    assert f"1 May 2024{said}\n" in Page(page.render(a_feed(an_entry(authors=authors)), "club", ALL)).words


def test_the_index_tells_how_feeds_are_by_group() -> None:
    listed = [
        Listed("b", "B", ALL, "https://x/b.atom", "Harbour", NOON, 1),
        Listed("a", "A", ALL, "https://x/a.atom", None, NOON, 1200, "paused"),
    ]
    words = Page(page.index(listed)).words
    assert "1,200 entries, newest from 1 May 2024 · paused" in words
    assert words.index("1,200") < words.index("Harbour") < words.index("1 entry,")
    assert "none yet" in Page(page.index([])).words
    merged = replace(listed[1], parts=2, state="")
    assert "1,200 entries of 2 feeds, newest from 1 May 2024\n" in Page(page.index([merged])).words


def test_dates_are_of_utc_and_english() -> None:
    entry = an_entry(published=datetime(2024, 2, 29, 23, 59, tzinfo=UTC))
    read = Page(page.render(replace(a_feed(entry)), "club", ALL))
    assert read.all("time", "datetime") == ["2024-02-29T23:59:00Z"] * 2
    assert "29 February 2024" in read.words


def test_statement_56_what_comes_beside_the_pages() -> None:
    assets = dict(front.ASSETS)
    assert assets["favicon.ico"].startswith(b"\0\0\1\0")
    assert b"PNG" not in assets["favicon.ico"]  # GTK, and so Liferea, reads no icon with PNG in it
    assert b"prefers-color-scheme: dark" in assets["style.css"] and b"url(" not in assets["style.css"]
