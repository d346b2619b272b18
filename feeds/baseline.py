"""What a source is like when all is well, learnt from its good runs."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from feeds.model import Baseline, Sample
from scraper import dates, urls
from scraper.model import Article, Link, Listed, ScrapeResult
from scraper.overlap import Overlap

# Articles remembered: some weeks of most sites, so that a slow change of habits becomes the habit.
SAMPLES = 50
# Lists remembered by their size, and by how much of the one before was on them.
LISTS = 10
# Links remembered of the last list.
LISTED = 100
# UTF-8 that was read as windows-1252, where each letter outside ASCII comes as two or three of these; and what stands
# for bytes that are no character at all.
BROKEN = re.compile(
    "\ufffd|[\u00c2\u00c3\u00c5\u00d0\u00d1][\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]|\u00e2[\u0080\u20ac]"
)
# A text is broken when it has so many of them, and as many as that in a thousand characters.
BROKEN_LEAST, BROKEN_SHARE = 3, 1.0


def learn(known: Baseline, result: ScrapeResult, fresh: Sequence[Article], overlap: Overlap) -> Baseline:
    """The baseline after a good run. `fresh` are its articles that are new to us.

    A list that answered that it has not changed teaches nothing.
    """
    samples = (*map(sample, fresh), *known.samples)[:SAMPLES]
    newest = max(filter(None, (known.newest, *(article.published for article in fresh))), default=None)
    learnt = replace(known, samples=samples, newest=newest)
    if result.unchanged:
        return learnt
    titles = {urls.part_key(address): a.title for a in result.articles for address in (a.url, *a.addresses)}
    named = {urls.part_key(one.url): one.title for one in known.listed} | titles
    shares = (round(overlap.share, 2), *known.shares)[:LISTS] if overlap.last else known.shares
    return replace(
        learnt,
        runs=known.runs + 1,
        listed=tuple(
            Listed(link.url, link.title or named.get(urls.part_key(link.url)))
            for link in result.discovery.links[:LISTED]
        ),
        sizes=(len(result.discovery.links), *known.sizes)[:LISTS],
        shares=shares,
        tier=result.discovery.tier,
    )


def sample(article: Article) -> Sample:
    """What is remembered of an article."""
    sure = next((evidence.confidence for evidence in article.provenance if evidence.field == "text"), None)
    return Sample(
        dated=article.published is not None,
        titled=article.title is not None and dates.parse(article.title) is None,
        broken=broken(article.text),
        chars=len(article.text),
        sure=None if sure is None else round(sure, 2),
        language=(article.language or "").partition("-")[0].lower() or None,
    )


def broken(text: str) -> bool:
    """Whether a text was read in a wrong charset."""
    found = 0 if text.isascii() else len(BROKEN.findall(text))
    return found >= BROKEN_LEAST and 1000 * found >= BROKEN_SHARE * len(text)


def date(article: Article | None, link: Link) -> datetime | None:
    """When an article was published, by its page or by the list."""
    return (article.published if article is not None else None) or link.published
