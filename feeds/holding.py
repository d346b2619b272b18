"""What becomes of a source whose runs are held: how long, and when the site is believed after all.

A redesign is believed when runs agree: `AGREEING_RUNS` in a row, over at least `AGREEING_FOR`, in which the same moved
and much the same list was found, and what moved is what a site may mean. What stands in place of a list is never
believed, nor is a list that is another one. A list that is never the same twice is believed when that has shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from feeds import gate, listhabits
from feeds.gate import Hold
from feeds.model import Baseline, Event, Holding, Source
from scraper import overlap
from scraper.model import Article, Place, ScrapeResult

AGREEING_RUNS, AGREEING_FOR = 3, timedelta(days=1)
# Two lists are the same when they have so much in common of the shorter one.
SAME_LIST = 0.7
# A list that turns is told by so many others in a row, over this time.
STRAYS, STRAYING_FOR = 5, timedelta(days=2)
# Links remembered of a list that was held.
LISTED = 50


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a run is worth: published where `hold` is None, with what is to be remembered of it."""

    baseline: Baseline
    hold: Holding | None = None
    events: tuple[Event, ...] = ()
    place: Place | None = None


def rule(
    source: Source,
    result: ScrapeResult,
    known: Iterable[str],
    now: datetime,
    *,
    before: Article | None = None,
    accept: bool = False,
) -> Ruling:
    """Judge a run in the light of those before it; with `accept` a person says that it is right.

    `before` is what is held of a source that is one article.
    """
    known = frozenset(known)
    verdict = gate.judge(result, source.baseline, known, before)
    if not isinstance(verdict, Hold):
        recovered = (_recovered(source.hold, now),) if source.hold else ()
        place = source.place if result.unchanged else result.place
        return Ruling(verdict.baseline, events=(*recovered, *_healed(source, place, now)), place=place)
    holding = _again(source.hold, verdict, now)
    if accept and not result.failed:
        return _accepted(result, known, now, f"by a person; {holding.reason}")
    if _settled(holding, now):
        ruling = _accepted(result, known, now, f"after {holding.agreeing + holding.strays} runs; {holding.reason}")
        if holding.strays < STRAYS:
            return ruling
        # A list that turns: so little of it stays, and that is its habit from now on.
        share = overlap.measure(result.discovery.links, source.baseline.listed, known).share
        return replace(ruling, baseline=replace(ruling.baseline, shares=(share,) * listhabits.LISTS_TELL))
    degraded = () if source.hold else (Event(now, "degraded", holding.reason),)
    return Ruling(source.baseline, holding, degraded, source.place)


def _recovered(hold: Holding, now: datetime) -> Event:
    """What was wrong, and that it is over: who reads of it later must not take it for what is so now."""
    return Event(now, "recovered", f"as it was again; it was held since {hold.since:%Y-%m-%d} for {hold.reason}")


def _healed(source: Source, place: Place | None, now: datetime) -> tuple[Event, ...]:
    """What is to be told of a list that was found at another place than before."""
    if place == source.place:
        return ()
    before = f"select.item: {source.place.item!r}" if source.place else "the rules"
    if place is None:
        return (Event(now, "recovered", f"{before} -> the rules, which find the list again"),)
    found = f"{place.kept} of {place.expected} known links are there"
    return (Event(now, "healed", f"{before} -> select.item: {place.item!r}; {found}"),)


def _accepted(result: ScrapeResult, known: frozenset[str], now: datetime, why: str) -> Ruling:
    """The new ways of a source are all that is known of it."""
    return Ruling(gate.learnt(result, Baseline(), known), events=(Event(now, "accepted", why),), place=result.place)


def _again(before: Holding | None, hold: Hold, now: datetime) -> Holding:
    if before is not None:  # a clock that was ahead keeps nobody waiting
        before = replace(before, since=min(before.since, now), agreed=min(before.agreed, now))
    signal = hold.signal
    first = Holding(now, str(signal), signal.name, signal.lasting, now, listed=hold.listed[:LISTED])
    if before is None:
        return first
    if signal.name == before.signal and _same(first.listed, before.listed):
        return replace(first, since=before.since, agreed=before.agreed, agreeing=before.agreeing + 1)
    strays = before.strays + 1 if signal.name == before.signal == listhabits.KNOWN_LINKS else 0
    return replace(first, since=before.since, strays=strays)


def _settled(holding: Holding, now: datetime) -> bool:
    agreed = holding.agreeing >= AGREEING_RUNS and now - holding.agreed >= AGREEING_FOR
    turning = holding.strays >= STRAYS and now - holding.since >= STRAYING_FOR
    return (agreed and holding.lasting) or turning


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    return len(set(one) & set(other)) >= SAME_LIST * shorter
