"""Are articles as those of their source are? Their dates and titles, how long and how sure they are, their language."""

from collections.abc import Sequence
from statistics import median, quantiles

from feeds import baseline
from feeds.model import Baseline, Sample
from feeds.signal import MOST, NEARLY_ALL, NEARLY_NONE, Signal, share_of
from scraper.model import Article

# Fewer articles say nothing, and so many are a habit.
FEW_ARTICLES, SAMPLES_TELL = 3, 8
# A text of less than this is short everywhere.
SHORT_CHARS = 400
# The least that a tenth of the articles have, less this share of it, is below all that is usual.
BELOW = 0.5
# How sure the finding of a text may become less.
LESS_SURE = 0.3


def signals(articles: Sequence[Article], usual: Baseline, which: str) -> tuple[Signal, ...]:
    """Whether what was read looks like what is usual. Few articles, and a short memory, tell nothing."""
    if not articles:
        return ()
    now, before = tuple(map(baseline.sample, articles)), usual.samples
    texts = {article.text for article in articles}
    habit = len(before) >= SAMPLES_TELL
    differed = habit and len({one.chars for one in before}) > len(before) / 2
    alike = differed and len(articles) >= FEW_ARTICLES and len(texts) == 1
    broken = habit and bool(now) and share_of(before, "broken") <= NEARLY_NONE
    found = [
        Signal(f"{which} with a text of their own", "all", f"{len(texts)} of {len(articles)}", alike, lasting=False),
        Signal(
            f"{which} with broken characters", f"{share_of(before, 'broken'):.0%}", f"{share_of(now, 'broken'):.0%}",
            broken and share_of(now, "broken") >= MOST,
        ),
    ]  # fmt: skip
    if not habit or len(now) < FEW_ARTICLES:
        return tuple(found)
    for name in ("dated", "titled"):
        was, rate = share_of(before, name), share_of(now, name)
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


def _tenth(values: Sequence[float]) -> float:
    """What nine of ten are above."""
    return quantiles(values, n=10)[0] if len(values) > 1 else values[0]
