"""Is a list as the lists of its source are? Its length, its links and their order, their titles, and what found it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from feeds import baseline
from feeds.model import Baseline
from feeds.signal import MOST, Signal, share_of
from scraper import overlap, urls
from scraper.elsewhere import ELSEWHERE
from scraper.model import Link, ScrapeResult
from scraper.overlap import Overlap
from scraper.walls import WALLS

# Fewer links say nothing: an editor may take two off at once.
FEW_LINKS = overlap.FEW
# So many good lists are a habit.
LISTS_TELL = 3
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
# Two titles are one when so much of their letters is the same: a date and a title have a third in common.
ALIKE = 0.5


def signals(result: ScrapeResult, usual: Baseline, known: frozenset[str]) -> tuple[Signal, ...]:
    """All that is looked at in a list, the most telling first. `known` are the keys of all that was ever followed."""
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
    sound = dated >= MOST * len(strangers) or share_of(usual.samples, "dated") < MOST
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


def _alike(one: str, other: str) -> bool:
    """Whether two are one title, with a word more or less, or cut."""
    one, other = " ".join(one.casefold().split()), " ".join(other.casefold().split())
    if one in other or other.rstrip(".… ") in one:
        return True
    return SequenceMatcher(None, one, other).ratio() >= ALIKE
