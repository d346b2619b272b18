"""The last rungs of an article's dates: its sitemap, and its server."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from scraper import stamps
from scraper.model import Article, Link, Page, Validators

URL = "https://club.example/news/ferry"
NOW = datetime(2024, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def article(published: datetime | None = None, updated: datetime | None = None) -> Article:
    return Article(URL, "The ferry", "<p>Text</p>", "Text", published=published, updated=updated)


def page(modified: datetime | str | None = None) -> Page:
    said = format_datetime(modified, usegmt=True) if isinstance(modified, datetime) else modified
    return Page(URL, URL, b"", validators=Validators(last_modified=said))


def told(one: Article) -> dict[str, str]:
    return {e.field: e.source for e in one.provenance}


@pytest.mark.parametrize(
    ("modified", "published"),
    [
        (NOW - 9 * DAY, NOW - 9 * DAY),
        (NOW - timedelta(hours=3), None),  # a server that makes its pages as they are asked for
        (NOW + DAY, None),
        ("yesterday", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        (None, None),
    ],
)
def test_last_modified_dates_what_nothing_else_dates(
    modified: datetime | str | None, published: datetime | None
) -> None:
    one = stamps.stamped(article(), Link(URL), page(modified), NOW, frozenset())
    assert one.published == published
    assert told(one) == ({"published": "last-modified"} if published else {})


def test_last_modified_is_not_that_of_a_site_that_was_written_anew() -> None:
    moments = [NOW - 5 * DAY, NOW - 5 * DAY, NOW - 5 * DAY, NOW - 9 * DAY, None]
    days = stamps.rebuilt(moments)
    assert days == {(NOW - 5 * DAY).date()}
    assert stamps.stamped(article(), Link(URL), page(NOW - 5 * DAY), NOW, days).published is None
    assert stamps.stamped(article(), Link(URL), page(NOW - 9 * DAY), NOW, days).published == NOW - 9 * DAY


def test_two_pages_of_one_day_were_written_on_it() -> None:
    assert stamps.rebuilt([NOW, NOW, NOW - DAY]) == frozenset()


def test_the_sitemap_comes_before_the_server() -> None:
    one = stamps.stamped(article(), Link(URL, changed=NOW - 3 * DAY), page(NOW - 9 * DAY), NOW, frozenset())
    assert (one.published, one.updated) == (NOW - 3 * DAY, None)
    assert told(one) == {"published": "sitemap"}


def test_what_the_page_says_stands() -> None:
    link = Link(URL, changed=NOW - 3 * DAY)
    said = article(NOW - 7 * DAY, NOW - 5 * DAY)
    assert stamps.stamped(said, link, page(NOW - 2 * DAY), NOW, frozenset()) == said


def test_a_change_comes_after_the_publication() -> None:
    link = Link(URL, changed=NOW - 3 * DAY)
    later = stamps.stamped(article(NOW - 7 * DAY), link, page(), NOW, frozenset())
    assert (later.published, later.updated) == (NOW - 7 * DAY, NOW - 3 * DAY)
    assert stamps.stamped(article(NOW - 2 * DAY), link, page(), NOW, frozenset()).updated is None


def test_nothing_is_changed_in_the_future() -> None:
    one = stamps.stamped(article(), Link(URL, changed=NOW + 3 * DAY), page(), NOW, frozenset())
    assert (one.published, one.updated) == (None, None)
