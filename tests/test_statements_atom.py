"""What every feed must satisfy as Atom, statement by statement."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from feeds import atom, feed, jsonfeed, page, rss
from feeds.document import Feed, Origin, Paging
from feeds.model import Held, Source
from scraper.model import Article, Enclosure, Image
from tests.cases import FEEDS, load_feed
from tests.made import NOON, a_feed, an_entry
from tests.schema import atom_errors

ROOT = Path(__file__).parents[1]
ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SOURCE = Source(1, "club", "https://club.example/news", "tag:feeds.example,2024:club", "")
FILES = Enclosure("https://c.example/a.mp3", "audio/mpeg", 7), Enclosure("https://c.example/b.mp4", "")
PICTURE = Image("https://c.example/a.png", 16, 9)
FULL = a_feed(
    an_entry(
        2,
        title="a < b",
        image=Image("https://c.example/a.png", 16, 9),
        enclosures=FILES,
        language="fr",
        summary="1 < 2",
    ),
    an_entry(1, published=NOON - timedelta(days=1), updated=NOON - timedelta(days=1)),
    self_url="https://feeds.example/club.atom",
    language="de",
    hubs=("https://hub.example/",),
)
EACH = [*map(load_feed, FEEDS), FULL]
each_feed = pytest.mark.parametrize("made", EACH, ids=[*(case.name for case in FEEDS), "full"])

RENDERED = """
import sys
from feeds import atom, jsonfeed, page, rss
from tests.test_statements_atom import EACH
for made in EACH:
    for document in atom.render(made), rss.render(made), jsonfeed.render(made), page.render(made, "x", ("atom",)):
        sys.stdout.buffer.write(document)
