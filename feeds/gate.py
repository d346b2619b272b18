"""Is this run fit to publish, or is the last good feed to be kept?

A run is held when something moved that does not move while a site is well. Nothing of it reaches the entries; the
reason names what moved, with before and after.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from statistics import median, quantiles

from feeds import baseline, identity, sketch
from feeds.model import Baseline, Sample
from scraper import overlap, urls
from scraper.elsewhere import ELSEWHERE
from scraper.model import Article, Link, ScrapeResult
from scraper.overlap import Overlap
from scraper.walls import WALLS

# What stands in place of a list: these failures are of the page, and not of the way to it.
INSTEAD = frozenset((*WALLS, "nothing-found", "empty-page"))
# Fewer links, and fewer articles, say nothing: an editor may take two off at once.
FEW_LINKS, FEW_ARTICLES = overlap.FEW, 3
# So many good lists, and so many articles, are a habit.
LISTS_TELL, SAMPLES_TELL = 3, 8
# A list this much shorter than the shortest of late has lost its cards; a site that shows fewer shows half or a third.
SHORTEST = 0.25
# A list with gaps has so many links that we know, in order, and so much of what was expected: five of a list of popular
# articles come in order by chance once in 120 times.
MANY_KNOWN, SPARSE, IN_ORDER = 5, 0.3, 0.9
KNOWN_LINKS = "known links on the list"
# So many strangers at once have to be newer than what we have, or the list is another one.
MANY_STRANGERS = 5
# …by their dates, give or take what editors and time zones do.
SLACK = timedelta(days=3)
# Most of some, nearly all of them, nearly none.
MOST, NEARLY_ALL, NEARLY_NONE = 0.6, 0.8, 0.2
# A text of less than this is short everywhere.
SHORT_CHARS = 400
# The least that a tenth of the articles have, less this share of it, is below all that is usual.
BELOW = 0.5
# A page with another title, and less than this of its text, is another page: edits leave more.
OTHER_PAGE = 0.1
# Two titles are one when so much of their letters is the same: a date and a title have a third in common.
ALIKE = 0.5
# How sure the finding of a text may become less.
LESS_SURE = 0.3


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that is looked at: how it was, how it is now, and whether that is abnormal.

    `lasting` says that a site may come to be so for good, if it stays so.
    """

    name: str
    before: str
    after: str
    moved: bool = False
    lasting: bool = True

    def __str__(self) -> str:
        return f"{self.name}: {self.before} -> {self.after}"


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
    """The baseline with what a run teaches that is published."""
    known = frozenset(known)
    measured = overlap.measure(result.discovery.links, usual.listed, known)
    return baseline.learn(usual, result, _fresh(result, usual, known), measured)


def signals(result: ScrapeResult, usual: Baseline, known: Iterable[str]) -> tuple[Signal, ...]:
    """All that is looked at in a run, the most telling first."""
    known = frozenset(known)
    listed = () if result.unchanged else _of_list(result, usual, known)
    if listed and listed[0].moved:
        return listed
    fresh = _fresh(result, usual, known)
    new = {article.url for article in fresh}
    again = tuple(article for article in result.articles if article.url not in new)
    return (*listed, *_of_articles(fresh, usual, "new articles"), *_of_articles(again, usual, "known articles"))


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


def _of_list(result: ScrapeResult, usual: Baseline, known: frozenset[str]) -> tuple[Signal, ...]:
    links, last = result.discovery.links, usual.listed
    measured = overlap.measure(links, last, known)
    if not last:  # a page that is an article itself, or one that we look at for the first time
        return (Signal("links found", "0", str(len(links)), moved=usual.runs > 0 and bool(links)),)
    if not links:
        stead = f": {result.problems[0].kind}" if result.failed and result.problems[0].kind in WALLS else ""
        return (Signal("links found", str(len(last)), f"0 of {len(last)} known{stead}", moved=True, lasting=False),)
    strangers = overlap.strange(links, last, known)
    return (
        _size(measured, usual),
        _share(measured, usual),
        *_newer(result, usual, measured, strangers),
        _tier(result, usual, strangers),
        *_titles(links, usual),
    )


