"""The site that travels in the package, through the whole of the scraper."""

import re
from datetime import UTC, datetime

import pytest

from scraper import Fetcher, Job, ScrapeResult, dom, scrape
from scraper.sample import ADDRESS, ORIGIN, Dated, Post, posts

NOW = datetime(2026, 12, 1, tzinfo=UTC)
MARKERS = ("top of page", "bottom of page")
ABOUT_THEM = "the-button-that-says-top-of-page"
# Words of the template that surrounds every post.
AROUND = ("cookies in the galley", "Log in", "Recent posts", "About the writer", "Proudly made", "min read", "Like")


def letters(text: str) -> str:
    """A text without spaces, signs, and the numbers of lists."""
    return "".join(re.findall(r"[^\W\d]+", text))


@pytest.fixture(scope="module")
def result() -> ScrapeResult:
    with Fetcher() as fetcher:
        return scrape(Job("lantern", ADDRESS, NOW), fetcher)


def moment(said: str | None) -> datetime | None:
    if said is None:
        return None
    read = datetime.fromisoformat(said)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def updated(post: Post) -> datetime | None:
    """JSON-LD always says when it was changed; the other pages never do."""
    return moment(post.modified or post.date) if post.dated is Dated.JSON_LD else None


def test_every_post_in_order(result: ScrapeResult) -> None:
    assert result.problems == ()
    assert [article.url for article in result.articles] == [ORIGIN + post.path for post in posts()]
    assert len(result.articles) == 12


@pytest.mark.parametrize("number", range(12))
def test_what_a_post_declares(result: ScrapeResult, number: int) -> None:
    article, post = result.articles[number], posts()[number]
    assert article.title == post.title
    assert article.published == moment(post.date)
    assert article.updated == updated(post)
    assert article.language == post.language
    assert (article.image and article.image.url) == ORIGIN + post.image


def test_who_wrote_what(result: ScrapeResult) -> None:
    """Where the page says so in a machine's words."""
    for article, post in zip(result.articles, posts(), strict=True):
        if post.dated is Dated.JSON_LD:
            assert article.authors == post.authors


def test_no_date_is_invented(result: ScrapeResult) -> None:
    undated = [post.path for post in posts() if post.dated is Dated.NONE]
    assert undated
    assert [article.url for article in result.articles if article.published is None] == [ORIGIN + p for p in undated]


def test_the_template_is_gone(result: ScrapeResult) -> None:
    for article in result.articles:
        assert [words for words in AROUND if words in article.text] == []
        if not article.url.endswith(ABOUT_THEM):
            assert [words for words in MARKERS if words in article.text.lower()] == []


def test_the_post_about_the_markers_is_whole(result: ScrapeResult) -> None:
    (article,) = (article for article in result.articles if article.url.endswith(ABOUT_THEM))
    (post,) = (post for post in posts() if post.slug == ABOUT_THEM)
    assert "“Top of page”" in article.text.split("\n\n")
    assert 'goTo("top of page");' in article.text
    for marker in MARKERS:
        assert article.text.lower().count(marker) == post.body.lower().count(marker)


def test_every_word_of_a_post_and_no_other(result: ScrapeResult) -> None:
    for article, post in zip(result.articles, posts(), strict=True):
        assert letters(dom.fragment(article.html).text) == letters(dom.fragment(post.body).text)


def test_pictures_are_whole_addresses_of_the_pictures_themselves(result: ScrapeResult) -> None:
    pictures = [tag for article in result.articles for tag in article.html.split("<img ")[1:]]
    assert pictures
    assert all(f'src="{ORIGIN}/media/' in tag and "blur" not in tag for tag in pictures)
