"""The date of a feed moves exactly when an entry is added, edited or removed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from feeds import edition
from feeds.document import Feed
from tests.made import NOON, a_feed, an_entry

SECOND = timedelta(seconds=1)
TWO = a_feed(an_entry(2), an_entry(1))


def atom_of(feed: Feed, standing: bytes | None = None) -> bytes:
    return edition.edition(feed, "club", ("atom",), standing).documents[0].content


def updated(document: bytes) -> str | None:
    said: str | None = etree.fromstring(document).findtext("{http://www.w3.org/2005/Atom}updated")
    return said


def test_each_format_that_is_wanted_atom_always_and_first() -> None:
    assert [made.form for made in edition.edition(TWO, "club", ("json", "rss"), None).documents] == [
        "atom",
        "rss",
        "json",
    ]
    assert [made.form for made in edition.edition(TWO, "club", (), None).documents] == ["atom"]


def test_statement_4_the_date_is_that_of_what_it_is_made_of() -> None:
    assert updated(atom_of(TWO)) == "2024-05-01T12:00:00Z"


@pytest.mark.parametrize(
    "later",
    [
        a_feed(an_entry(3), an_entry(2), an_entry(1)),
        a_feed(an_entry(2), an_entry(1, html="<p>Edited</p>")),
        a_feed(an_entry(2)),
        a_feed(),
    ],
    ids=["added", "edited", "removed", "all removed"],
)
def test_statement_5_it_moves_with_every_entry(later: Feed) -> None:
    before = atom_of(TWO)
    after = atom_of(later, before)
    assert updated(after) == "2024-05-01T12:00:01Z"
    assert atom_of(later, after) == after  # once


def test_it_stays_where_nothing_that_is_shown_changes() -> None:
    before = atom_of(TWO)
    assert atom_of(TWO, before) == before
    moved = atom_of(replace(TWO, subtitle="Another", self_url="https://feeds.example/b.atom"), before)
    assert updated(moved) == updated(before)


def test_it_never_moves_back() -> None:
    before = atom_of(replace(TWO, updated=NOON + 5 * SECOND))
    assert atom_of(TWO, before) == before


def test_it_follows_what_it_is_made_of() -> None:
    assert updated(atom_of(replace(TWO, updated=NOON + 9 * SECOND), atom_of(TWO))) == "2024-05-01T12:00:09Z"


@pytest.mark.parametrize("standing", [b"", b"<feed><updated>soon</updated>", b"\xff\x00<updated>\xff</updated>"])
def test_what_is_none_of_ours_says_nothing(standing: bytes) -> None:
    assert atom_of(TWO, standing) == atom_of(TWO)


def test_all_formats_bear_one_date() -> None:
    later = a_feed(an_entry(2))
    atom, rss, _ = edition.edition(later, "club", ("atom", "rss", "json"), atom_of(TWO)).documents
    assert b"<lastBuildDate>Wed, 01 May 2024 12:00:01 GMT</lastBuildDate>" in rss.content
    assert updated(atom.content) == "2024-05-01T12:00:01Z"


def sizes(entries: int, each: int, max_size: int) -> list[int]:
    whole = a_feed(*(an_entry(number, html="x" * each) for number in range(entries)))
    made = edition.edition(whole, "club", ("atom", "rss", "json"), None, max_size)
    assert [entry.id for entry in made.feed.entries] == [entry.id for entry in whole.entries][: len(made.feed.entries)]
    return [len(made.feed.entries), *(len(document.content) for document in made.documents)]


def test_statement_37_the_oldest_go_until_every_format_has_room() -> None:
    count, *largest = sizes(50, 10_000, 262_144)
    assert 20 <= count < 27 and max(largest) <= 262_144
    assert sizes(50, 100, 262_144)[0] == 50


def test_a_few_stay_however_large_they_are() -> None:
    assert sizes(9, 100_000, 262_144)[0] == 5
