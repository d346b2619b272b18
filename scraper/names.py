"""What places are called, and what they are by tag and role: what is said of a block from its own place up."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scraper.blocks import Place, spoken, words
from scraper.weights import learned

# So far up no name speaks of what is around an article.
FAR = 12


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What the names say from a place up: their words, each once, and how near and how many speak of what is around."""

    words: frozenset[str] = frozenset()
    worth: int = 0
    near: int = FAR
    arounds: int = 0
    matters: int = 0


NOTHING = Said()


def called(places: Sequence[Place]) -> list[Said]:
    """For each place what is said of it by the names from it up."""
    said: list[Said] = []
    for place in places:
        said.append(_said(said[place.up] if said else NOTHING, place.name))
    return said


@lru_cache(8192)
def _said(above: Said, name: str) -> Said:
    """The same places lead to the articles of a site, so that each is looked at once."""
    around, matter = spoken(name)
    known = learned().words
    new = sorted(word for word in words(name) if word in known and word not in above.words)
    return Said(
        above.words.union(new) if new else above.words,
        above.worth + sum(map(known.__getitem__, new)),
        0 if around else above.near + 1,
        above.arounds + around,
        above.matters + matter,
    )


@lru_cache(1024)
def flagged(flags: int) -> int:
    """What the tags and roles from a place up are worth, in hundredths."""
    return sum(weight for bit, weight in enumerate(learned().flags) if flags >> bit & 1)
