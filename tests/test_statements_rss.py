"""What every feed must satisfy as RSS 2.0, statement by statement."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from lxml import etree

from feeds import atom, freshness, rss
from feeds.document import Feed
from scraper.model import Enclosure
from tests.cases import FEEDS, load_feed
from tests.made import NOON, a_feed, an_entry
from tests.rss import ATOM, CONTENT, CREATOR, rss_errors

NEPAL = timezone(timedelta(hours=5, minutes=45, seconds=7))

each_case = pytest.mark.parametrize("case", FEEDS, ids=lambda case: case.name)


def channel(feed: Feed) -> etree._Element:
    document = rss.render(feed)
    assert rss_errors(document) == []
    (channel,) = etree.fromstring(document)
    return channel


def first(feed: Feed) -> etree._Element:
    item = channel(feed).find("item")
    assert item is not None
    return item


@each_case
def test_statement_25_version_and_the_link_to_the_site(case: Path) -> None:
    feed = load_feed(case)
    document = rss.render(feed)
    root = etree.fromstring(document)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert root.findtext("channel/link") == feed.site_url
    assert root.findtext("channel/title") and root.findtext("channel/description")


def test_statement_26_where_it_is_itself_and_who_pushes_it() -> None:
    made = channel(a_feed(an_entry(), self_url="https://feeds.example/club.atom", hubs=("https://hub.example/",)))
    assert [dict(link.attrib) for link in made.iterfind(f"{ATOM}link")] == [
        {"href": "https://feeds.example/club.rss", "rel": "self", "type": "application/rss+xml"},
        {"href": "https://hub.example/", "rel": "hub"},
    ]


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2024, 5, 1, 9, tzinfo=UTC), "Wed, 01 May 2024 09:00:00 GMT"),
        (datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC), "Thu, 29 Feb 2024 23:59:59 GMT"),
        (datetime(2024, 1, 1, 1, tzinfo=NEPAL), "Sun, 31 Dec 2023 19:14:53 GMT"),
        (datetime(1970, 1, 1, tzinfo=UTC), "Thu, 01 Jan 1970 00:00:00 GMT"),
    ],
)  # fmt: skip
def test_statement_27_dates_are_of_rfc_5322_and_in_english(moment: datetime, said: str) -> None:
    item = first(a_feed(an_entry(published=moment, updated=NOON + timedelta(days=9))))
    assert item.findtext("pubDate") == said  # of the first publication, whatever was edited since
    assert channel(a_feed(updated=moment)).findtext("lastBuildDate") == said


def test_statement_27_no_thread_touches_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("the locale is the whole process's")

    monkeypatch.setattr("locale.setlocale", refused)
    made: list[bytes] = []
    thread = threading.Thread(target=lambda: made.append(rss.render(a_feed(an_entry()))))
    thread.start()
    thread.join()
    assert made == [rss.render(a_feed(an_entry()))]


def test_statement_28_the_guid_is_the_atom_id() -> None:
    guid = first(a_feed(an_entry())).find("guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == ("tag:feeds.example,2024:1", "false")
    own = first(a_feed(an_entry(id="https://club.example/1"))).find("guid")
    assert own is not None and own.get("isPermaLink") == "true"


def test_statement_29_titles_are_plain_text_however_a_reader_takes_them() -> None:
    document = rss.render(a_feed(an_entry(title="AT&T <b> &amp; x>y"), title="R&D"))
    assert b"<title>AT&#x26;T &#x3C;b&#x3E; &#x26;amp; x&#x3E;y</title>" in document
    assert b"<title>R&#x26;D</title>" in document


def test_statement_30_the_description_stands_before_the_content() -> None:
    item = first(a_feed(an_entry(html="<p>a &lt; b &amp;</p>", summary="1 < 2 & so")))
    assert [child.tag for child in item].index("description") < [child.tag for child in item].index(CONTENT)
    assert item.findtext("description") == "1 &lt; 2 &amp; so"  # markup, as the description is by RSS
    assert item.findtext(CONTENT) == "<p>a &lt; b &amp;</p>"
    alone = first(a_feed(an_entry(html="<p>Whole</p>")))
    assert (alone.findtext("description"), alone.find(CONTENT)) == ("<p>Whole</p>", None)


def test_statement_31_creators_and_one_enclosure() -> None:
    files = (
        Enclosure("https://c.example/a.mp3", "audio/mpeg", 7),
        Enclosure("https://c.example/b.mp4", "video/mp4"),
    )
    item = first(a_feed(an_entry(enclosures=files, authors=("Ann", "Bo"))))
    assert [each.text for each in item.iterfind(CREATOR)] == ["Ann", "Bo"]
    assert item.find("author") is None
    assert [dict(each.attrib) for each in item.iterfind("enclosure")] == [
        {"url": "https://c.example/a.mp3", "length": "7", "type": "audio/mpeg"}
    ]
    unknown = first(a_feed(an_entry(enclosures=(Enclosure("https://c.example/a", "audio"),))))
    assert [dict(each.attrib) for each in unknown.iterfind("enclosure")] == [
        {"url": "https://c.example/a", "length": "0", "type": "application/octet-stream"}
    ]


@pytest.mark.parametrize(
    ("every", "minutes"),
    [(timedelta(minutes=1), 15), (timedelta(minutes=30), 30), (timedelta(days=2), 360), (None, 60)],
)
def test_statement_32_the_ttl_is_the_max_age_in_minutes(every: timedelta | None, minutes: int) -> None:
    ttl = freshness.max_age(every) // timedelta(minutes=1)
    assert channel(a_feed(ttl=ttl)).findtext("ttl") == str(minutes)


@each_case
def test_statement_6_a_strict_validator_finds_nothing(case: Path) -> None:
    assert rss_errors(rss.render(load_feed(case))) == []


def test_what_it_says_beside_the_atom() -> None:
    """The date of the last change, which RSS has no element of its own for."""
    feed = a_feed(an_entry(updated=NOON + timedelta(days=1)))
    atom_says = etree.fromstring(atom.render(feed)).findtext(f"{ATOM}entry/{ATOM}updated")
    assert first(feed).findtext(f"{ATOM}updated") == atom_says
