"""How much of a listing as it was is on the listing as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scraper import urls
from scraper.model import Link, Listed

# A title as long as this names one article; of a script of words in one sign, a shorter one does.
TELLING, TELLING_CJK = 10, 5
# Of the links that should still be on the list so many are: a day's deletions leave .9 and half a list .5
# (`python bench/gate.py FOLDER`). Shares of fewer links say nothing.
KEPT, FEW = 0.6, 3


@dataclass(frozen=True, slots=True)
class Overlap:
    """What became of the last list. All are counts of links.

    `found` are on the list now, `known` those of them that we have met. `strangers` are the others, as far as they
    stand above one that is known. `expected` are those that stood at the top of the last list and that the strangers
    have not pushed out; `kept` are those of them that are there. `ordered` is how many of the pairs of known neighbours
    are in the order of the last list (0 to 1).
    """

    last: int
    found: int
    known: int
    strangers: int
    expected: int
    kept: int
    ordered: float = 1.0

    @property
    def share(self) -> float:
        """How much of what is expected is there (0 to 1)."""
        return self.kept / self.expected if self.expected else 1.0

    @property
    def goes_on(self) -> bool:
        """Whether this may be the last list, a while later: it holds links that we know, and enough of the newest."""
        if not self.last:
            return True
        return self.known > 0 and (self.expected < FEW or self.share >= KEPT)


def measure(links: Sequence[Link], last: Sequence[Listed], known: Iterable[str] = ()) -> Overlap:
    """`last` is the list as it was, in order; `known` are the keys of all addresses that were ever followed.

    A list grows at its top and may be cut at its end: so its newest links are to be there still, as many as the new
    ones leave room for. A link is known by its address, or by its title where the address is another.
    """
    here = {urls.part_key(link.url) for link in links}
    titles = {words for link in links if (words := telling(link.title))}
    places = _places(last)
    met = frozenset(known)
    there = [places.get(urls.part_key(link.url), places.get(telling(link.title))) for link in links]
    familiar = [place is not None or urls.part_key(link.url) in met for place, link in zip(there, links, strict=True)]
    lowest = max((place for place, known in enumerate(familiar) if known), default=len(links))
    strangers = familiar[:lowest].count(False)
    expected = last[: max(0, min(len(last), len(links)) - strangers)]
    kept = [one for one in expected if urls.part_key(one.url) in here or telling(one.title) in titles]
    pairs = list(pairwise(place for place in there if place is not None))
    ordered = len([pair for pair in pairs if pair[0] < pair[1]]) / len(pairs) if pairs else 1.0
    return Overlap(len(last), len(links), familiar.count(True), strangers, len(expected), len(kept), ordered)


def strange(links: Sequence[Link], last: Sequence[Listed], known: Iterable[str] = ()) -> tuple[Link, ...]:
    """The links that we have not met."""
    met = {*known, *_places(last)}
    return tuple(link for link in links if met.isdisjoint((urls.part_key(link.url), telling(link.title) or None)))


def _places(last: Sequence[Listed]) -> dict[str, int]:
    """Where on the last list each address stood, and each title that tells."""
    places: dict[str, int] = {}
    for place, one in enumerate(last):
        places.setdefault(urls.part_key(one.url), place)
        if words := telling(one.title):
            places.setdefault(words, place)
    return places


def telling(title: str | None) -> str:
    """A title as it is compared; nothing where it is too short to name one article."""
    words = " ".join((title or "").casefold().split())
    return words if len(words) >= (TELLING if words.isascii() else TELLING_CJK) else ""
