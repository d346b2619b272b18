"""What `explain` tells of a listing, of its articles, and of what repeats on them."""

from feeds import explanation
from feeds.configuration import FeedConfig
from scraper.fetch import Fetcher
from tests.live import Blog, blog
from tests.test_update import PROMOTION, publish_tales, tale


def told(site: Blog) -> list[str]:
    with Fetcher(allow_private=True) as fetcher:
        return list(explanation.lines(FeedConfig("club", site.address), fetcher))


def test_what_repeats_and_where_articles_stand() -> None:
    with blog() as site:
        publish_tales(site, *map(tale, range(5)))
        lines = told(site)
    assert "template    learnt from 4 articles: what repeats on most of them is not the article" in lines
    assert f"article     {site.address}post/tale-0" in lines
    (dropped,) = [line for line in lines if "dropped by template" in line]
    assert dropped.startswith(f"  dropped by template: on 4 of 4 pages of this site: {PROMOTION[:60]!r}"[:-1])
    (kept,) = [line for line in lines if "kept by template" in line]
    assert "article > p, the article's place on 3 of 3 other pages" in kept


def test_too_few_articles_to_tell() -> None:
    with blog() as site:
        publish_tales(site, *map(tale, range(2)))
        lines = told(site)
    assert "template    not known: it takes 3 different articles" in lines
    assert not any("by template" in line for line in lines)
