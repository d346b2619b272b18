"""Which articles make a feed, in what order, and what it says of itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from feeds import atom, feed
from feeds.document import Feed
from feeds.model import Held, Source
from scraper.model import Article
from tests.schema import atom_errors

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = Source(1, "club", "https://club.example/news", "tag:feeds.example,2024:club", "")
PLAIN = {"title": None, "author": None, "language": None, "limit": 50, "self_url": None}


def held(number: int, published: datetime = NOON, updated: datetime | None = None, **fields: Any) -> Held:
    article = Article(f"https://club.example/{number}", f"Piece {number}", "<p>Text</p>", "Text")
    entry_id = f"tag:feeds.example,2024:club/{number}"
    return Held(entry_id, replace(article, **fields), published, updated or published, published, "")


def build(*articles: Held, source: Source = SOURCE, **wishes: Any) -> Feed:
    return feed.build(source, articles, **(PLAIN | wishes))


def titles(made: Feed) -> list[str]:
    return [entry.title for entry in made.entries]


def test_newest_first_and_no_more_than_the_limit() -> None:
    articles = held(1), held(2, NOON + HOUR), held(3, NOON - HOUR), replace(held(4), first_seen=NOON + HOUR), held(5)
    assert titles(build(*articles)) == ["Piece 2", "Piece 4", "Piece 5", "Piece 1", "Piece 3"]
    assert titles(build(*articles, limit=2)) == ["Piece 2", "Piece 4"]
    assert build(*articles) == build(*reversed(articles))


def test_times_are_cut_to_whole_seconds() -> None:
    (entry,) = build(held(1, NOON.replace(microsecond=999_999))).entries
    assert (entry.published, entry.updated) == (NOON, NOON)


def test_an_entry_is_never_updated_before_it_is_published() -> None:
    (entry,) = build(held(1, NOON, NOON - HOUR)).entries
    assert entry.updated == NOON


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"title": "  Two\n lines "}, "Two lines"),
        ({"title": "\0", "summary": "What it is about."}, "What it is about."),
        ({"title": None, "text": "A first block.\n\nA second."}, "A first block. A second."),
        ({"title": None, "text": "word " * 40}, "word " * 15 + "word…"),
        ({"title": None, "text": "字" * 200}, "字" * 79 + "…"),
        ({"title": None, "summary": " ", "text": ""}, "https://club.example/1"),
    ],
)
def test_a_title_is_never_empty(fields: dict[str, Any], title: str) -> None:
    assert titles(build(held(1, **fields))) == [title]


def test_what_the_feed_is_called() -> None:
    named = replace(SOURCE, title="The Club")
    assert build(source=named, title="My club").title == "My club"
    assert build(source=named).title == "The Club"
    assert build().title == "club.example"


def test_every_entry_has_an_author() -> None:
    named = replace(SOURCE, title="The Club")
    articles = held(1, authors=("Ann", " ", "Bo", "Ann")), held(2)
    assert [entry.authors for entry in build(*articles, source=named).entries] == [
        ("The Club",),
        ("Ann", "Bo"),
    ]
    assert build(*articles, source=named, title="My club").author == "The Club"
    assert build(*articles, source=named, author="Cy").entries[0].authors == ("Cy",)
    assert build(*articles).author == "club.example"


def test_the_language_of_the_feed() -> None:
    articles = [held(number, language=tag) for number, tag in enumerate(["fr", "de-AT", "de-AT", "english", None])]
    speaking = replace(SOURCE, language="it")
    assert build(*articles, source=speaking, language="pt-BR").language == "pt-BR"
    assert build(*articles, source=speaking, language="no language").language == "it"
    assert build(*articles).language == "de-AT"
    assert build(held(1)).language is None


def test_an_entry_says_its_language_only_where_it_differs() -> None:
    tags = ["de-at", "de", "zh-Hant-TW", "de_AT", None]
    articles = [held(number, NOON - number * HOUR, language=tag) for number, tag in enumerate(tags)]
    made = build(*articles, language="de-AT")
    assert [entry.language for entry in made.entries] == [None, "de", "zh-Hant-TW", None, None]


def test_the_feed_is_as_new_as_its_newest_change() -> None:
    articles = held(1, updated=NOON + 2 * HOUR), held(2, NOON + HOUR)
    assert build(*articles).updated == NOON + 2 * HOUR
    removed = replace(SOURCE, changed=NOON + timedelta(hours=3, microseconds=5))
    assert build(*articles, source=removed).updated == NOON + 3 * HOUR


def test_an_empty_feed_is_no_newer_tomorrow() -> None:
    assert build().updated == feed.NEVER
    assert build(source=replace(SOURCE, changed=NOON)).updated == NOON


def test_the_sample_site_is_shown_as_a_web_address() -> None:
    assert build(source=replace(SOURCE, url="sample://club.example/a")).site_url == "https://club.example/a"
    assert build().site_url == "https://club.example/news"


def test_markup_is_made_safe_however_often_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST_KNOWN", 2)  # more than that comes here
    for turn in (1, 2, 1, 2):
        url = f"https://club.example/{turn}/"
        safe = f'<p>One <a href="{url}two" rel="noopener noreferrer">two</a></p>'
        raw = '<p>One <a href="two">two</a></p><script>x</script>'
        made = build(
            *(held(number, html=html, url=url) for number, html in enumerate((raw, safe, raw, safe, safe * 2)))
        )
        assert sorted(entry.html for entry in made.entries) == [*[safe] * 4, safe * 2]


def test_tags_come_once_and_empty_ones_not_at_all() -> None:
    (entry,) = build(held(1, tags=("Chess", "", "Open", "Chess"))).entries
    assert entry.tags == ("Chess", "Open")


def test_what_it_builds_is_valid_atom() -> None:
    made = build(held(1), held(2, title=None, text=""), self_url="https://feeds.example/club.atom")
    assert atom_errors(atom.render(made)) == []