def _size(measured: Overlap, usual: Baseline) -> Signal:
    least = min(usual.sizes[:LISTS_TELL], default=0)
    short = len(usual.sizes) >= LISTS_TELL and measured.found < SHORTEST * least
    return Signal("links found", str(usual.sizes[0] if usual.sizes else 0), str(measured.found), short)


def _share(measured: Overlap, usual: Baseline) -> Signal:
    """How much of the top of the last list is there; where lists turn, how much of what is usual.

    One that holds other links that we know is another list, of popular or related articles. The same list with gaps has
    what is left of it in order.
    """
    habit = min(usual.shares) if len(usual.shares) >= LISTS_TELL else 1.0
    gone = measured.expected - measured.kept >= FEW_LINKS and measured.share < overlap.KEPT * habit
    sparser = measured.known >= MANY_KNOWN and measured.share >= SPARSE and measured.ordered >= IN_ORDER
    before = f"{measured.expected} of {measured.last} expected"
    return Signal(KNOWN_LINKS, before, str(measured.kept), gone, lasting=sparser)


def _newer(result: ScrapeResult, usual: Baseline, measured: Overlap, strangers: Sequence[Link]) -> tuple[Signal, ...]:
    """Whether a list of strangers goes on where the last one was: all of it is newer, as after a busy day."""
    if not strangers:
        return ()
    newer, dated = _later(result, usual, strangers), _dated(result, strangers)
    replaced = measured.known == 0 and measured.last >= FEW_LINKS
    crowded = (
        measured.expected < FEW_LINKS
        and measured.strangers >= MANY_STRANGERS
        and measured.strangers > measured.found / 2
        and measured.last >= MANY_STRANGERS
    )
    moved = (replaced or crowded) and newer < MOST * len(strangers)
    sound = dated >= MOST * len(strangers) or _rate(usual.samples, "dated") < MOST
    before, after = f"{measured.last} known", f"{len(strangers)} others, {newer} of them newer"
    return (Signal("links on the list", before, after, moved, lasting=sound and measured.known == 0),)


def _tier(result: ScrapeResult, usual: Baseline, strangers: Sequence[Link]) -> Signal:
    """Whether the list comes from elsewhere than it did, with articles that we never saw and that are not new."""
    now, before = result.discovery.tier, usual.tier
    other = now != before and bool({now, before} & set(ELSEWHERE))
    return Signal(
        "found by", before or "nothing", now or "nothing", other and _later(result, usual, strangers) < len(strangers)
    )


def _titles(links: Sequence[Link], usual: Baseline) -> tuple[Signal, ...]:
    """Whether the list calls what it names as it did."""
    before = {urls.part_key(one.url): one.title for one in usual.listed}
    pairs = [(before.get(urls.part_key(link.url)) or "", link.title or "") for link in links]
    pairs = [(old, new) for old, new in pairs if old and new]
    if not pairs:
        return ()
    same = len([pair for pair in pairs if _alike(*pair)])
    broken = len([new for old, new in pairs if baseline.BROKEN.search(new) and not baseline.BROKEN.search(old)])
    return (
        Signal(
            "titles on the list", f"{len(pairs)} known", f"{same} the same",
            len(pairs) >= FEW_LINKS and same < (1 - MOST) * len(pairs),
        ),
        Signal("titles with broken characters", "0", f"{broken} of {len(pairs)}", broken >= FEW_LINKS - 1),
    )  # fmt: skip


