"""What places are called, and what they are by tag and role: what is said of a block from its own place up."""

from collections.abc import Sequence
from functools import lru_cache

from scraper.blocks import Place, spoken, words
from scraper.weights import learned

# So far up no name speaks of what is around an article.
FAR = 12


class Said:
    """What the names say from a place up: their words, each once, and how near and how many speak of what is around.

    `fact` is how near, how many, and how many speak of the article, as far as each counts, in four bits each. Most of
    the places of a page have one of their own, so that it is quick to make.
    """

    __slots__ = ("arounds", "fact", "matters", "near", "words", "worth")

    def __init__(self, words: frozenset[str], worth: int, near: int, arounds: int, matters: int) -> None:
        self.words, self.worth = words, worth
        self.near, self.arounds, self.matters = near, arounds, matters
        self.fact = (
            (near if near < 5 else 5) << 8 | (arounds if arounds < 4 else 4) << 4 | (matters if matters < 3 else 3)
        )


NOTHING = Said(frozenset(), 0, FAR, 0, 0)


def called(places: Sequence[Place]) -> list[Said]:
    """For each place with blocks in it what is said of it by the names from it up; of one without, nothing."""
    said: list[Said] = []
    for place in places:
        said.append(_said(said[place.up] if said else NOTHING, place.name) if place.blocks else NOTHING)
    return said


@lru_cache(8192)
def _said(above: Said, name: str) -> Said:
    """The same places lead to the articles of a site, so that each is looked at once."""
    around, matter, known = _heard(name)
    new = [word for word in known if word not in above.words]
    return Said(
        above.words.union(new) if new else above.words,
        above.worth + sum([learned().words[word] for word in new]),
        0 if around else above.near + 1,
        above.arounds + around,
        above.matters + matter,
    )


@lru_cache(8192)
def _heard(name: str) -> tuple[bool, bool, tuple[str, ...]]:
    """Whether a name speaks of what is around an article, whether of the article, and its words that are learned of."""
    return *spoken(name), tuple(words(name) & learned().words.keys())


@lru_cache(1024)
def flagged(flags: int) -> int:
    """What the tags and roles from a place up are worth, in hundredths."""
    return sum(weight for bit, weight in enumerate(learned().flags) if flags >> bit & 1)
