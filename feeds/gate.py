"""Is this run fit to publish, or is the last good feed to be kept?

A run is held when something moved that does not move while a site is well. Nothing of it reaches the entries; the
reason names what moved, with before and after.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from feeds import articlehabits, baseline, identity, listhabits, sketch
from feeds.model import Baseline
from feeds.signal import Signal
from scraper import overlap, urls
from scraper.model import Article, ScrapeResult
from scraper.walls import WALLS

# What stands in place of a list: these failures are of the page, and not of the way to it.
INSTEAD = frozenset((*WALLS, "nothing-found", "empty-page"))
# A page with another title, and less than this of its text, is another page: edits leave more.
OTHER_PAGE = 0.1


@dataclass(frozen=True, slots=True)
class Publish:
    """The run is fit to publish; `baseline` is what is known of the source from now on."""

    baseline: Baseline


@dataclass(frozen=True, slots=True)
class Hold:
    """The run is to be kept back, for what `signal` says. `listed` are the keys of the links that it found."""

    signal: Signal
    listed: tuple[str, ...]


def judge(result: ScrapeResult, usual: Baseline, known: Iterable[str], before: Article | None = None) -> Publish | Hold:
    """`known` are the keys of all addresses that were ever followed, `before` is the article that a source is alone.

    A source without a baseline is judged by what can't be right anywhere.
    """
    known = frozenset(known)
    told = (*_of_page(result, before), *signals(result, usual, known))
    moved = next((signal for signal in told if signal.moved), None)
    if moved is not None:
        found = (link.url for link in result.discovery.links) if result.discovery.links else _texts(result)
        return Hold(moved, tuple(map(urls.part_key, found)))
    return Publish(learnt(result, usual, known))


def learnt(result: ScrapeResult, usual: Baseline, known: Iterable[str]) -> Baseline:
    """The baseline with what a run teaches that is published. One for which nothing came teaches nothing."""
    if result.unchanged and not result.articles:
        return usual
    known = frozenset(known)
    measured = overlap.measure(result.discovery.links, usual.listed, known)
    return baseline.learn(usual, result, _fresh(result, usual, known), measured)


def signals(result: ScrapeResult, usual: Baseline, known: Iterable[str]) -> tuple[Signal, ...]:
    """All that is looked at in a run, the most telling first."""
    known = frozenset(known)
    listed = () if result.unchanged else listhabits.signals(result, usual, known)
    if listed and listed[0].moved:
        return listed
    fresh = _fresh(result, usual, known)
    new = {article.url for article in fresh}
    again = tuple(article for article in result.articles if article.url not in new)
    return (
        *listed,
        *articlehabits.signals(fresh, usual, "new articles"),
        *articlehabits.signals(again, usual, "known articles"),
    )


def _of_page(result: ScrapeResult, before: Article | None) -> tuple[Signal, ...]:
    """Whether another page stands where the one article of a source was: an error, a log-in, a notice."""
    if before is None or result.discovery.links or not result.articles:
        return ()
    now = result.articles[-1]
    shared = sketch.shared(sketch.shingles(None, before.text), sketch.shingles(None, now.text))
    other = identity.folded(before.title) != identity.folded(now.title) and shared < OTHER_PAGE
    return (Signal("page", f"“{before.title}”", f"“{now.title}”, with {shared:.0%} of its text", other),)


def _texts(result: ScrapeResult) -> tuple[str, ...]:
    """What stands for the list of a source that is one page: what the page says."""
    return tuple(hashlib.sha256(a.text.encode("utf-8", "replace")).hexdigest() for a in result.articles[-1:])


def _fresh(result: ScrapeResult, usual: Baseline, known: frozenset[str]) -> tuple[Article, ...]:
    """The articles that we never had."""
    if not result.articles:
        return ()
    met = known | {urls.part_key(one.url) for one in usual.listed}
    return tuple(
        article
        for article in result.articles
        if met.isdisjoint(urls.part_key(address) for address in (article.url, *article.addresses))
    )