def _of_articles(articles: Sequence[Article], usual: Baseline, which: str) -> tuple[Signal, ...]:
    """Whether what was read looks like what is usual. Few articles, and a short memory, tell nothing."""
    if not articles:
        return ()
    now, before = tuple(map(baseline.sample, articles)), usual.samples
    texts = {article.text for article in articles}
    habit = len(before) >= SAMPLES_TELL
    differed = habit and len({one.chars for one in before}) > len(before) / 2
    alike = differed and len(articles) >= FEW_ARTICLES and len(texts) == 1
    broken = habit and bool(now) and _rate(before, "broken") <= NEARLY_NONE
    found = [
        Signal(f"{which} with a text of their own", "all", f"{len(texts)} of {len(articles)}", alike, lasting=False),
        Signal(
            f"{which} with broken characters", f"{_rate(before, 'broken'):.0%}", f"{_rate(now, 'broken'):.0%}",
            broken and _rate(now, "broken") >= MOST,
        ),
    ]  # fmt: skip
    if not habit or len(now) < FEW_ARTICLES:
        return tuple(found)
    for name in ("dated", "titled"):
        was, rate = _rate(before, name), _rate(now, name)
        lost = was >= NEARLY_ALL and rate <= NEARLY_NONE
        found.append(Signal(f"{which} that are {name}", f"{was:.0%}", f"{rate:.0%}", lost))
    return (*found, _lengths(now, before, which), *_sureness(now, before, which), *_languages(now, before, which))


def _lengths(now: Sequence[Sample], before: Sequence[Sample], which: str) -> Signal:
    """Whether even the longest text is shorter than nearly all that were."""
    usual, shortest = median(one.chars for one in before), _tenth([one.chars for one in before])
    longest = max(one.chars for one in now)
    cut = usual >= SHORT_CHARS and longest < BELOW * shortest
    return Signal(f"characters in {which}", f"{usual:.0f}", f"{longest} at most", cut)


def _sureness(now: Sequence[Sample], before: Sequence[Sample], which: str) -> tuple[Signal, ...]:
    was = [one.sure for one in before if one.sure is not None]
    rate = [one.sure for one in now if one.sure is not None]
    if len(was) < SAMPLES_TELL or len(rate) < FEW_ARTICLES:
        return ()
    less = max(rate) < _tenth(was) - LESS_SURE
    return (Signal(f"text likely right in {which}", f"{median(was):.0%}", f"{median(rate):.0%}", less),)


def _languages(now: Sequence[Sample], before: Sequence[Sample], which: str) -> tuple[Signal, ...]:
    spoken = [one.language for one in before if one.language]
    heard = [one.language for one in now if one.language]
    if len(spoken) < SAMPLES_TELL or len(heard) < FEW_ARTICLES:
        return ()
    most = max(sorted(set(spoken)), key=spoken.count)
    other = max(sorted(set(heard)), key=heard.count)
    moved = spoken.count(most) >= NEARLY_ALL * len(spoken) and heard.count(other) == len(heard) and other != most
    return (Signal(f"language of {which}", most, other, moved),)


def _fresh(result: ScrapeResult, usual: Baseline, known: frozenset[str]) -> tuple[Article, ...]:
    """The articles that we never had."""
    met = known | {urls.part_key(one.url) for one in usual.listed}
    return tuple(
        article
        for article in result.articles
        if met.isdisjoint(urls.part_key(address) for address in (article.url, *article.addresses))
    )


def _later(result: ScrapeResult, usual: Baseline, links: Sequence[Link]) -> int:
    """How many of these are newer than all that we have, or close to it."""
    since = None if usual.newest is None else usual.newest - SLACK
    return len([moment for moment in _dates(result, links) if since is not None and moment >= since])


def _dated(result: ScrapeResult, links: Sequence[Link]) -> int:
    return len(_dates(result, links))


def _dates(result: ScrapeResult, links: Sequence[Link]) -> list[datetime]:
    by_key = {urls.part_key(address): a for a in result.articles for address in (a.url, *a.addresses)}
    found = [baseline.date(by_key.get(urls.part_key(link.url)), link) for link in links]
    return [moment for moment in found if moment is not None]


def _rate(samples: Sequence[Sample], name: str) -> float:
    return len([one for one in samples if getattr(one, name)]) / max(1, len(samples))


def _tenth(values: Sequence[float]) -> float:
    """What nine of ten are above."""
    return quantiles(values, n=10)[0] if len(values) > 1 else values[0]


def _alike(one: str, other: str) -> bool:
    """Whether two are one title, with a word more or less, or cut."""
    one, other = " ".join(one.casefold().split()), " ".join(other.casefold().split())
    if one in other or other.rstrip(".… ") in one:
        return True
    return SequenceMatcher(None, one, other).ratio() >= ALIKE
