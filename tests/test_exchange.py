"""Files of other programs: what is taken over, what is named as not, and what comes back when it is written again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feeds import exchange
from feeds.commands import following
from feeds.errors import ConfigError, ExchangeError
from feeds.exchange import Unsupported
from feeds.settings import Selectors, Settings

BASE = "https://feeds.example"
OPML = b"""<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Sea"><outline text="Quay"><outline text="Boats &amp; Nets" type="rss" language="de"
 xmlUrl="https://boats.example/rss" htmlUrl="https://boats.example/" category="x"/></outline></outline>
<outline title="Deep" xmlUrl="https://deep.example/atom"/></body></opml>"""
FRESHRSS = b"""<opml version="2.0"><body><outline xmlns:frss="https://freshrss.org/opml" text="Club" type="HTML+XPath"
 xmlUrl="https://club.example/list" frss:xPathItem="//div[@class='card']" frss:xPathItemTitle="descendant::h2"
 frss:xPathItemUri="descendant::a/@href" frss:xPathItemContent="." frss:xPathItemAuthor="'Ann'" frss:ttl="7200"
 frss:xPathItemTimestamp="descendant::time/@datetime" frss:cssFullContent="main" frss:cssContentFilter=".ad, .promo"
 frss:xPathItemThumbnail="descendant::img/@src" frss:priority="main"/>
 <outline text="Plain" xmlUrl="https://plain.example/rss"/></body></opml>"""
RSSPLS = b"""[rsspls]
output = "/tmp"
[[feed]]
title = "The Club"
filename = "club.rss"
[feed.config]
url = "https://club.example/list"
item = ".card"
heading = "h2 a"
summary = ".intro"
[feed.config.date]
selector = "time"
type = "Date"
format = "[day]"
"""
SCOTTY = b"""[club]
title = "The Club"
url = "https://club.example/list"
entrySelector = ".card"
titleSelector = "h2"
linkSelector = "h2 a"
contentSelector = ".intro"
dateSelector = "time"
dateFormat = "dd.MM."
[nothing]
title = "x"
"""
HTML2RSS = b"""feeds:
  club:
    channel: {url: https://club.example/list, title: The Club, ttl: 90, language: en, time_zone: UTC}
    headers: {Accept: text/html}
    selectors:
      items: {selector: .card, pagination: {strategy: custom_selector, selector: a.next, max_pages: 3}}
      title: {selector: h2}
      url: {selector: a, extractor: href}
      published_at: {selector: .when, extractor: attribute, attribute: data-day, post_process: [{name: parse_time}]}
      author: {extractor: static, static: Ann}
      description: {selector: .intro, extractor: html, post_process: {name: template}}
      guid: [title]
  auto:
    channel: {url: https://auto.example}
    auto_source: {}
"""
FTR = b"""# rules
title: //h1
body: //article
body: //main
date: //time/@datetime
author: substring-after(//p[@class='by'], 'By ')
strip: //aside
strip_id_or_class: promo
strip_image_src: /ads/
next_page_link: //a[@rel='next']
prune: no
test_url: http://www.club.example/a/1
test_contains: a sentence
nonsense
"""
CARD = Selectors(item=".card", title="h2", link="h2 a", summary=".intro", date="time")
CASES = {
    "opml": (
        OPML,
        "feeds.opml",
        (
            Settings(
                "boats-and-nets",
                "https://boats.example/",
                title="Boats & Nets",
                language="de",
                group="Sea / Quay",
                note="Its own feed: https://boats.example/rss",
            ),
            Settings("deep", "https://deep.example/atom", title="Deep"),
        ),
        ["boats-and-nets: category"],
    ),
    "freshrss": (
        FRESHRSS,
        "feeds.opml",
        (
            Settings(
                "club",
                "https://club.example/list",
                title="Club",
                author="Ann",
                every=timedelta(hours=2),
                select=Selectors(
                    item="//div[@class='card']",
                    title="descendant::h2",
                    link="descendant::a/@href",
                    summary="xpath:.",
                    date="descendant::time/@datetime",
                    content="main",
                    remove=(".ad, .promo",),
                ),
            ),
            Settings("plain", "https://plain.example/rss", title="Plain"),
        ),
        ["club: frss:xPathItemThumbnail", "club: frss:priority"],
    ),
    "rsspls": (
        RSSPLS,
        "feeds.toml",
        (
            Settings(
                "club", "https://club.example/list", title="The Club", select=replace(CARD, title="h2 a", link="h2 a")
            ),
        ),
        ["club: config.date.format", "feeds.toml: rsspls.output"],
    ),
    "scotty": (
        SCOTTY,
        "feeds.toml",
        (Settings("club", "https://club.example/list", title="The Club", select=CARD),),
        ["club: dateFormat", "feeds.toml: nothing (it has no url)"],
    ),
    "html2rss": (
        HTML2RSS,
        "feeds.yml",
        (
            Settings(
                "club",
                "https://club.example/list",
                title="The Club",
                author="Ann",
                language="en",
                every=timedelta(minutes=90),
                pages=3,
                select=Selectors(
                    item=".card",
                    title="h2",
                    link="a",
                    date="descendant::*[contains(concat(' ', normalize-space(@class), ' '), ' when ')]/@data-day",
                    summary=".intro",
                    next="a.next",
                ),
                headers=(("Accept", "text/html"),),
            ),
            Settings("auto", "https://auto.example"),
        ),
        [
            "club: selectors.description.post_process (template)",
            "club: channel.time_zone",
            "club: selectors.guid",
        ],
    ),
    "ftr": (
        FTR,
        "club.example.txt",
        (
            Settings(
                "club-example",
                "http://www.club.example/",
                select=Selectors(
                    content="//article",
                    title="//h1",
                    date="//time/@datetime",
                    author="xpath:substring-after(//p[@class='by'], 'By ')",
                    remove=("//aside", "[class*='promo'], [id*='promo']", "img[src*='/ads/']"),
                ),
                note="The rules were written for articles such as http://www.club.example/a/1",
            ),
        ),
        [
            "club-example: line 14 (it is no directive)",
            "club-example: body (only the first is taken, not //main)",
            "club-example: next_page_link",
            "club-example: prune",
            "club-example: test_url and test_contains (kept as a comment; `feedwright extract` tries it)",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_taken_over_and_what_is_not(name: str) -> None:
    content, file, feeds, unsupported = CASES[name]
    found = exchange.imported(content, Path(file))
    assert found.feeds == feeds
    assert [str(each) for each in found.unsupported] == unsupported
    assert exchange.imported(content, Path(file), name) == found


@pytest.mark.parametrize("name", CASES)
def test_what_is_written_again_says_the_same(name: str) -> None:
    content, file, feeds, _ = CASES[name]
    first = exchange.imported(content, Path(file)).feeds
    written = exchange.called(name).exported(first, BASE)
    again = exchange.imported(written.content, Path(file)).feeds
    assert exchange.called(name).exported(again, BASE) == written
    left_out = {each.feed for each in written.unsupported if each.key == "the whole feed"}
    assert [feed.name for feed in again] == [feed.name for feed in first if feed.name not in left_out]
    assert not left_out and written.unsupported == ()
    if name != "ftr":  # of which the same rules come back in other words
        assert [replace(feed, note="") for feed in again] == [replace(feed, note="") for feed in feeds]


def test_each_format_tells_its_files_from_those_of_others() -> None:
    for content, file, feeds, _ in CASES.values():
        assert exchange.imported(content, Path(file)).feeds == feeds
    assert exchange.NAMES == following.FORMATS


FULL = Settings(
    "club",
    "https://club.example/list",
    title="The Club",
    author="Ann",
    language="en",
    group="Sea",
    every=timedelta(seconds=90),
    select=Selectors(item="//main/*[string-length(.)>9]", content="a:hover", remove=("b:hover",)),
    others=("cron", "headers.X-Key"),
)


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_a_format_has_no_place_for_is_named(name: str) -> None:
    form = exchange.called(name)
    made = form.exported([FULL], BASE)
    again = exchange.imported(made.content, Path("club.example.txt"), name).feeds if form.reads(made.content) else ()
    said = {key for feed in again for key in feed.said()}
    named = {each.key for each in made.unsupported}
    assert "the whole feed" in named or not said or set(FULL.said()) <= said | named
    assert b"X-Key" not in made.content


@pytest.mark.parametrize("name", ["rsspls", "scotty"])
def test_a_feed_without_selectors_is_left_out_where_they_are_needed(name: str) -> None:
    made = exchange.called(name).exported([Settings("club", "https://club.example/")], BASE)
    assert [each.key for each in made.unsupported] == ["the whole feed"]


def test_a_file_of_rules_is_of_one_site() -> None:
    with pytest.raises(ExchangeError, match="2 feeds: a, b"):
        exchange.called("ftr").exported([Settings("a", "a"), Settings("b", "b")], BASE)


def test_our_own_list_comes_back_as_it_was() -> None:
    feeds = (
        Settings("club", "https://club.example/", title='The "Club" & <b>', group="A / B"),
        Settings("x", "https://x.example/"),
    )
    made = exchange.called("opml").exported(feeds, BASE)
    assert b'xmlUrl="https://feeds.example/club.atom"' in made.content
    assert set(exchange.imported(made.content, Path("f.opml")).feeds) == set(feeds)


def test_several_pages_of_one_feed_become_as_many() -> None:
    content = b'[a]\nurl = ["https://a.example/1", "https://a.example/2"]\nentrySelector = "p"\n'
    found = exchange.imported(content, Path("f.toml"))
    assert [feed.url for feed in found.feeds] == ["https://a.example/1", "https://a.example/2"]
    assert found.unsupported == (Unsupported("a", "url", "2 pages become as many feeds"),)


LAUGHS = (
    b'<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;" xmlUrl="x"/></body></opml>'
)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"# Club\n\nWrite rules such as\n\n  title: h2\n\nand look.\n", None, "f: it is in none of the formats"),
        (b"", None, "f: it is in none of the formats freshrss, ftr, html2rss"),
        (b"\x00\xff" * 9, None, "f: it is in none of the formats"),
        (LAUGHS, None, "f:1: it declares the entity a, and none is accepted"),
        (b"<opml>\n<outline", None, "f:2: not valid XML: unclosed token"),
        (b"<opml>\n<outline x:y='1'/></opml>", None, "f:2: not valid XML: unbound prefix"),
        (b"<opml>" + b"<outline>" * 50, None, "f:1: expected at most 20 levels"),
        (
            b"title" + b" " * 4_000_000 + b"x\ntitle" + b"(" * 900_000,
            "ftr",
            "f: expected directives such as body: //article",
        ),
        (b"<html/>", "opml", "f:1: expected OPML, got the element html"),
        (b"<?xml version='1.0' encoding='no-such'?><opml/>", "opml", "f:1: not valid XML"),
        (b"<opml>" + b"<outline xmlUrl='a'/>" * 10_001, None, "f:1: expected at most 10,000 feeds"),
        (b"x" * 5_000_001, None, "f: expected at most 5,000,000 bytes"),
        (b"entrySelector = [[[", None, "f: not valid TOML: "),
        (b"entrySelector = " + b"[" * 5000, None, "f:1: expected at most 50 brackets"),
        (b"entrySelector = " + b"[\n" * 50_000, None, "f: "),
        (b"a = 1\nentrySelector = '\xff'", None, "f:2: expected text in UTF-8, got the byte 0xff"),
        (b"[[feed]]\n[rsspls]\n", None, "f: feed[0]: expected a table [feed.config]"),
        (b"[feed.config]\nurl=1", None, "f: feed: expected tables that begin with [[feed]]"),
        (b"channel: 1\nselectors: 2\n", None, "f: channel: expected keys with their values"),
        (b"channel: {url: [1]}\nselectors:\n", None, "f: channel.url: expected a single value"),
        (b"channel:\nselectors:\n", None, "f: channel: required, and it is missing"),
        (b"channel: {a\nselectors: &x [*x]\n", None, "f:1: not valid YAML"),
        (b"body: //a\n", None, "f: it says of no site"),
        (b"\n\xffbody: //a\ntitle: //b", None, "f:2: expected text in UTF-8"),
    ],
)
def test_what_can_not_be_read_is_said_with_its_place(content: bytes, name: str | None, said: str) -> None:
    with pytest.raises((ExchangeError, ConfigError)) as caught:
        exchange.imported(content, Path("f"), name)
    assert str(caught.value).startswith(said)
