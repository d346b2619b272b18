"""What a strict reader would refuse never gets out; the rest does, and what was left out is told."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from feeds import atom, edition, feed, jsonfeed, lint, rss
from feeds.document import Entry, Feed
from scraper.model import Enclosure, Image
from tests import hostile
from tests.jsonfeed import json_feed_errors
from tests.made import NOON, a_feed, an_entry
from tests.readers import misread
from tests.rss import rss_errors
from tests.schema import atom_errors

ALL = ("atom", "rss", "json", "html")
GOOD = an_entry(9)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"id": ""}, "its id '' is no address"),
        ({"id": "some words"}, "is no address"),
        ({"id": GOOD.id}, "another entry has its id"),
        ({"url": "/news"}, "'/news' is no address that a reader can open"),
        ({"url": "javascript:boo()"}, "no address that a reader can open"),
        ({"url": "https://club.example/a b"}, "no address that a reader can open"),
        ({"url": "https://club.example/\0"}, "no address that a reader can open"),
        ({"url": "http://["}, "no address that a reader can open"),
        ({"url": "https://club.example:99999/"}, "no address that a reader can open"),
        ({"published": datetime(2024, 5, 1)}, "a date of it has no time zone"),
        ({"updated": datetime(2024, 5, 1)}, "a date of it has no time zone"),
        ({"published": NOON + timedelta(days=1)}, "which can't be"),
        ({"published": NOON.replace(year=1)}, "which can't be"),
        ({"html": "x" * 1_000_001}, "its text is of 1,000,001 bytes, and 1,000,000 are the most"),
    ],
)
def test_a_bad_entry_is_left_out_and_told(bad: dict[str, Any], why: str) -> None:
    made = edition.edition(a_feed(GOOD, an_entry(1, **bad)), "club", ALL, None)
    assert [entry.id for entry in made.feed.entries] == [GOOD.id]
    (problem,) = made.problems
    assert problem.kind == "unfit" and why in problem.message
    assert atom_errors(made.documents[0].content) == []


def test_a_file_that_leads_nowhere_is_no_reason_to_leave_out_an_entry() -> None:
    files = Enclosure("javascript:boo()", "audio/mpeg"), Enclosure("https://c.example/a.mp3", "audio/mpeg")
    made = edition.edition(a_feed(an_entry(enclosures=files, image=Image("/a.png"))), "club", ALL, None)
    (entry,) = made.feed.entries
    assert (entry.enclosures, entry.image, made.problems) == (files[1:], None, ())


@pytest.mark.parametrize("form", ["atom", "rss", "json"])
def test_each_format_is_read_back(form: str) -> None:
    meant = a_feed(an_entry(2, summary="1 < 2"), an_entry(1, html="a\r\nb &amp; <b>c</b>", title="&amp; <x>"))
    document = edition.RENDERINGS[form](meant)
    assert lint.fault(meant, {form: document}) is None
    assert lint.fault(meant, {form: document[:-9]}) is not None
    other = replace(meant, entries=(meant.entries[0], replace(meant.entries[1], html="a")))
    assert "is read as something else" in str(lint.fault(other, {form: document}))
    assert "is read as something else" in str(lint.fault(replace(meant, entries=meant.entries[::-1]), {form: document}))
    assert "2 entries are read of 1" in str(lint.fault(replace(meant, entries=meant.entries[:1]), {form: document}))
    twice = document.replace(b"&lt; 2", b"&amp;lt; 2").replace(b"&#x26;amp;", b"&#x26;amp;amp;")
    if form == "rss":
        assert lint.fault(meant, {form: twice}) is not None  # escaped once too often


def test_a_document_that_breaks_the_grammar_is_refused() -> None:
    meant = a_feed(an_entry())
    document = edition.RENDERINGS["atom"](meant)
    assert "line" in str(
        lint.fault(meant, {"atom": document.replace(b"<name>", b"<nome>").replace(b"</name>", b"</nome>")})
    )


def test_statement_37_no_document_is_larger_than_readers_take() -> None:
    large = [an_entry(number, html="x" * 990_000, summary="y" * 90_000) for number in range(6)]
    made = edition.edition(a_feed(*large), "club", ALL, None, 262_144)
    assert [entry.id for entry in made.feed.entries] == [entry.id for entry in large[:4]]
    assert max(len(document.content) for document in made.documents[:3]) <= 5_000_000
    escaped = edition.edition(a_feed(an_entry(1, html="&" * 210_000), GOOD), "club", ALL, None)
    assert [entry.id for entry in escaped.feed.entries] == [GOOD.id]
    assert "readers stop at 5,000,000" in str(lint.fault(a_feed(), {"atom": b" " * 5_000_001}))


def test_an_entry_that_a_renderer_spoils_is_found_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    render = atom.render

    def spoiling(feed: Feed) -> bytes:
        return render(feed).replace(b"spoilt", b"\x08")

    monkeypatch.setattr("feeds.atom.render", spoiling)
    monkeypatch.setitem(edition.RENDERINGS, "atom", spoiling)
    made = edition.edition(a_feed(GOOD, an_entry(1, title="spoilt")), "club", ALL, None)
    assert [entry.id for entry in made.feed.entries] == [GOOD.id]
    assert [problem.kind for problem in made.problems] == ["unfit"]


def built(entries: Sequence[Any]) -> Feed:
    return feed.build(
        hostile.SOURCE,
        entries,
        title="\0]]>",
        author=None,
        language=None,
        limit=50,
        self_url="https://feeds.example/club.atom",
    )


def faults(made: edition.Edition) -> list[str]:
    """What is wrong with an edition, in any format."""
    content = {document.form: document.content for document in made.documents}
    return [
        *atom_errors(content["atom"]),
        *rss_errors(content["rss"]),
        *json_feed_errors(content["json"]),
        *misread(made.feed, content["atom"]),
    ]


def test_statement_2_hostile_entries_come_out_as_feeds_that_every_reader_accepts() -> None:
    """2,000 here; `bench/fuzz_feeds.py` makes as many as are wanted."""
    published = 0
    for number in range(100):
        chance = random.Random(f"1/{number}")
        entries = [hostile.held(chance, each) for each in range(20)]
        try:
            whole = built(entries)
        except TypeError:  # dates with a zone and without one can't be put in an order: the store has none of these
            whole = built([each for each in entries if each.published.tzinfo])
        made = edition.edition(whole, "club", ALL, None)
        assert faults(made) == [], number
        assert len(made.feed.entries) + len(made.problems) == len(whole.entries)
        published += len(made.feed.entries)
    assert published > 1000


def test_renderings_of_one_feed_agree_on_what_is_left_out() -> None:
    entries = (GOOD, an_entry(1, url="nowhere"))
    made = edition.edition(a_feed(*entries), "club", ALL, None)
    assert made.documents[1].content == rss.render(made.feed)
    assert made.documents[2].content == jsonfeed.render(made.feed)


def test_dates_in_odd_zones_are_the_same_moments() -> None:
    odd = NOON.astimezone(timezone(timedelta(seconds=20707)))
    entry: Entry = an_entry(published=odd, updated=odd)
    assert edition.edition(a_feed(entry), "club", ALL, None).problems == ()
