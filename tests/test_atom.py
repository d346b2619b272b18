"""A feed as Atom: valid, the same bytes anywhere, and what readers read is what was meant."""

import io
import os
import subprocess
import sys
from calendar import timegm
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds import atom
from feeds.document import Entry, Feed
from feeds.text import legal, line
from scraper.model import Enclosure, Image
from tests.cases import FEEDS, load_feed
from tests.made import a_feed, an_entry
from tests.schema import atom_errors

ROOT = Path(__file__).parent.parent
ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

each_case = pytest.mark.parametrize("case", FEEDS, ids=lambda case: case.name)

# Renders a case on another day: feedgen asks the clock whenever it makes a feed or an entry.
ELSEWHERE = """
import datetime, sys
from pathlib import Path
class Clock(datetime.datetime):
    now = classmethod(lambda cls, tz=None: cls(2031, 7, 8, 9, 10, 11, 12, tz))
import feedgen.entry, feedgen.feed
from feeds import atom
from tests import cases
feedgen.entry.datetime = feedgen.feed.datetime = cases.datetime = Clock
sys.stdout.buffer.write(atom.render(cases.load_feed(Path(sys.argv[1]))))
"""


def tree(feed: Feed) -> etree._Element:
    return etree.fromstring(atom.render(feed))


def first(feed: Feed) -> etree._Element:
    entry = tree(feed).find(ATOM + "entry")
    assert entry is not None
    return entry


def read(document: bytes) -> Any:
    """What a reader reads."""
    return feedparser.parse(io.BytesIO(document), sanitize_html=False, resolve_relative_uris=False)


@each_case
def test_case(case: Path, update: bool) -> None:
    document, expected = atom.render(load_feed(case)), case / "expected.atom"
    if update:
        expected.write_bytes(document)
    assert document == expected.read_bytes()
    assert atom_errors(document) == []


@each_case
def test_a_reader_reads_what_was_meant(case: Path) -> None:
    feed = load_feed(case)
    parsed = read(atom.render(feed))
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert (parsed.feed.id, parsed.feed.title) == (feed.id, line(feed.title))
    assert [entry.id for entry in parsed.entries] == [entry.id for entry in feed.entries]
    for said, meant in zip(parsed.entries, feed.entries, strict=True):
        assert said.title == (line(meant.title) or meant.url)
        assert said.link == meant.url
        assert said.content[0].type == "text/html"
        assert said.content[0].value == legal(meant.html).strip()
        for time, date in ((said.published_parsed, meant.published), (said.updated_parsed, meant.updated)):
            assert datetime.fromtimestamp(timegm(time), UTC) == date.replace(microsecond=0)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8"},
    ],
    ids=lambda environment: environment["TZ"],
)
def test_the_bytes_depend_on_nothing_but_the_feed(environment: dict[str, str]) -> None:
    case = next(case for case in FEEDS if case.name == "hostile-characters")
    command = [sys.executable, "-c", ELSEWHERE, str(case)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, check=True)
    assert done.stdout == (case / "expected.atom").read_bytes()


def test_it_begins_with_the_declaration_and_ends_with_a_newline() -> None:
    document = atom.render(a_feed(an_entry()))
    assert document.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<feed ')
    assert document.endswith(b"</feed>\n")


def test_entries_stay_in_their_order_after_all_that_is_of_the_feed() -> None:
    names = [etree.QName(child).localname for child in tree(a_feed(an_entry(2), an_entry(1), an_entry(3)))]
    assert names[-3:] == ["entry"] * 3 and "entry" not in names[:-3]
    ids = [entry.findtext(ATOM + "id") for entry in tree(a_feed(an_entry(2), an_entry(1))).iterfind(ATOM + "entry")]
    assert ids == ["tag:feeds.example,2024:2", "tag:feeds.example,2024:1"]


def test_the_links_of_a_feed() -> None:
    links = [
        dict(link.attrib) for link in tree(a_feed(self_url="https://feeds.example/club.atom")).iterfind(ATOM + "link")
    ]
    assert links == [
        {"href": "https://feeds.example/club.atom", "rel": "self", "type": "application/atom+xml"},
        {"href": "https://club.example/", "rel": "alternate", "type": "text/html"},
    ]
    assert [link.get("rel") for link in tree(a_feed()).iterfind(ATOM + "link")] == ["alternate"]


def test_the_links_of_an_entry() -> None:
    files = (
        Enclosure("https://c.example/a.mp3", "audio/mpeg", 7),
        Enclosure("https://c.example/b.mp4", "video/mp4"),
    )
    links = [dict(link.attrib) for link in first(a_feed(an_entry(enclosures=files))).iterfind(ATOM + "link")]
    assert links == [
        {"href": "https://club.example/1", "rel": "alternate", "type": "text/html"},
        {"href": "https://c.example/a.mp3", "rel": "enclosure", "type": "audio/mpeg", "length": "7"},
        {"href": "https://c.example/b.mp4", "rel": "enclosure", "type": "video/mp4"},
    ]