"""


def root(made: Feed) -> etree._Element:
    document = atom.render(made)
    assert atom_errors(document) == []
    return etree.fromstring(document)


def entry_of(**fields: Any) -> etree._Element:
    found = root(a_feed(an_entry(**fields))).find(f"{ATOM}entry")
    assert found is not None
    return found


def built(html: str, url: str = "https://club.example/a/1", **fields: Any) -> str:
    """What becomes of the markup of an article."""
    article = Article(url, "One", html, "One", **fields)
    held = Held("tag:feeds.example,2024:1", article, NOON, NOON, NOON, "")
    whole = feed.build(SOURCE, [held], title=None, author=None, language=None, limit=9, self_url=None)
    return whole.entries[0].html


@each_feed
def test_statement_1_the_first_bytes(made: Feed) -> None:
    for document in (atom.render(made), rss.render(made)):
        assert document.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<')
        document.decode("utf-8")
        assert b"<!DOCTYPE" not in document


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8"},
    ],
    ids=lambda environment: environment["TZ"],
)
def test_statement_3_the_same_bytes_anywhere(environment: dict[str, str]) -> None:
    here = b"".join(
        document
        for made in EACH
        for document in (
            atom.render(made),
            rss.render(made),
            jsonfeed.render(made),
            page.render(made, "x", ("atom",)),
        )
    )
    done = subprocess.run(
        [sys.executable, "-c", RENDERED], cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, check=True
    )
    assert done.stdout == here


@each_feed
def test_statement_7_the_grammar_and_its_assertions(made: Feed) -> None:
    assert atom_errors(atom.render(made)) == []


@each_feed
def test_statement_8_one_of_each_metadata_first_newest_first(made: Feed) -> None:
    document = root(made)
    for element in (document, *document.iterfind(f"{ATOM}entry")):
        assert [len(element.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
    names = [etree.QName(child).localname for child in document]
    assert "entry" not in names or set(names[names.index("entry") :]) == {"entry"}
    dates = [entry.findtext(f"{ATOM}published") or "" for entry in document.iterfind(f"{ATOM}entry")]
    assert dates == sorted(dates, reverse=True)


@each_feed
def test_statement_9_dates_are_in_z_and_whole_seconds(made: Feed) -> None:
    for date in root(made).iter(f"{ATOM}updated", f"{ATOM}published"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date.text or "")
    with pytest.raises(ValueError, match="no time zone"):
        atom.render(a_feed(updated=datetime(2024, 1, 1)))


def test_statement_12_where_it_is_itself_whose_it_is_and_who_pushes_it() -> None:
    assert [(link.get("rel"), link.get("href"), link.get("type")) for link in root(FULL).iterfind(f"{ATOM}link")] == [
        ("self", "https://feeds.example/club.atom", "application/atom+xml"),
        ("alternate", "https://club.example/", "text/html"),
        ("hub", "https://hub.example/", None),
    ]


@each_feed
def test_statement_13_one_alternate(made: Feed) -> None:
    for element in (root(made), *root(made).iterfind(f"{ATOM}entry")):
        assert len(element.findall(f"{ATOM}link[@rel='alternate']")) == 1


@each_feed
def test_statement_14_author_content_and_alternate_on_each_entry(made: Feed) -> None:
    for entry in root(made).iterfind(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        assert entry.find(f"{ATOM}content") is not None
        assert entry.find(f"{ATOM}link[@rel='alternate']") is not None


def test_statement_15_the_title_is_plain_and_escaped_once() -> None:
    title = entry_of(title="a < b &amp; c").find(f"{ATOM}title")
    assert title is not None and (title.get("type"), title.text) == (None, "a < b &amp; c")


def test_statement_16_the_content_is_markup_and_the_summary_plain() -> None:
    entry = entry_of(html="<p>a &lt; b</p>", summary="1 < 2")
    content, summary = entry.find(f"{ATOM}content"), entry.find(f"{ATOM}summary")
    assert content is not None and (content.get("type"), content.text) == ("html", "<p>a &lt; b</p>")
    assert summary is not None and (summary.get("type"), summary.text) == (None, "1 < 2")


@pytest.mark.parametrize(
    ("html", "href"),
    [
        ("<a href='#n1'>1</a>", "https://club.example/a/1#n1"),
        ("<a href='/x'>1</a>", "https://club.example/x"),
        ("<a href='2?y'>1</a>", "https://club.example/a/2?y"),
        ("<a href='//other.example/z'>1</a>", "https://other.example/z"),
    ],
)
def test_statement_17_every_address_is_absolute(html: str, href: str) -> None:
    assert f'href="{href}"' in built(html)
    assert b"xml:base" not in atom.render(FULL)


ACTS = "script style form iframe object embed svg math template textarea select button link meta base".split()


@pytest.mark.parametrize("tag", ACTS)
def test_statement_18_nothing_that_acts(tag: str) -> None:
    made = built(f"<p>Before</p><{tag} src=x onload=boo() class=a style='b' data-c=d>inside</{tag}><p>After</p>")
    assert "<p>Before</p>" in made and "After" in made
    assert not re.search(rf"<{tag}|onload|class=|style=|data-", made)


def test_statement_18_what_a_joined_character_would_make_of_an_address() -> None:
    assert "javascript:" not in built("<a href='java\x01script:boo()'>a</a><a href='java&#1;script:boo()'>b</a>")


def test_statement_20_what_an_enclosure_says() -> None:
    links = [dict(link.attrib) for link in entry_of(enclosures=FILES).iterfind(f"{ATOM}link[@rel='enclosure']")]
    assert links == [
        {"rel": "enclosure", "href": "https://c.example/a.mp3", "type": "audio/mpeg", "length": "7"},
        # Of an unknown length nothing is said: see the reference.
        {"rel": "enclosure", "href": "https://c.example/b.mp4", "type": "application/octet-stream"},
    ]


def test_statement_21_one_picture_is_in_no_group() -> None:
    entry = entry_of(image=Image("https://c.example/a.png", 16, 9))
    assert [dict(each.attrib) for each in entry.iterfind(f"{MEDIA}thumbnail")] == [
        {"url": "https://c.example/a.png", "width": "16", "height": "9"}
    ]
    assert entry.find(f"{MEDIA}group") is None


def test_statement_22_where_an_entry_was_published_first() -> None:
    origin = Origin("tag:feeds.example,2024:pier", "The Pier", NOON, "https://feeds.example/pier.atom")
    source = entry_of(origin=origin).find(f"{ATOM}source")
    assert source is not None
    assert [source.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated")] == [
        "tag:feeds.example,2024:pier",
        "The Pier",
        "2024-05-01T12:00:00Z",
    ]


def test_statement_23_languages() -> None:
    assert [element.get(LANG) for element in (root(FULL), *root(FULL).iterfind(f"{ATOM}entry"))] == ["de", "fr", None]
    assert root(replace(FULL, language="no language")).get(LANG) is None


def test_statement_38_an_archive_says_that_it_is_one() -> None:
    paging = Paging("https://feeds.example/club/1.atom", None, "https://feeds.example/club.atom")
    document = root(replace(FULL, paging=paging))
    assert document.find("{http://purl.org/syndication/history/1.0}archive") is not None
    links = {link.get("rel"): link.get("href") for link in document.iterfind(f"{ATOM}link")}
    assert (links["current"], links["prev-archive"]) == (paging.current, paging.previous)


@each_feed
def test_statements_39_and_40_no_feed_says_that_it_is_complete_or_what_is_gone(made: Feed) -> None:
    assert not re.search(rb"complete|deleted-entry|tombstones", atom.render(replace(made, entries=())))