def test_a_picture_is_a_thumbnail_outside_any_group() -> None:
    entry = first(a_feed(an_entry(image=Image("https://c.example/a.png", 16, 9))))
    thumbnail = entry.find(MEDIA + "thumbnail")
    assert thumbnail is not None
    assert dict(thumbnail.attrib) == {"url": "https://c.example/a.png", "width": "16", "height": "9"}


def test_the_namespace_of_pictures_is_declared_once_and_only_where_there_is_one() -> None:
    image = Image("https://c.example/a.png")
    assert atom.render(a_feed(an_entry(1, image=image), an_entry(2, image=image))).count(b"xmlns:media=") == 1
    assert b"mrss" not in atom.render(a_feed(an_entry()))


def test_markup_is_escaped_once_and_plain_text_has_no_type() -> None:
    document = atom.render(a_feed(an_entry(title="a < b & c", html="<p>a &lt; b &amp;</p>", summary="1 < 2")))
    assert b"<title>a &lt; b &amp; c</title>" in document
    assert b"<summary>1 &lt; 2</summary>" in document
    assert b'<content type="html">&lt;p&gt;a &amp;lt; b &amp;amp;&lt;/p&gt;</content>' in document


def test_dates_are_in_utc_and_whole_seconds() -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45, seconds=7))
    entry = first(a_feed(an_entry(published=datetime(2024, 1, 1, 1, 2, 3, 999_999, kathmandu))))
    assert entry.findtext(ATOM + "published") == "2023-12-31T19:16:56Z"
    assert entry.findtext(ATOM + "updated") == "2024-05-01T12:00:00Z"


@pytest.mark.parametrize(
    "feed",
    [
        a_feed(updated=datetime(2024, 1, 1)),
        a_feed(an_entry(updated=datetime(2024, 1, 1))),
        a_feed(an_entry(published=datetime(2024, 1, 1))),
        a_feed(id="\0"),
    ],
    ids=["naive feed", "naive updated", "naive published", "no id"],
)
def test_what_cannot_be_published_raises(feed: Feed) -> None:
    with pytest.raises(ValueError):
        atom.render(feed)


def test_every_entry_has_an_author() -> None:
    for feed, name in (
        (a_feed(an_entry()), "Club"),
        (a_feed(an_entry(authors=("\0",)), author="Ann"), "Ann"),
    ):
        assert first(feed).findtext(f"{ATOM}author/{ATOM}name") == name


def test_languages() -> None:
    root = tree(a_feed(an_entry(1), an_entry(2, language="fr-CH"), an_entry(3, language="fr_CH"), language="de"))
    assert root.get(LANG) == "de"
    assert [entry.get(LANG) for entry in root.iterfind(ATOM + "entry")] == [None, "fr-CH", None]


def test_the_generator_names_no_version() -> None:
    assert b"<generator>Feedwright</generator>" in atom.render(a_feed())


any_text = st.text(st.characters(exclude_categories=()), max_size=40)
any_length = st.none() | st.integers()
any_date = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())
any_image = st.builds(Image, url=any_text, width=any_length, height=any_length)
any_enclosure = st.builds(Enclosure, url=any_text, type=any_text, length=any_length)


def tuples_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=3).map(tuple)


entries = st.builds(
    Entry,
    id=st.uuids().map(lambda uuid: uuid.urn),
    url=any_text,
    title=any_text,
    html=any_text,
    published=any_date,
    updated=any_date,
    authors=tuples_of(any_text),
    summary=st.none() | any_text,
    language=st.none() | any_text,
    tags=tuples_of(any_text),
    image=st.none() | any_image,
    enclosures=tuples_of(any_enclosure),
)
same_id: Callable[[Entry], str] = lambda entry: entry.id  # noqa: E731
any_feed = st.builds(
    Feed,
    id=st.uuids().map(lambda uuid: uuid.urn),
    title=any_text,
    site_url=any_text,
    updated=any_date,
    entries=st.lists(entries, max_size=3, unique_by=same_id).map(tuple),
    self_url=st.none() | any_text,
    subtitle=st.none() | any_text,
    language=st.none() | any_text,
    author=st.none() | any_text,
)


@settings(deadline=None)
@given(any_feed)
def test_any_text_makes_a_feed_that_readers_accept(feed: Feed) -> None:
    document = atom.render(feed)
    assert atom_errors(document) == []
    contents = [element.text or "" for element in etree.fromstring(document).iter(ATOM + "content")]
    assert contents == [legal(entry.html) for entry in feed.entries]
    parsed = read(document)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert [entry.id for entry in parsed.entries] == [entry.id for entry in feed.entries]
    assert all(entry.title for entry in parsed.entries)
